"""RuntimeClasses, after ``pkg/apis/node/validation``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.predict.apiserver.causes import MapKey, Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain
from kubelens.predict.apiserver.metadata import validate_labels
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.address_warnings import Pair
from kubelens.predict.apiserver.parts.old_names import old_label_warnings
from kubelens.predict.apiserver.pod.affinity import validate_tolerations
from kubelens.predict.apiserver.pod.resources import validate_requirements
from kubelens.predict.apiserver.strategy import Strategy


def validate_runtime_class(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A RuntimeClass."""
    handler = obj.get("handler", "")
    if not handler:
        report.required(("handler",))
    for problem in is_dns1123_label(handler) if handler else []:
        report.invalid(("handler",), handler, problem)
    inner = Report()
    validate_requirements({"limits": (obj.get("overhead") or {}).get("podFixed", {})}, inner, ("overhead",))
    for cause in inner.causes:
        path: Path = ("overhead", "podFixed", *cause.path[2:]) if cause.path[1:] else cause.path
        report.add(path, cause.reason, cause.message, cause.field)
    scheduling = obj.get("scheduling")
    if scheduling:
        validate_labels(scheduling.get("nodeSelector", {}), report, ("scheduling", "nodeSelector"))
        tolerations = scheduling.get("tolerations", [])
        validate_tolerations(tolerations, report, ("scheduling", "tolerations"))
        seen: set[tuple[str, ...]] = set()
        for index, one in enumerate(tolerations):
            key = tuple(one.get(field, "") for field in ("key", "operator", "value", "effect"))
            if key in seen:
                report.duplicate(("scheduling", "tolerations", index), one)
            seen.add(key)


def validate_runtime_class_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The handler stays."""
    if new.get("handler") != old.get("handler"):
        report.invalid(("handler",), new.get("handler"), "cannot be changed")


def runtime_class_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/node/runtimeclass, GetWarningsForRuntimeClass)"""
    for key in obj.get("scheduling", {}).get("nodeSelector", {}):
        yield from old_label_warnings(key, ("scheduling", "nodeSelector", MapKey(key)))


STRATEGIES: Final = (
    Strategy(
        "node.k8s.io",
        "RuntimeClass",
        names=is_dns1123_subdomain,
        namespaced=False,
        validate=validate_runtime_class,
        update=validate_runtime_class_update,
        warn=runtime_class_warnings,
    ),
)
