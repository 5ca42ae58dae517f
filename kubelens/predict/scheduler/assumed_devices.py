"""Devices where the manifests do not say which there are: drivers publish ResourceSlices, nobody writes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kubelens.predict.first_names import first_names
from kubelens.predict.scheduler.devices.extended_resources import given_by_classes
from kubelens.predict.scheduler.pending import PendingPod
from kubelens.predict.scheduler.pod_info import read_pod
from kubelens.predict.scheduler.state import ClusterState

_MOST_NAMED: Final = 3


def assume_devices(pending: Iterable[PendingPod], state: ClusterState) -> tuple[str, ...]:
    """Let claims be served on any node where no slice is given; what that takes for granted, in sentences."""
    if state.devices.slices:
        return ()
    state.devices.given = False
    asking: dict[str, None] = {}
    for one in pending:
        spec = one.value["spec"]
        if spec.get("resourceClaims") or (
            state.devices.classes and given_by_classes(read_pod(one.value), state.devices)
        ):
            owner = one.owner
            asking[f"{owner.kind} {owner.namespace or 'default'}/{owner.name}"] = None
    if not asking:
        return ()
    return (
        f"the devices that {first_names(list(asking), _MOST_NAMED)} claim are there on every node: no ResourceSlice is given "
        "(kubectl get resourceslices,deviceclasses -o yaml writes them)",
    )
