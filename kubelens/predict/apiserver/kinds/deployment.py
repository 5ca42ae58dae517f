"""Deployments, after ``pkg/apis/apps/validation`` and ``registry/apps/deployment``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.counts import amount, at_most_100_percent, int_or_percent, nonnegative
from kubelens.predict.apiserver.parts.workload_template import (
    default_template,
    validate_selector_and_template,
    validate_unchanged,
    workload_warnings,
)
from kubelens.predict.apiserver.strategy import Strategy

_DEPLOYMENT: Final = ("Recreate", "RollingUpdate")


def default_deployment(obj: dict[str, Any]) -> None:
    """Replicas, strategy, history and progress deadline."""
    spec = obj.setdefault("spec", {})
    default_template(spec)
    if spec.get("paused") is False:
        del spec["paused"]
    spec.setdefault("replicas", 1)
    strategy = spec.setdefault("strategy", {})
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")
    spec.setdefault("revisionHistoryLimit", 10)
    spec.setdefault("progressDeadlineSeconds", 600)


def validate_deployment(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A Deployment."""
    spec = obj.get("spec", {})
    nonnegative(spec.get("replicas", 0), report, ("spec", "replicas"))
    validate_selector_and_template(spec, report, options, "Deployment")
    _deployment_strategy(spec.get("strategy", {}), report)
    nonnegative(spec.get("minReadySeconds", 0), report, ("spec", "minReadySeconds"))
    nonnegative(spec.get("revisionHistoryLimit"), report, ("spec", "revisionHistoryLimit"))
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None:
        nonnegative(deadline, report, ("spec", "progressDeadlineSeconds"))
        least = spec.get("minReadySeconds", 0)
        if deadline <= least:
            report.invalid(("spec", "progressDeadlineSeconds"), deadline, f"must be above minReadySeconds ({least})")


def _deployment_strategy(strategy: dict[str, Any], report: Report) -> None:
    path: Path = ("spec", "strategy")
    kind = strategy.get("type", "")
    if kind not in _DEPLOYMENT:
        report.add(
            (*path, "type"),
            CauseReason.NOT_SUPPORTED,
            f"must be one of Recreate, RollingUpdate, is '{kind}'",
            "spec.strategy",
        )
    elif kind == "Recreate":
        if strategy.get("rollingUpdate") is not None:
            report.forbidden((*path, "rollingUpdate"), "must not be set without type RollingUpdate")
    elif strategy.get("rollingUpdate") is None:
        report.required((*path, "rollingUpdate"))
    else:
        rolling_update(strategy["rollingUpdate"], report, (*path, "rollingUpdate"))


def rolling_update(rolling: dict[str, Any], report: Report, path: Path) -> None:
    """Surge and unavailable of a Deployment."""
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    int_or_percent(unavailable, report, (*path, "maxUnavailable"))
    int_or_percent(surge, report, (*path, "maxSurge"))
    if amount(unavailable) == 0 and amount(surge) == 0:
        report.invalid(
            (*path, "maxUnavailable"),
            unavailable,
            "must be above 0 beside maxSurge 0, as nothing could ever be replaced",
        )
    at_most_100_percent(unavailable, report, (*path, "maxUnavailable"))


def validate_deployment_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The selector stays."""
    validate_deployment(new, report, options)
    validate_unchanged(
        new.get("spec", {}).get("selector"), old.get("spec", {}).get("selector"), report, ("spec", "selector")
    )


STRATEGIES: Final = (
    Strategy(
        "apps",
        "Deployment",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_deployment,
        validate=validate_deployment,
        update=validate_deployment_update,
        warn=workload_warnings,
    ),
)
