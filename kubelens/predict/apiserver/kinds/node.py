"""Nodes, after core ``ValidateNode``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from kubelens.predict.apiserver.addresses import range_check
from kubelens.predict.apiserver.causes import CauseReason, MapKey, Path, Report, shown
from kubelens.predict.apiserver.formats import (
    is_dns1123_subdomain,
    is_qualified_name,
    is_valid_label_value,
    parse_cidr,
)
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.address_warnings import Pair
from kubelens.predict.apiserver.pod.resources import validate_quantity
from kubelens.predict.apiserver.strategy import Strategy

_EFFECTS: Final = ("NoExecute", "NoSchedule", "PreferNoSchedule")
_AVOID: Final = "scheduler.alpha.kubernetes.io/preferAvoidPods"


def validate_node(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A Node."""
    _avoided_pods(obj, report)
    _taints(obj, report)
    _pod_ranges(obj.get("spec", {}), options, report)
    status = obj.get("status", {})
    for field in ("capacity", "allocatable"):
        for name, value in status.get(field, {}).items():
            validate_quantity(name, value, report, ("status", field, name))


def validate_node_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Ranges for Pods and the provider's identity stay once they are set (ValidateNodeUpdate)."""
    _avoided_pods(new, report)
    _taints(new, report)
    spec, before = new.get("spec", {}), old.get("spec", {})
    had = _ranges(before)
    if had and _ranges(spec) != had:
        report.forbidden(("spec", "podCIDRs"), "cannot be changed once set")
    if before.get("providerID") and spec.get("providerID", "") != before["providerID"]:
        report.forbidden(("spec", "providerID"), "cannot be changed once set")
    if spec.get("externalID", "") != before.get("externalID", ""):
        report.forbidden(("spec", "externalID"), "cannot be changed")


def _avoided_pods(obj: dict[str, Any], report: Report) -> None:
    """An annotation of old with the controllers whose Pods are to stay away; the server names places of its own."""
    text = obj.get("metadata", {}).get("annotations", {}).get(_AVOID, "")
    if not text:
        return
    path = ("metadata", "annotations", MapKey(_AVOID))
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    entries = value.get("preferAvoidPods") or [] if isinstance(value, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        report.add(
            path,
            CauseReason.INVALID,
            f'must be JSON like {{"preferAvoidPods": []}}, is {shown(text)}',
            "metadata.annotations.AvoidPods",
        )
        return
    for index, entry in enumerate(entries):
        signature = entry.get("podSignature")
        if not isinstance(signature, dict) or not signature.get("podController"):
            told = f"metadata.annotations.{_AVOID}[{index}].PodSignature"
            report.add(path, CauseReason.REQUIRED, "must hold podSignature.podController, does not", told)


def _ranges(spec: dict[str, Any]) -> list[str]:
    """The ranges for Pods; ``podCIDR`` is the first of them."""
    ranges, first = list(spec.get("podCIDRs", [])), spec.get("podCIDR", "")
    return [first] if first and ranges[:1] != [first] else ranges


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
                (*path, "effect"),
                reason,
                f"must be one of {', '.join(_EFFECTS)}, is {shown(effect)}",
                f"{named}.effect",
            )
        if (key, effect) in seen:
            report.add(path, CauseReason.DUPLICATE, f"the taint {key}:{effect} is there twice", named)
        seen.add((key, effect))


def _pod_ranges(spec: dict[str, Any], options: Options, report: Report) -> None:
    """One range for Pods, or two of different families."""
    ranges = _ranges(spec)
    path: Path = ("spec", "podCIDRs")
    for index, text in enumerate(ranges):
        for problem in range_check(options)(text):
            report.invalid((*path, index), text, problem)
        if text in ranges[:index]:
            report.duplicate((*path, index), text)
    parsed = [parse_cidr(text) for text in ranges]
    if len(ranges) > 1 and all(parsed) and (len(ranges) > 2 or len({one.version for one in parsed if one}) < 2):
        report.invalid(path, ranges, "must have at most one range of each family")


def node_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/core/node, fieldIsDeprecatedWarnings)"""
    if obj.get("spec", {}).get("externalID"):
        yield "spec.externalID", "is deprecated and unused"


STRATEGIES: Final = (
    Strategy(
        "",
        "Node",
        names=is_dns1123_subdomain,
        namespaced=False,
        validate=validate_node,
        update=validate_node_update,
        warn=node_warnings,
    ),
)
