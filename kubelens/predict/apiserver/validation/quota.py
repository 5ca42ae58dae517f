"""ResourceQuotas and LimitRanges, after core ``validation.go``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.apiserver.causes import MapKey, Path, Report
from kubelens.predict.apiserver.formats import is_qualified_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.validation.resources import (
    is_extended,
    is_huge_page,
    validate_container_resource_name,
    validate_quantity,
)

_QUOTA: Final = frozenset(
    "cpu memory ephemeral-storage requests.cpu requests.memory requests.storage requests.ephemeral-storage limits.cpu limits.memory "
    "limits.ephemeral-storage pods resourcequotas services replicationcontrollers secrets persistentvolumeclaims configmaps "
    "services.nodeports services.loadbalancers".split()
)
_SCOPES: Final = frozenset(
    "Terminating NotTerminating BestEffort NotBestEffort PriorityClass CrossNamespacePodAffinity VolumeAttributesClass".split()
)
_POD_SCOPED: Final = frozenset("pods cpu memory requests.cpu requests.memory limits.cpu limits.memory".split())
_STANDARD: Final = _QUOTA | {"storage"}
_LIMIT_TYPES: Final = ("Container", "PersistentVolumeClaim", "Pod")


def validate_resource_quota(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ResourceQuota."""
    spec = obj.get("spec", {})
    hard = spec.get("hard", {})
    for name, value in hard.items():
        path: Path = ("spec", "hard", MapKey(name))
        _quota_name(name, report, path)
        _quota_value(name, value, report, path)
    _scopes(spec, hard, report)
    _selector(spec.get("scopeSelector"), hard, report, ("spec", "scopeSelector"))


def _quota_name(name: str, report: Report, path: Path) -> None:
    for problem in is_qualified_name(name):
        report.invalid(path, name, problem)
    if "/" not in name and name not in _QUOTA and not is_huge_page(name) and not name.startswith("requests.hugepages-"):
        report.invalid(path, name, "is no resource that a quota counts")


def _quota_value(name: str, value: Any, report: Report, path: Path) -> None:
    validate_quantity(name, value, report, path)


def _scopes(spec: dict[str, Any], hard: dict[str, Any], report: Report) -> None:
    scopes = spec.get("scopes", [])
    path: Path = ("spec", "scopes")
    for scope in scopes:
        if scope not in _SCOPES:
            report.invalid(path, scopes, f"{scope!r} is no scope")
        for name in hard:
            if _standard(name) and scope in _SCOPES and not _applies(scope, name):
                report.invalid(path, scopes, f"scope {scope} does not go with {name}")
    for pair in (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating")):
        if set(pair) <= set(scopes):
            report.invalid(path, scopes, f"{pair[0]} and {pair[1]} exclude each other")


def _standard(name: str) -> bool:
    return name in _QUOTA or name.startswith(("hugepages-", "requests.hugepages-"))


def _applies(scope: str, name: str) -> bool:
    if scope in ("Terminating", "NotTerminating", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity"):
        return name in _POD_SCOPED
    if scope == "BestEffort":
        return name == "pods"
    return name in ("persistentvolumeclaims", "requests.storage")


def _selector(selector: dict[str, Any] | None, hard: dict[str, Any], report: Report, path: Path) -> None:
    if selector is None:
        return
    here = (*path, "matchExpressions")
    seen: set[str] = set()
    for requirement in selector.get("matchExpressions", []):
        scope, operator, values = (
            requirement.get("scopeName", ""),
            requirement.get("operator", ""),
            requirement.get("values", []),
        )
        if scope not in _SCOPES:
            report.invalid((*here, "scopeName"), scope, "is no scope")
        for name in hard:
            if _standard(name) and scope in _SCOPES and not _applies(scope, name):
                report.invalid(here, selector, f"scope {scope} does not go with {name}")
        if (
            scope in ("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity")
            and operator != "Exists"
        ):
            report.invalid((*here, "operator"), operator, f"is Exists for scope {scope}")
        if operator in ("In", "NotIn"):
            if not values:
                report.required((*here, "values"), f"{operator} needs values")
        elif operator in ("Exists", "DoesNotExist"):
            if values:
                report.invalid((*here, "values"), values, f"{operator} takes no values")
        else:
            report.invalid((*here, "operator"), operator, "In, NotIn, Exists or DoesNotExist")
        seen.add(scope)
    for pair in (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating")):
        if set(pair) <= seen:
            report.invalid(here, "", f"{pair[0]} and {pair[1]} exclude each other")


def validate_resource_quota_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The scopes stay."""
    validate_resource_quota(new, report, options)
    if sorted(new.get("spec", {}).get("scopes", [])) != sorted(old.get("spec", {}).get("scopes", [])):
        report.invalid(("spec", "scopes"), new.get("spec", {}).get("scopes"), "cannot be changed")


def validate_limit_range(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A LimitRange."""
    seen: set[str] = set()
    for index, item in enumerate(obj.get("spec", {}).get("limits", [])):
        path: Path = ("spec", "limits", index)
        kind = item.get("type", "")
        for problem in is_qualified_name(kind):
            report.invalid((*path, "type"), kind, problem)
        if "/" not in kind and kind not in _LIMIT_TYPES:
            report.invalid((*path, "type"), kind, "Container, Pod or PersistentVolumeClaim")
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
                report.forbidden((*path, field), "goes with type Container")
            continue
        for name in maps[field]:
            names[name] = None
            here = (*path, field, MapKey(name))
            _limit_name(name, kind, report, here)
    if kind == "PersistentVolumeClaim" and "storage" not in maps["min"] and "storage" not in maps["max"]:
        report.required((*path, "limits"), "storage needs a minimum or a maximum")
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
        report.invalid(path, name, problem)
    if "/" not in name and name not in _STANDARD and not name.startswith(("hugepages-", "requests.hugepages-")):
        report.invalid(path, name, "is no standard resource")


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
