"""DaemonSets, after ``pkg/apis/apps/validation`` and ``registry/apps/daemonset``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.counts import amount, at_most_100_percent, int_or_percent, nonnegative
from kubelens.predict.apiserver.parts.workload_template import (
    default_template,
    template_warnings,
    validate_kept_running,
    validate_labels_match,
    validate_unchanged,
)
from kubelens.predict.apiserver.selectors import is_readable, validate_label_selector
from kubelens.predict.apiserver.strategy import Strategy


def default_daemon_set(obj: dict[str, Any]) -> None:
    """Update strategy and history; an annotation counts the template's generations."""
    metadata = obj.setdefault("metadata", {})
    metadata["annotations"] = {"deprecated.daemonset.template.generation": "1", **metadata.get("annotations", {})}
    spec = obj.setdefault("spec", {})
    default_template(spec)
    strategy = spec.setdefault("updateStrategy", {})
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)
    spec.setdefault("revisionHistoryLimit", 10)


def validate_daemon_set(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A DaemonSet."""
    spec = obj.get("spec", {})
    selector = spec.get("selector")
    validate_label_selector(selector, report, ("spec", "selector"))
    if selector is None or is_readable(selector):
        validate_labels_match(selector, spec.get("template", {}), report)
    if selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions"):
        report.invalid(("spec", "selector"), selector, "must not be empty for a DaemonSet")
    validate_kept_running(spec, report, options)
    nonnegative(spec.get("minReadySeconds", 0), report, ("spec", "minReadySeconds"))
    _daemon_strategy(spec.get("updateStrategy", {}), report)
    nonnegative(spec.get("revisionHistoryLimit"), report, ("spec", "revisionHistoryLimit"))


def _daemon_strategy(strategy: dict[str, Any], report: Report) -> None:
    path: Path = ("spec", "updateStrategy")
    kind = strategy.get("type", "")
    if kind == "OnDelete":
        return
    if kind != "RollingUpdate":
        report.add(
            (*path, "type"),
            CauseReason.NOT_SUPPORTED,
            f"must be one of OnDelete, RollingUpdate, is '{kind}'",
            "spec.updateStrategy",
        )
        return
    rolling = strategy.get("rollingUpdate")
    if rolling is None:
        report.required((*path, "rollingUpdate"))
        return
    here = (*path, "rollingUpdate")
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    int_or_percent(unavailable, report, (*here, "maxUnavailable"))
    int_or_percent(surge, report, (*here, "maxSurge"))
    at_most_100_percent(unavailable, report, (*here, "maxUnavailable"))
    at_most_100_percent(surge, report, (*here, "maxSurge"))
    has_unavailable, has_surge = amount(unavailable) != 0, amount(surge) != 0
    if has_unavailable and has_surge:
        report.invalid((*here, "maxSurge"), surge, f"must be 0 beside maxUnavailable: {unavailable}")
    elif not has_unavailable and not has_surge:
        report.required((*here, "maxUnavailable"), "must be above 0 beside maxSurge 0: nothing could ever be replaced")


def validate_daemon_set_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The selector stays."""
    validate_daemon_set(new, report, options)
    validate_unchanged(
        new.get("spec", {}).get("selector"), old.get("spec", {}).get("selector"), report, ("spec", "selector")
    )


STRATEGIES: Final = (
    Strategy(
        "apps",
        "DaemonSet",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_daemon_set,
        validate=validate_daemon_set,
        update=validate_daemon_set_update,
        warn=template_warnings,
    ),
)
