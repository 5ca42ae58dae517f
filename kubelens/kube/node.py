"""Nodes, as the scheduler reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct, field

from kubelens.kube import fields
from kubelens.kube.quantity import Quantity, read_quantity
from kubelens.kube.selector import read_labels

HOSTNAME: Final = "kubernetes.io/hostname"
ZONE: Final = "topology.kubernetes.io/zone"
OS: Final = "kubernetes.io/os"
_ASKED_SINCE: Final = 33
UNSCHEDULABLE: Final = "node.kubernetes.io/unschedulable"


class Taint(Struct, frozen=True):
    """What keeps Pods away from a node unless they tolerate it."""

    key: str
    value: str
    effect: str

    def __str__(self) -> str:
        return f"{self.key}={self.value}:{self.effect}" if self.value else f"{self.key}:{self.effect}"


class Node(Struct, frozen=True):
    """A node. ``allocatable``: cpu in milli, all others in whole units. ``images``: bytes by the names the kubelet gives."""

    name: str
    labels: Mapping[str, str]
    taints: tuple[Taint, ...]
    unschedulable: bool
    allocatable: Mapping[str, int]
    images: Mapping[str, int] = field(default_factory=dict)
    declared_features: frozenset[str] = frozenset()
    sized: bool = True
    """Whether its room is known: False where a manifest says neither ``allocatable`` nor ``capacity``."""
    system: str = ""
    """Its operating system, ``""`` where nothing tells."""
    knows_groups_policy: bool | None = None
    """Whether its runtime can do supplementalGroupsPolicy; None where nothing tells, or its kubelet does not ask."""

    @property
    def zone(self) -> str:
        """The zone label's value, ``""`` where there is none."""
        return self.labels.get(ZONE, "")


def amount(name: str, quantity: Quantity) -> int:
    """A quantity as the scheduler counts it: cpu in milli, others in units, both rounded up."""
    if name == "cpu":
        return -(-quantity.nanos // 1_000_000)
    return -(-quantity.nanos // 1_000_000_000)


def read_amounts(value: object) -> dict[str, int]:
    """A resource list in the scheduler's units; entries that are no quantity are left out."""
    if not isinstance(value, dict):
        return {}
    found: dict[str, int] = {}
    for name, text in value.items():
        quantity = read_quantity(text)
        if quantity is not None:
            found[name] = amount(name, quantity)
    return found


def read_node(value: Mapping[str, Any]) -> Node:
    """A Node object."""
    metadata, spec, status = (fields.mapping(value, key) for key in ("metadata", "spec", "status"))
    taints = tuple(
        Taint(fields.text(t, "key"), fields.text(t, "value"), fields.text(t, "effect"))
        for _, t in fields.items(spec, "taints")
    )
    images: dict[str, int] = {}
    for _, image in fields.items(status, "images"):
        for name in fields.texts(image, "names"):
            images[name] = fields.integer(image, "sizeBytes") or 0
    room = status.get("allocatable", status.get("capacity"))
    labels, running = read_labels(metadata.get("labels")), fields.mapping(status, "nodeInfo")
    features = fields.boolean(fields.mapping(status, "features"), "supplementalGroupsPolicy")
    return Node(
        fields.text(metadata, "name"),
        labels,
        taints,
        fields.boolean(spec, "unschedulable") or False,
        read_amounts(room),
        images,
        frozenset(fields.texts(status, "declaredFeatures")),
        room is not None,
        fields.text(running, "operatingSystem") or labels.get(OS, ""),
        features if features is not None or not _asks_for_groups(running) else False,
    )


def _asks_for_groups(running: Mapping[str, Any]) -> bool:
    """Whether a kubelet of that version rejects Pods for supplementalGroupsPolicy."""
    version = re.match(r"v1\.([0-9]{1,4})\b", fields.text(running, "kubeletVersion"))
    return version is not None and int(version[1]) >= _ASKED_SINCE


def normalised_image(name: str) -> str:
    """An image name with ``:latest`` where it has neither tag nor digest (``NormalizedImageName``)."""
    if name.rfind(":") <= name.rfind("/"):
        return f"{name}:latest"
    return name
