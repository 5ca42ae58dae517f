"""Taints of devices, and tolerations of them (``validateDeviceTaint``, ``validateDeviceToleration``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_qualified_name, is_valid_label_value

EFFECTS: Final = ("NoExecute", "NoSchedule", "None")
_OPERATORS: Final = ("Equal", "Exists")
_MOST_TOLERATIONS: Final = 16


def validate_device_taint(taint: dict[str, Any], report: Report, path: Path, old: dict[str, Any] | None = None) -> None:
    """A key as of a label, a value, and an effect, which is not looked at again where it is as before (``old``)."""
    key, value, effect = taint.get("key", ""), taint.get("value", ""), taint.get("effect", "")
    for problem in is_qualified_name(key):
        report.invalid((*path, "key"), key, problem)
    for problem in is_valid_label_value(value):
        report.invalid((*path, "value"), value, problem)
    if old is not None and old.get("effect", "") == effect:
        return
    if not effect:
        report.required((*path, "effect"))
    elif effect not in EFFECTS:
        report.not_supported((*path, "effect"), effect, EFFECTS)


def validate_device_tolerations(tolerations: list[dict[str, Any]], report: Report, path: Path) -> None:
    """At most 16 tolerations."""
    if len(tolerations) > _MOST_TOLERATIONS:
        report.too_many(path, len(tolerations), _MOST_TOLERATIONS)
        return
    for index, toleration in enumerate(tolerations):
        _toleration(toleration, report, (*path, index))


def _toleration(toleration: dict[str, Any], report: Report, path: Path) -> None:
    key, value, effect = toleration.get("key", ""), toleration.get("value", ""), toleration.get("effect", "")
    operator = toleration.get("operator", "Equal")
    for problem in is_qualified_name(key) if key else []:
        report.invalid((*path, "key"), key, problem)
    if operator == "Exists":
        if value:
            report.invalid((*path, "value"), value, "must be empty for operator Exists")
    elif operator == "Equal":
        for problem in is_valid_label_value(value):
            report.invalid((*path, "value"), value, problem)
    elif not operator:
        report.required((*path, "operator"))
    else:
        report.not_supported((*path, "operator"), operator, _OPERATORS)
    if effect and effect not in EFFECTS:
        report.not_supported((*path, "effect"), effect, EFFECTS)
