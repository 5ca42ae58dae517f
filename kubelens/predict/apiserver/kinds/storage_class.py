"""StorageClasses, after ``pkg/apis/storage/validation``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain, is_qualified_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.address_warnings import Pair
from kubelens.predict.apiserver.parts.class_parameters import validate_parameters
from kubelens.predict.apiserver.parts.old_names import old_label_warnings
from kubelens.predict.apiserver.strategy import Strategy

_IMMUTABLE: Final = "fields of a StorageClass are declared immutable"
"""Then the reason is another one."""


def default_storage_class(obj: dict[str, Any]) -> None:
    """Reclaim policy and binding mode."""
    obj.setdefault("reclaimPolicy", "Delete")
    obj.setdefault("volumeBindingMode", "Immediate")


def validate_storage_class(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A StorageClass."""
    provisioner = obj.get("provisioner", "")
    if not provisioner:
        report.required(("provisioner",))
    else:
        for problem in is_qualified_name(provisioner.lower()):
            report.invalid(("provisioner",), provisioner, problem)
    parameters = obj.get("parameters", {})
    validate_parameters(parameters, report)
    policy = obj.get("reclaimPolicy")
    if policy and policy not in ("Delete", "Retain"):
        report.not_supported(("reclaimPolicy",), policy, ("Delete", "Retain"))
    mode = obj.get("volumeBindingMode")
    if mode is None:
        report.required(("volumeBindingMode",))
    elif mode not in ("Immediate", "WaitForFirstConsumer"):
        report.not_supported(("volumeBindingMode",), mode, ("Immediate", "WaitForFirstConsumer"))
    _topologies(obj.get("allowedTopologies", []), report, ("allowedTopologies",))


def _topologies(terms: list[dict[str, Any]], report: Report, path: Path) -> None:
    seen: list[Any] = []
    for index, term in enumerate(terms):
        here = (*path, index)
        keys: set[str] = set()
        entries: dict[str, frozenset[str]] = {}
        for number, requirement in enumerate(term.get("matchLabelExpressions", [])):
            inner = (*here, "matchLabelExpressions", number)
            values = requirement.get("values", [])
            if not values:
                report.required((*inner, "values"))
            known: set[str] = set()
            for position, value in enumerate(values):
                if value in known:
                    report.duplicate((*inner, "values", position), value)
                known.add(value)
            key = requirement.get("key", "")
            for problem in is_qualified_name(key):
                report.invalid((*inner, "key"), key, problem)
            if key in keys:
                report.add((*inner, "key"), CauseReason.DUPLICATE, f"{key!r} is there twice")
            keys.add(key)
            entries[key] = frozenset(values)
        if entries in seen or not entries:
            report.duplicate((*here, "matchLabelExpressions"), "")
        seen.append(entries)


def validate_storage_class_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Parameters, provisioner, reclaim policy and binding mode stay."""
    validate_storage_class(new, report, options)
    reason = CauseReason.INVALID if options.has(_IMMUTABLE) else CauseReason.FORBIDDEN
    for field in ("parameters", "provisioner", "reclaimPolicy"):
        if (new.get(field) or None) != (old.get(field) or None):
            report.add((field,), reason, "cannot be changed")
    if new.get("volumeBindingMode") != old.get("volumeBindingMode"):
        report.invalid(("volumeBindingMode",), new.get("volumeBindingMode"), "cannot be changed")


def storage_class_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/storage/storageclass, GetWarningsForStorageClass)"""
    for index, term in enumerate(obj.get("allowedTopologies", [])):
        for number, expression in enumerate(term.get("matchLabelExpressions", [])):
            path: Path = ("allowedTopologies", index, "matchLabelExpressions", number, "key")
            yield from old_label_warnings(expression.get("key", ""), path)


STRATEGIES: Final = (
    Strategy(
        "storage.k8s.io",
        "StorageClass",
        names=is_dns1123_subdomain,
        namespaced=False,
        default=default_storage_class,
        validate=validate_storage_class,
        update=validate_storage_class_update,
        warn=storage_class_warnings,
    ),
)
