"""One device of a ResourceSlice (``validateDevice``)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.apiserver.causes import CauseReason, MapKey, Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain, is_qualified_name
from kubelens.predict.apiserver.parts.device_names import is_semantic_version, validate_qualified_name
from kubelens.predict.apiserver.parts.device_taints import validate_device_taint
from kubelens.predict.apiserver.selectors import validate_node_selector

_MOST_ATTRIBUTES: Final = 32
_MOST_TAINTS: Final = 16
_MOST_CONSUMED_SETS: Final = 2
_MOST_COUNTERS: Final = 32
_MOST_CONDITIONS: Final = 4
_MOST_VALUES: Final = 10
_LONGEST_VALUE: Final = 64


def validate_device(
    device: dict[str, Any], before: dict[str, Any] | None, report: Report, path: Path, *, nodes_of_its_own: bool
) -> None:
    """A device; ``before``: as it was, None for a new one. ``nodes_of_its_own``: it says which nodes reach it."""
    for problem in is_dns1123_label(device.get("name", "")):
        report.invalid((*path, "name"), device.get("name", ""), problem)
    attributes, capacity = device.get("attributes", {}), device.get("capacity", {})
    if len(attributes) + len(capacity) > _MOST_ATTRIBUTES:
        report.invalid(
            path, len(attributes) + len(capacity), f"must have at most {_MOST_ATTRIBUTES} attributes and capacities"
        )
    for name, value in attributes.items():
        here = (*path, "attributes")
        validate_qualified_name(name, report, (*here, MapKey(name)), here)
        _attribute(value, report, (*here, MapKey(name)))
    if before is None or before.get("capacity", {}) != capacity:
        shared = device.get("allowMultipleAllocations") is True
        for name, value in capacity.items():
            here = (*path, "capacity")
            validate_qualified_name(name, report, (*here, MapKey(name)), here)
            _capacity(value, report, (*here, MapKey(name)), shared=shared)
    taints = device.get("taints", [])
    if before is None or before.get("taints", []) != taints:
        if len(taints) > _MOST_TAINTS:
            report.too_many((*path, "taints"), len(taints), _MOST_TAINTS)
        for index, taint in enumerate(taints if len(taints) <= _MOST_TAINTS else ()):
            validate_device_taint(taint, report, (*path, "taints", index))
    _consumed(device.get("consumesCounters", []), report, (*path, "consumesCounters"))
    _nodes(device, report, path, own=nodes_of_its_own)
    _conditions(device, report, path)


def validate_counters(counters: dict[str, Any], report: Report, path: Path) -> None:
    """Counters by name; there is at least one."""
    if not counters:
        report.required(path)
    elif len(counters) > _MOST_COUNTERS:
        report.too_many(path, len(counters), _MOST_COUNTERS)
    else:
        for name in counters:
            for problem in is_dns1123_label(name):
                report.invalid(path, name, problem)


def _attribute(value: dict[str, Any], report: Report, path: Path) -> None:
    """Exactly one value; lists of values are of a gate that is off, and dropped."""
    text, version = value.get("string"), value.get("version")
    if text is not None and len(text.encode()) > _LONGEST_VALUE:
        report.too_long((*path, "string"), _LONGEST_VALUE)
    if version is not None:
        if not is_semantic_version(version):
            report.invalid((*path, "version"), version, "must be a version as semver.org has it")
        if len(version.encode()) > _LONGEST_VALUE:
            report.too_long((*path, "version"), _LONGEST_VALUE)
    if sum(value.get(field) is not None for field in ("bool", "int", "string", "version")) != 1:
        report.add(path, CauseReason.INVALID, "must have exactly one of bool, int, string and version")


def _capacity(capacity: dict[str, Any], report: Report, path: Path, *, shared: bool) -> None:
    policy = capacity.get("requestPolicy")
    if policy is None:
        return
    here = (*path, "requestPolicy")
    values, span = policy.get("validValues", []), policy.get("validRange")
    if not shared:
        report.forbidden(here, "must not be set without allowMultipleAllocations")
    elif values and span is not None:
        report.forbidden(here, "must have validValues or validRange, has both: take one out")
    elif (values or span is not None) and policy.get("default") is None:
        report.required((*here, "default"))
    elif values:
        _values(values, _number(policy["default"]), _number(capacity.get("value", 0)), report, (*here, "validValues"))
    elif span is not None:
        _span(span, _number(policy["default"]), _number(capacity.get("value", 0)), report, (*here, "validRange"))


def _number(value: Any) -> Fraction:
    quantity = read_quantity(value)
    return Fraction(0) if quantity is None else Fraction(quantity.nanos, 10**9)


def _values(values: list[Any], default: Fraction, most: Fraction, report: Report, path: Path) -> None:
    numbers = [_number(value) for value in values]
    for index in range(1, len(numbers)):
        if numbers[index - 1] > numbers[index]:
            report.invalid((*path, index), values[index], "must ascend")
    if len(values) > _MOST_VALUES:
        report.too_many(path, len(values), _MOST_VALUES)
        return
    for index, number in enumerate(numbers):
        if number > most:
            report.invalid((*path, index), values[index], "must be at most the capacity")
        if number in numbers[:index]:
            report.duplicate((*path, index), values[index])
    if default not in numbers:
        report.add(path, CauseReason.INVALID, "must have a default that is one of the values")


def _span(span: dict[str, Any], default: Fraction, most: Fraction, report: Report, path: Path) -> None:
    if span.get("min") is None:
        report.required((*path, "min"))
        return
    low = _number(span["min"])
    if low > most:
        report.invalid((*path, "min"), span["min"], "must be at most the capacity")
    if default < low:
        report.add((*path, "default"), CauseReason.INVALID, "must be at least min, is less")
    high = None if span.get("max") is None else _number(span["max"])
    if high is not None:
        if low > high:
            report.invalid((*path, "max"), span["max"], "must be at least min")
        if high > most:
            report.invalid((*path, "max"), span["max"], "must be at most the capacity")
        if default > high:
            report.add((*path, "default"), CauseReason.INVALID, "must be at most max, is more")
    if span.get("step") is None:
        return
    step = _number(span["step"])
    here = (*path, "step")
    if step <= 0:
        report.invalid(here, span["step"], "must be above 0")
        return
    if low + step > most:
        report.invalid(here, span["step"], "one step above min is more than the capacity")
    for value in (default, *(() if high is None else (high,))):
        if (value - low) % step:
            report.add(here, CauseReason.INVALID, "must be whole steps above min")


def _consumed(consumed: list[dict[str, Any]], report: Report, path: Path) -> None:
    if len(consumed) > _MOST_CONSUMED_SETS:
        report.too_many(path, len(consumed), _MOST_CONSUMED_SETS)
        return
    seen: set[str] = set()
    for index, one in enumerate(consumed):
        here, name = (*path, index), one.get("counterSet", "")
        if not name:
            report.required((*here, "counterSet"))
        for problem in is_dns1123_label(name) if name else []:
            report.invalid((*here, "counterSet"), name, problem)
        validate_counters(one.get("counters", {}), report, (*here, "counters"))
        if name in seen:
            report.duplicate(here, name)
        seen.add(name)


def _nodes(device: dict[str, Any], report: Report, path: Path, *, own: bool) -> None:
    fields = [field for field in ("nodeName", "nodeSelector", "allNodes") if device.get(field) is not None]
    if not own:
        if fields:
            report.add(
                path, CauseReason.INVALID, f"{', '.join(fields)}: perDeviceNodeSelection of the slice is not set"
            )
        return
    chosen = 0
    node = device.get("nodeName")
    if node == "":
        report.invalid((*path, "nodeName"), node, "must not be empty")
    elif node is not None:
        chosen += 1
        for problem in is_dns1123_subdomain(node):
            report.invalid((*path, "nodeName"), node, problem)
    if device.get("nodeSelector") is not None:
        chosen += 1
        validate_node_selector(device["nodeSelector"], report, (*path, "nodeSelector"))
    if device.get("allNodes") is False:
        report.invalid((*path, "allNodes"), False, "must be absent, or true")
    chosen += device.get("allNodes") is True
    if not chosen:
        report.required(path, "must have exactly one of nodeName, nodeSelector and allNodes")
    elif chosen > 1:
        report.add(path, CauseReason.INVALID, "must have exactly one of nodeName, nodeSelector and allNodes")


def _conditions(device: dict[str, Any], report: Report, path: Path) -> None:
    """Conditions that let a device be bound, and those that show that it cannot be."""
    fields = ("bindingConditions", "bindingFailureConditions")
    wanted, failures = (device.get(field, []) for field in fields)
    for field, names in zip(fields, (wanted, failures), strict=True):
        if len(names) > _MOST_CONDITIONS:
            report.too_many((*path, field), len(names), _MOST_CONDITIONS)
        for index, name in enumerate(names):
            for problem in is_qualified_name(name) if len(names) <= _MOST_CONDITIONS else []:
                report.invalid((*path, field, index), name, problem)
            if name in names[:index]:
                report.duplicate((*path, field, index), name)
    for index, name in enumerate(failures):
        if name in wanted:
            report.invalid((*path, fields[1], index), name, "must not be a binding condition too")
    if failures and not wanted:
        report.inconsistent((*path, fields[0]), "must not be set without bindingFailureConditions")
    if wanted and not failures:
        report.inconsistent((*path, fields[1]), "must not be set without bindingConditions")
