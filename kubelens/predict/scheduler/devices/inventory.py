"""Classes, slices and claims of devices: what the scheduler's cache holds of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.predict.scheduler.devices.claim import DeviceClaim, read_claim, read_selectors
from kubelens.predict.scheduler.devices.device import DeviceId, Slice, read_slice

CLASS_PREFIX: Final = "deviceclass.resource.kubernetes.io/"
"""A class gives an extended resource of this prefix and its name, whatever it says."""

PoolKey = tuple[str, str]
"""Driver and pool."""


class DeviceClass(Struct, frozen=True):
    """A DeviceClass: its selectors, and the extended resource that it gives."""

    name: str
    selectors: tuple[str, ...]
    extended_resource: str
    created: str


class DeviceInventory(Struct):
    """What is known of devices.

    ``given``: whether the slices are all that there are; where they are not, a claim is taken to be served anywhere.
    ``on_node``: the pools of slices of one node; ``elsewhere``: those of all other slices. ``unread``: why an answer is
    not certain, in sentences.
    """

    given: bool = True
    classes: dict[str, DeviceClass] = field(default_factory=dict)
    claims: dict[tuple[str, str], DeviceClaim] = field(default_factory=dict)
    templates: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    """ResourceClaimTemplates, as written."""
    refused: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    """(kind, namespace, name) of the claims and templates that the API server does not store, with its sentence."""
    slices: dict[PoolKey, list[Slice]] = field(default_factory=dict)
    on_node: dict[str, list[PoolKey]] = field(default_factory=dict)
    elsewhere: list[PoolKey] = field(default_factory=list)
    held: dict[DeviceId, int] = field(default_factory=dict)
    """How many claims have each device that is in use."""
    steps: int = 0
    """How often a device was looked at, in all."""
    selected: dict[tuple[str, DeviceId], bool | str] = field(default_factory=dict)
    """By expression and device: whether it is selected, or why that cannot be said (``CEL runtime error``)."""
    unread: dict[str, None] = field(default_factory=dict)

    def copied(self) -> DeviceInventory:
        """The same with claims of its own: what is given away there is not given away here."""
        return replace(self, claims=dict(self.claims), held=dict(self.held), unread=dict(self.unread))

    def take(self, kind: str, obj: Mapping[str, Any]) -> None:
        """Take in one object of resource.k8s.io."""
        metadata, spec = fields.mapping(obj, "metadata"), fields.mapping(obj, "spec")
        name = fields.text(metadata, "name")
        if kind == "DeviceClass":
            self.classes[name] = DeviceClass(
                name,
                read_selectors(spec),
                fields.text(spec, "extendedResourceName"),
                fields.text(metadata, "creationTimestamp"),
            )
        elif kind == "ResourceClaim":
            self.put(read_claim(obj))
        elif kind == "ResourceClaimTemplate":
            self.templates[fields.text(metadata, "namespace") or "default", name] = fields.mapping(spec, "spec")
        elif kind == "ResourceSlice":
            one = read_slice(obj)
            key = (one.driver, one.pool)
            self.slices.setdefault(key, []).append(one)
            node = fields.text(one.home, "nodeName")
            (self.on_node.setdefault(node, []) if node else self.elsewhere).append(key)

    def of_template(self, namespace: str, template: str, name: str) -> DeviceClaim | None:
        """The claim that a template makes, None where there is no such template."""
        spec = self.templates.get((namespace, template))
        return None if spec is None else read_claim({"metadata": {"namespace": namespace, "name": name}, "spec": spec})

    def put(self, claim: DeviceClaim) -> None:
        """Hold a claim in place of what was known of it."""
        self.drop(claim.namespace, claim.name)
        self.claims[claim.namespace, claim.name] = claim
        for device in claim.allocated or ():
            self.held[device] = self.held.get(device, 0) + 1

    def drop(self, namespace: str, name: str) -> None:
        """Forget a claim: its devices are free again."""
        gone = self.claims.pop((namespace, name), None)
        for device in (gone.allocated or ()) if gone is not None else ():
            self.held[device] -= 1
            if not self.held[device]:
                del self.held[device]

    def class_of(self, resource: str) -> DeviceClass | None:
        """The class that gives an extended resource: the newest that names it, of these the first by name."""
        if resource.startswith(CLASS_PREFIX):
            return self.classes.get(resource.removeprefix(CLASS_PREFIX))
        named = sorted(one.name for one in self.classes.values() if one.extended_resource == resource)
        return max((self.classes[name] for name in named), key=lambda one: one.created) if named else None
