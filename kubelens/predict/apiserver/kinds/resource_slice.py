"""ResourceSlices, after ``pkg/apis/resource/validation`` and ``registry/resource/resourceslice``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.device import validate_counters, validate_device
from kubelens.predict.apiserver.parts.device_names import validate_pool_name
from kubelens.predict.apiserver.parts.device_v1beta1 import current_slice
from kubelens.predict.apiserver.pod.volume_sources import validate_driver_name
from kubelens.predict.apiserver.selectors import validate_node_selector
from kubelens.predict.apiserver.strategy import Strategy

_MOST_DEVICES: Final = 128
_MOST_WITH_TAINTS_OR_COUNTERS: Final = 64
_MOST_COUNTER_SETS: Final = 8


def validate_resource_slice(obj: dict[str, Any], report: Report, options: Options) -> None:
    """Driver, pool, the nodes that reach the devices, and the devices themselves."""
    _slice(obj.get("spec", {}), report, {})


def validate_resource_slice_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Driver, node and the pool's name stay; what a device keeps as it was is not looked at again."""
    spec, before = new.get("spec", {}), old.get("spec", {})
    _slice(spec, report, {device.get("name", ""): device for device in before.get("devices", [])})
    for path in (("pool", "name"), ("driver",), ("nodeName",)):
        now, was = spec, before
        for step in path[:-1]:
            now, was = now.get(step, {}), was.get(step, {})
        if now.get(path[-1]) != was.get(path[-1]):
            report.invalid(("spec", *path), now.get(path[-1]), "cannot be changed")


def validate_resource_slice_v1beta1(obj: dict[str, Any], report: Report, options: Options) -> None:
    """As of later versions."""
    validate_resource_slice({**obj, "spec": current_slice(obj.get("spec", {}))}, report, options)


def validate_resource_slice_update_v1beta1(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """As of later versions."""
    now, before = ({**obj, "spec": current_slice(obj.get("spec", {}))} for obj in (new, old))
    validate_resource_slice_update(now, before, report, options)


def _slice(spec: dict[str, Any], report: Report, before: dict[str, dict[str, Any]]) -> None:
    path: Path = ("spec",)
    validate_driver_name(spec.get("driver", ""), report, (*path, "driver"))
    pool = spec.get("pool", {})
    validate_pool_name(pool.get("name", ""), report, (*path, "pool", "name"))
    if pool.get("resourceSliceCount", 0) <= 0:
        report.invalid((*path, "pool", "resourceSliceCount"), pool.get("resourceSliceCount", 0), "must be above 0")
    if pool.get("generation", 0) < 0:
        report.invalid((*path, "pool", "generation"), pool["generation"], "must be at least 0")
    _reach(spec, report, path)
    if "sharedCounters" in spec and "devices" in spec:
        report.inconsistent(
            path, "must have sharedCounters or devices, has both: put the counters into a slice of their own"
        )
    devices = spec.get("devices", [])
    special = any(device.get("taints") or device.get("consumesCounters") for device in devices)
    most = _MOST_WITH_TAINTS_OR_COUNTERS if special else _MOST_DEVICES
    if len(devices) > most:
        report.too_many((*path, "devices"), len(devices), most)
    else:
        names: set[str] = set()
        for index, device in enumerate(devices):
            here, name = (*path, "devices", index), device.get("name", "")
            alone = spec.get("perDeviceNodeSelection") is True
            validate_device(device, before.get(name), report, here, nodes_of_its_own=alone)
            if name in names:
                report.duplicate(here, name)
            names.add(name)
    _shared_counters(spec.get("sharedCounters", []), report, (*path, "sharedCounters"))


def _reach(spec: dict[str, Any], report: Report, path: Path) -> None:
    """Exactly one way to say which nodes reach the devices."""
    chosen: list[str] = []
    node = spec.get("nodeName")
    if node == "":
        report.invalid((*path, "nodeName"), node, "must be absent, or the name of a node")
    elif node is not None:
        chosen.append("nodeName")
        for problem in is_dns1123_subdomain(node):
            report.invalid((*path, "nodeName"), node, problem)
    if spec.get("nodeSelector") is not None:
        chosen.append("nodeSelector")
        validate_node_selector(spec["nodeSelector"], report, (*path, "nodeSelector"))
        if len(spec["nodeSelector"].get("nodeSelectorTerms", [])) != 1:
            report.add((*path, "nodeSelector", "nodeSelectorTerms"), CauseReason.INVALID, "must have exactly one term")
    for field in ("allNodes", "perDeviceNodeSelection"):
        if spec.get(field) is True:
            chosen.append(field)
        elif spec.get(field) is False:
            report.invalid((*path, field), False, "must be absent, or true")
    message = "exactly one of nodeName, nodeSelector, allNodes and perDeviceNodeSelection"
    if not chosen:
        report.required(path, message)
    elif len(chosen) > 1:
        report.add(path, CauseReason.INVALID, f"{', '.join(chosen)}: {message}")


def _shared_counters(counter_sets: list[dict[str, Any]], report: Report, path: Path) -> None:
    if len(counter_sets) > _MOST_COUNTER_SETS:
        report.too_many(path, len(counter_sets), _MOST_COUNTER_SETS)
        return
    seen: set[str] = set()
    for index, one in enumerate(counter_sets):
        here, name = (*path, index), one.get("name", "")
        if not name:
            report.required((*here, "name"))
        for problem in is_dns1123_label(name) if name else []:
            report.invalid((*here, "name"), name, problem)
        validate_counters(one.get("counters", {}), report, (*here, "counters"))
        if name in seen:
            report.duplicate(here, name)
        seen.add(name)


STRATEGIES: Final = (
    Strategy(
        "resource.k8s.io",
        "ResourceSlice",
        names=is_dns1123_subdomain,
        namespaced=False,
        validate=validate_resource_slice,
        update=validate_resource_slice_update,
        counts_changes=True,
    ),
    Strategy(
        "resource.k8s.io",
        "ResourceSlice",
        version="v1beta1",
        names=is_dns1123_subdomain,
        namespaced=False,
        validate=validate_resource_slice_v1beta1,
        update=validate_resource_slice_update_v1beta1,
        counts_changes=True,
    ),
)
