"""LimitRanges, after core ``ValidateLimitRange``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.apiserver.causes import MapKey, Path, Report, at_key
from kubelens.predict.apiserver.formats import is_dns1123_subdomain, is_qualified_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.quota_scopes import QUOTA_NAMES
from kubelens.predict.apiserver.pod.resources import is_extended, is_huge_page, validate_container_resource_name
from kubelens.predict.apiserver.strategy import Strategy

_STANDARD: Final = QUOTA_NAMES | {"storage"}
_LIMIT_TYPES: Final = ("Container", "PersistentVolumeClaim", "Pod")


def default_limit_range(obj: dict[str, Any]) -> None:
    """For containers: limits from maxima, requests from limits, requests from minima."""
    for item in obj.setdefault("spec", {}).get("limits", []):
        if item.get("type") != "Container":
            continue
        default = item.setdefault("default", {})
        request = item.setdefault("defaultRequest", {})
        for name, value in item.get("max", {}).items():
            default.setdefault(name, value)
        for name, value in default.items():
            request.setdefault(name, value)
        for name, value in item.get("min", {}).items():
            request.setdefault(name, value)
        for name in ("default", "defaultRequest"):
            if not item[name]:
                del item[name]


def validate_limit_range(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A LimitRange."""
    seen: set[str] = set()
    for index, item in enumerate(obj.get("spec", {}).get("limits", [])):
        path: Path = ("spec", "limits", index)
        kind = item.get("type", "")
        for problem in is_qualified_name(kind):
            report.invalid((*path, "type"), kind, problem)
        if "/" not in kind and kind not in _LIMIT_TYPES:
            report.invalid((*path, "type"), kind, "must be Container, Pod or PersistentVolumeClaim")
        if kind in seen:
            report.duplicate((*path, "type"), kind)
        seen.add(kind)
        _limits(item, kind, report, path)


def _limits(item: dict[str, Any], kind: str, report: Report, path: Path) -> None:
    maps = {name: item.get(name, {}) for name in ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")}
    names: dict[str, None] = {}
    for field in ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio"):
        if kind == "Pod" and field in ("default", "defaultRequest"):
            if maps[field]:
                report.forbidden((*path, field), "must not be set without type Container")
            continue
        for name in maps[field]:
            names[name] = None
            here = (*path, field, MapKey(name))
            _limit_name(name, kind, report, here)
    if kind == "PersistentVolumeClaim" and "storage" not in maps["min"] and "storage" not in maps["max"]:
        report.required((*path, "limits"), "must set a minimum or a maximum for storage")
    for name in names:
        _one(
            name,
            {field: read_quantity(values[name]) if name in values else None for field, values in maps.items()},
            report,
            path,
        )


def _limit_name(name: str, kind: str, report: Report, path: Path) -> None:
    if kind in ("Container", "Pod"):
        validate_container_resource_name(name, report, path)
        return
    for problem in is_qualified_name(name):
        report.invalid(at_key(path), name, problem)
    if "/" not in name and name not in _STANDARD and not name.startswith(("hugepages-", "requests.hugepages-")):
        report.invalid(at_key(path), name, "must be a standard resource, or have a domain before it")


def _one(name: str, q: dict[str, Any], report: Report, path: Path) -> None:
    def value(field: str) -> int | None:
        found = q[field]
        return None if found is None else found.nanos

    low, high, request, limit, ratio = (
        value("min"),
        value("max"),
        value("defaultRequest"),
        value("default"),
        value("maxLimitRequestRatio"),
    )

    def wrong(field: str, message: str) -> None:
        report.invalid((*path, field, MapKey(name)), name, message)

    if low is not None and high is not None and low > high:
        wrong("min", "is above max")
    if request is not None:
        if low is not None and low > request:
            wrong("defaultRequest", "is below min")
        if high is not None and request > high:
            wrong("defaultRequest", "is above max")
        if limit is not None and request > limit:
            wrong("defaultRequest", "is above default")
    if limit is not None:
        if low is not None and low > limit:
            wrong("default", "is below min")
        if high is not None and limit > high:
            wrong("default", "is above max")
    if ratio is not None:
        one = 1_000_000_000
        if ratio < one:
            wrong("maxLimitRequestRatio", "is below 1")
        if low is not None and high is not None and low > 0 and ratio * low > high * one:
            wrong("maxLimitRequestRatio", "is above max divided by min")
    if (is_huge_page(name) or is_extended(name)) and request is not None and limit is not None and request != limit:
        wrong("defaultRequest", "is not default, and cannot be overcommitted")


STRATEGIES: Final = (
    Strategy(
        "",
        "LimitRange",
        names=is_dns1123_subdomain,
        namespaced=True,
        name_optional=True,
        default=default_limit_range,
        validate=validate_limit_range,
    ),
)
