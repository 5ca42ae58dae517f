"""Nodes, after core ``ValidateNode``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report, shown
from kubelens.predict.apiserver.formats import (
    is_dns1123_subdomain,
    is_qualified_name,
    is_strict_cidr,
    is_valid_label_value,
    parse_cidr,
)
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.address_warnings import Pair
from kubelens.predict.apiserver.pod.resources import validate_quantity
from kubelens.predict.apiserver.strategy import Strategy

_EFFECTS: Final = ("NoExecute", "NoSchedule", "PreferNoSchedule")


def validate_node(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A Node."""
    _taints(obj, report)
    _pod_ranges(obj.get("spec", {}), report)
    status = obj.get("status", {})
    for field in ("capacity", "allocatable"):
        for name, value in status.get(field, {}).items():
            validate_quantity(name, value, report, ("status", field, name))


def _taints(obj: dict[str, Any], report: Report) -> None:
    """Taints of the spec; the server names them as if they stood in the metadata."""
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(obj.get("spec", {}).get("taints", [])):
        path: Path = ("spec", "taints", index)
        named = f"metadata.taints[{index}]"
        key, value, effect = taint.get("key", ""), taint.get("value", ""), taint.get("effect", "")
        for problem in is_qualified_name(key):
            report.add((*path, "key"), CauseReason.INVALID, f"{shown(key)}: {problem}", f"{named}.key")
        for problem in is_valid_label_value(value):
            report.add((*path, "value"), CauseReason.INVALID, f"{shown(value)}: {problem}", f"{named}.value")
        if effect not in _EFFECTS:
            reason = CauseReason.NOT_SUPPORTED if effect else CauseReason.REQUIRED
            report.add(
                (*path, "effect"), reason, f"{shown(effect)} is not one of {', '.join(_EFFECTS)}", f"{named}.effect"
            )
        if (key, effect) in seen:
            report.add(path, CauseReason.DUPLICATE, f"the taint {key}:{effect} is there twice", named)
        seen.add((key, effect))


def _pod_ranges(spec: dict[str, Any], report: Report) -> None:
    """Ranges for Pods: one, or two of different families; ``podCIDR`` is the first of them."""
    ranges, first = list(spec.get("podCIDRs", [])), spec.get("podCIDR", "")
    if first and ranges[:1] != [first]:
        ranges = [first]
    path: Path = ("spec", "podCIDRs")
    for index, text in enumerate(ranges):
        for problem in is_strict_cidr(text):
            report.invalid((*path, index), text, problem)
        if text in ranges[:index]:
            report.duplicate((*path, index), text)
    parsed = [parse_cidr(text) for text in ranges]
    if len(ranges) > 1 and all(parsed) and (len(ranges) > 2 or len({one.version for one in parsed if one}) < 2):
        report.invalid(path, ranges, "at most one range of each family")


def node_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/core/node, fieldIsDeprecatedWarnings)"""
    spec = obj.get("spec", {})
    if "configSource" in spec:
        yield "spec.configSource", "the feature is removed"
    if spec.get("externalID"):
        yield "spec.externalID", "is deprecated and unused"


STRATEGIES: Final = (
    Strategy("", "Node", names=is_dns1123_subdomain, namespaced=False, validate=validate_node, warn=node_warnings),
)
