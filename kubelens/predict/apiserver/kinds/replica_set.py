"""ReplicaSets, after ``pkg/apis/apps/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.counts import nonnegative
from kubelens.predict.apiserver.parts.workload_template import (
    default_template,
    validate_selector_and_template,
    validate_unchanged,
    workload_warnings,
)
from kubelens.predict.apiserver.strategy import Strategy


def default_replica_set(obj: dict[str, Any]) -> None:
    """Replicas."""
    spec = obj.setdefault("spec", {})
    default_template(spec)
    spec.setdefault("replicas", 1)


def validate_replica_set(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ReplicaSet."""
    spec = obj.get("spec", {})
    nonnegative(spec.get("replicas", 0), report, ("spec", "replicas"))
    nonnegative(spec.get("minReadySeconds", 0), report, ("spec", "minReadySeconds"))
    validate_selector_and_template(spec, report, options, "ReplicaSet")


def validate_replica_set_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The selector stays."""
    validate_replica_set(new, report, options)
    validate_unchanged(
        new.get("spec", {}).get("selector"), old.get("spec", {}).get("selector"), report, ("spec", "selector")
    )


STRATEGIES: Final = (
    Strategy(
        "apps",
        "ReplicaSet",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_replica_set,
        validate=validate_replica_set,
        update=validate_replica_set_update,
        warn=workload_warnings,
    ),
)
