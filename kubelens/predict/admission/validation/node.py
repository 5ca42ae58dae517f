"""Nodes, after core ``ValidateNode``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.admission.causes import Path, Report
from kubelens.predict.admission.formats import is_qualified_name, is_valid_label_value, parse_cidr
from kubelens.predict.admission.options import Options

_EFFECTS: Final = ("NoExecute", "NoSchedule", "PreferNoSchedule")


def validate_node(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A Node."""
    spec = obj.get("spec", {})
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(spec.get("taints", [])):
        path: Path = ("spec", "taints", index)
        key, effect = taint.get("key", ""), taint.get("effect", "")
        for problem in is_qualified_name(key):
            report.invalid((*path, "key"), key, problem)
        for problem in is_valid_label_value(taint.get("value", "")):
            report.invalid((*path, "value"), taint.get("value", ""), problem)
        if not effect:
            report.required((*path, "effect"))
        elif effect not in _EFFECTS:
            report.not_supported((*path, "effect"), effect, _EFFECTS)
        if (key, effect) in seen:
            report.duplicate(path, f"{key}:{effect}")
        seen.add((key, effect))
    for index, text in enumerate(spec.get("podCIDRs", [])):
        if parse_cidr(text) is None:
            report.invalid(("spec", "podCIDRs", index), text, "is no range")
