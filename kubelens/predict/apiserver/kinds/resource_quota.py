"""ResourceQuotas, after core ``ValidateResourceQuota``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import MapKey, Path, Report, at_key
from kubelens.predict.apiserver.formats import is_dns1123_subdomain, is_qualified_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.quota_scopes import QUOTA_NAMES
from kubelens.predict.apiserver.pod.resources import is_huge_page, validate_quantity
from kubelens.predict.apiserver.strategy import Strategy

_SCOPES: Final = frozenset(
    "Terminating NotTerminating BestEffort NotBestEffort PriorityClass CrossNamespacePodAffinity VolumeAttributesClass".split()
)
_ONE_OF_THE_SCOPES: Final = f"one of {', '.join(sorted(_SCOPES))}"
_POD_SCOPED: Final = frozenset("pods cpu memory requests.cpu requests.memory limits.cpu limits.memory".split())


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
        report.invalid(at_key(path), name, problem)
    if (
        "/" not in name
        and name not in QUOTA_NAMES
        and not is_huge_page(name)
        and not name.startswith("requests.hugepages-")
    ):
        report.invalid(at_key(path), name, "must be a resource that a quota counts")


def _quota_value(name: str, value: Any, report: Report, path: Path) -> None:
    validate_quantity(name, value, report, path)


def _scopes(spec: dict[str, Any], hard: dict[str, Any], report: Report) -> None:
    scopes = spec.get("scopes", [])
    path: Path = ("spec", "scopes")
    for scope in scopes:
        if scope not in _SCOPES:
            report.invalid(path, scopes, f"must hold {_ONE_OF_THE_SCOPES}, holds {scope!r}")
        for name in hard:
            if _standard(name) and scope in _SCOPES and not _applies(scope, name):
                report.invalid(path, scopes, f"scope {scope} does not go with {name}")
    for pair in (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating")):
        if set(pair) <= set(scopes):
            report.invalid(path, scopes, _one_of(pair))


def _one_of(pair: tuple[str, str]) -> str:
    return f"must hold {pair[0]} or {pair[1]}, holds both: no Pod is both, and the quota would count nothing; keep one"


def _standard(name: str) -> bool:
    return name in QUOTA_NAMES or name.startswith(("hugepages-", "requests.hugepages-"))


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
            report.invalid((*here, "scopeName"), scope, f"must be {_ONE_OF_THE_SCOPES}")
        for name in hard:
            if _standard(name) and scope in _SCOPES and not _applies(scope, name):
                report.invalid(here, selector, f"scope {scope} does not go with {name}")
        if (
            scope in ("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity")
            and operator != "Exists"
        ):
            report.invalid((*here, "operator"), operator, f"must be Exists for scope {scope}")
        if operator in ("In", "NotIn"):
            if not values:
                report.required((*here, "values"), f"must have values for operator {operator}")
        elif operator in ("Exists", "DoesNotExist"):
            if values:
                report.invalid((*here, "values"), values, f"must be empty for operator {operator}")
        else:
            report.invalid((*here, "operator"), operator, "must be In, NotIn, Exists or DoesNotExist")
        seen.add(scope)
    for pair in (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating")):
        if set(pair) <= seen:
            report.inconsistent(here, _one_of(pair))


def validate_resource_quota_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The scopes stay."""
    validate_resource_quota(new, report, options)
    if sorted(new.get("spec", {}).get("scopes", [])) != sorted(old.get("spec", {}).get("scopes", [])):
        report.invalid(("spec", "scopes"), new.get("spec", {}).get("scopes"), "cannot be changed")


STRATEGIES: Final = (
    Strategy(
        "",
        "ResourceQuota",
        names=is_dns1123_subdomain,
        namespaced=True,
        validate=validate_resource_quota,
        update=validate_resource_quota_update,
    ),
)
