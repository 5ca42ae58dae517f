"""Extended resources that a DeviceClass gives: the claim that the scheduler makes of a Pod's amounts of them.

Follows ``extendeddynamicresources.go`` and, in ``noderesources/fit.go``, ``shouldDelegateResourceToDRA``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.node import read_amounts
from kubelens.predict.scheduler.devices.claim import DeviceClaim, DeviceRequest
from kubelens.predict.scheduler.devices.inventory import DeviceInventory
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import NodeInfo

CLAIM_NAME: Final = "<extended-resources>"


def given_by_classes(pod: PodInfo, inventory: DeviceInventory) -> dict[str, str]:
    """The extended resources a Pod asks for that a class gives, with the name of the class."""
    if not inventory.classes:
        return {}
    found = ((name, inventory.class_of(name)) for name, amount in pod.requests.items() if amount > 0 and "/" in name)
    return {name: one.name for name, one in found if one is not None}


def left_to_devices(resource: str, info: NodeInfo, inventory: DeviceInventory) -> bool:
    """Whether a node gives a resource by devices alone: it has no amount of it and a class does."""
    return (
        bool(inventory.classes)
        and "/" in resource
        and info.node.allocatable.get(resource, 0) == 0
        and inventory.class_of(resource) is not None
    )


def claim_on(pod: PodInfo, info: NodeInfo, classes: Mapping[str, str]) -> DeviceClaim | None:
    """The claim for what a node gives by devices, None where it gives all by amounts (``createRequestsAndMappings``)."""
    requests: list[tuple[DeviceRequest, ...]] = []
    for resource, device_class in sorted(classes.items()):
        if info.node.sized and info.node.allocatable.get(resource, 0) == 0:
            counts = _counts(fields.mapping(pod.value, "spec"), resource)
            requests.extend((_request(f"{resource}-{n}", device_class, count),) for n, count in enumerate(counts))
    return DeviceClaim(pod.namespace, f"{pod.name}{CLAIM_NAME}", tuple(requests)) if requests else None


def _request(name: str, device_class: str, count: int) -> DeviceRequest:
    return DeviceRequest(name, "", device_class, (), count, False, ())


def _counts(spec: Mapping[str, Any], resource: str) -> Iterable[int]:
    """One request for each container that stays; init containers use those of later ones, what is missing is one more."""
    containers = [(c, True) for _, c in fields.items(spec, "initContainers")]
    containers += [(c, False) for _, c in fields.items(spec, "containers")]
    wanted = [read_amounts(fields.mapping(c, "resources").get("requests")).get(resource, 0) for c, _ in containers]
    short = [is_init and c.get("restartPolicy") != "Always" for c, is_init in containers]
    staying = [0 if passing else amount for amount, passing in zip(wanted, short, strict=True)]
    missing = [
        amount - sum(staying[index:])
        for index, (amount, passing) in enumerate(zip(wanted, short, strict=True))
        if passing
    ]
    return [count for count in (max(missing, default=0), *staying) if count > 0]
