"""Fields of Pods that a plugin of the scheduler reads and that are not modelled: where they stand, an answer says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.predict.scheduler.pending import PendingPod

_DEFAULT_SCHEDULER: Final = "default-scheduler"


def _other_scheduler(spec: Mapping[str, Any]) -> str:
    name = fields.text(spec, "schedulerName", _DEFAULT_SCHEDULER)
    return "" if name == _DEFAULT_SCHEDULER else f"scheduler {name!r} does as the default scheduler"


def _group(spec: Mapping[str, Any]) -> str:
    return (
        "its Pods are placed one by one, not as the group of spec.schedulingGroup"
        if spec.get("schedulingGroup")
        else ""
    )


def _nominated(status: Mapping[str, Any]) -> str:
    node = fields.text(status, "nominatedNodeName")
    return f"the room that node {node} keeps for it (status.nominatedNodeName) is not kept" if node else ""


def _image(volume: Mapping[str, Any]) -> str:
    return "nodes that hold the image of an image volume are no better for it" if "image" in volume else ""


def _allocatable_claims(status: Mapping[str, Any]) -> str:
    found = fields.items(status, "nodeAllocatableResourceClaimStatuses")
    return "what its device claims take of a node's cpu and memory does not count" if found else ""


UNREAD: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "spec.schedulerName": _other_scheduler,
    "spec.schedulingGroup": _group,
    "spec.volumes[].image": _image,
    "status.nominatedNodeName": _nominated,
    "status.nodeAllocatableResourceClaimStatuses": _allocatable_claims,
}
"""By field: what is taken for granted instead, in a clause, ``""`` where the field says nothing. Each gets what holds it."""


UNREAD_OF_DEVICES: Final[Mapping[str, str]] = {
    "bindingConditions": "a Pod is bound to its node at once, not when the conditions of its devices are met",
    "nodeAllocatableResourceMappings": "what devices take of a node's cpu and memory does not count",
}
"""By field of a device in a ResourceSlice: what is taken for granted instead."""


def unread_of_objects(slices: Iterable[Mapping[str, Any]], drivers: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """What is taken for granted of ResourceSlices (their specs) and CSIDrivers that write fields which are not modelled."""
    found: dict[str, None] = {}
    for spec in slices:
        for _, device in fields.items(spec, "devices"):
            for name, told in UNREAD_OF_DEVICES.items():
                if device.get(name):
                    driver = fields.text(spec, "driver")
                    found[f"devices of driver {driver!r} ({name}): {told}"] = None
    for name, value in drivers.items():
        if fields.mapping(value, "spec").get("preventPodSchedulingIfMissing") is True:
            told = "is on every node: preventPodSchedulingIfMissing, which 1.37 reads, keeps Pods from nodes without it"
            found[f"CSIDriver {name!r} {told}"] = None
    return tuple(found)


def unread_fields(pending: Iterable[PendingPod]) -> tuple[str, ...]:
    """What is taken for granted of Pods that write such a field, in sentences; once for each workload."""
    found: dict[str, None] = {}
    seen: set[int] = set()
    for pod in pending:
        owner = pod.owner
        if id(owner) in seen:
            continue
        seen.add(id(owner))
        for path, told in UNREAD.items():
            for holder in _holders(pod, path):
                if clause := told(holder):
                    found[f"{owner.kind} {owner.namespace or 'default'}/{owner.name}: {clause}"] = None
    return tuple(found)


def _holders(pod: PendingPod, path: str) -> Iterable[Mapping[str, Any]]:
    """What holds a field; a status is the manifest's own, as a new Pod has none."""
    part, _, rest = path.partition(".")
    holder = fields.mapping(pod.owner.value if part == "status" else pod.value, part)
    return [volume for _, volume in fields.items(holder, "volumes")] if rest.startswith("volumes[]") else [holder]
