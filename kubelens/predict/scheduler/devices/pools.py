"""Pools of devices as one node sees them (``GatherPools``)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.node import Node
from kubelens.predict.scheduler.devices.device import Device, Slice
from kubelens.predict.scheduler.devices.inventory import DeviceInventory
from kubelens.predict.scheduler.plugins.node_affinity import matches_selector


class Pool(Struct, frozen=True, eq=False):
    """The devices of a pool that a node reaches, and all it has.

    ``usable``: whether all its slices are there and no name stands twice.
    """

    name: str
    devices: tuple[Device, ...]
    all_devices: tuple[Device, ...]
    counters: Mapping[tuple[str, str], str]
    usable: bool


def reachable(home: Mapping[str, object], node: Node) -> bool:
    """Whether a slice or device is one that a node reaches (``NodeMatches``)."""
    if name := fields.text(home, "nodeName"):
        return name == node.name
    if home.get("allNodes") is True:
        return True
    selector = home.get("nodeSelector")
    return isinstance(selector, dict) and matches_selector(selector, node)


def gather_pools(inventory: DeviceInventory, node: Node) -> tuple[Pool, ...]:
    """The pools a node reaches, of the newest generation each; pools whose newer slices are elsewhere are left out."""
    near = dict.fromkeys((*inventory.on_node.get(node.name, ()), *inventory.elsewhere))
    pools = (_pool(f"{driver}/{name}", inventory.slices[driver, name], node) for driver, name in near)
    return tuple(pool for pool in pools if pool is not None)


def _pool(name: str, members: list[Slice], node: Node) -> Pool | None:
    newest = max(one.generation for one in members)
    current = [one for one in members if one.generation == newest]
    here = [one for one in current if _reaches(one, node)]
    if not here:
        return None
    names = [device.id for one in here for device in one.devices]
    return Pool(
        name,
        tuple(device for one in here for device in one.devices if reachable(device.home, node)),
        tuple(device for one in current for device in one.devices),
        {key: amount for one in current for key, amount in one.counters.items()},
        len(current) == here[0].expected and len(set(names)) == len(names),
    )


def _reaches(one: Slice, node: Node) -> bool:
    return any(reachable(d.home, node) for d in one.devices) if one.by_device else reachable(one.home, node)
