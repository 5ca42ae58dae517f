"""ResourceClaims as the scheduler reads them: requests with their alternatives, constraints, and what is allocated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube import fields
from kubelens.predict.scheduler.devices.device import DeviceId, DeviceTaint


class DeviceToleration(Struct, frozen=True):
    """What lets a request have a tainted device."""

    key: str
    operator: str
    value: str
    effect: str

    def tolerates(self, taint: DeviceTaint) -> bool:
        """(``resourceclaim.ToleratesTaint``)."""
        if self.effect and self.effect != taint.effect:
            return False
        if self.key and self.key != taint.key:
            return False
        return self.operator == "Exists" or self.value == taint.value


class DeviceRequest(Struct, frozen=True):
    """A number of devices of a class. ``count`` is None for all there are; ``sub_name``: which alternative it is."""

    name: str
    sub_name: str
    device_class: str
    selectors: tuple[str, ...]
    count: int | None
    admin: bool
    tolerations: tuple[DeviceToleration, ...]
    capacity: bool = False

    @property
    def full_name(self) -> str:
        """``request`` or ``request/alternative``."""
        return f"{self.name}/{self.sub_name}" if self.sub_name else self.name


class AttributeConstraint(Struct, frozen=True):
    """Devices of some requests (all where none is named) have one value of an attribute, or each its own."""

    requests: frozenset[str]
    attribute: str
    distinct: bool


class DeviceClaim(Struct, frozen=True, eq=False):
    """A ResourceClaim. ``requests``: each with its alternatives, the best first.

    ``allocated`` is None where nothing is allocated yet; ``selector`` then says nothing. ``reserved``: how many Pods
    have it reserved. ``shared``: an allocation holds devices that others may have too.
    """

    namespace: str
    name: str
    requests: tuple[tuple[DeviceRequest, ...], ...] = ()
    constraints: tuple[AttributeConstraint, ...] = ()
    allocated: tuple[DeviceId, ...] | None = None
    selector: Mapping[str, Any] | None = None
    reserved: frozenset[str] = frozenset()
    deleting: bool = False
    prioritized: bool = False

    @property
    def key(self) -> str:
        """``namespace/name``."""
        return f"{self.namespace}/{self.name}"


def read_claim(value: Mapping[str, Any]) -> DeviceClaim:
    """A ResourceClaim object, of any version: v1beta1 writes a request's fields beside its name."""
    metadata, status = fields.mapping(value, "metadata"), fields.mapping(value, "status")
    devices = fields.mapping(fields.mapping(value, "spec"), "devices")
    written = [request for _, request in fields.items(devices, "requests")]
    allocation = status.get("allocation")
    allocated: tuple[DeviceId, ...] | None = None
    selector = None
    if isinstance(allocation, dict):
        results = (r for _, r in fields.items(fields.mapping(allocation, "devices"), "results"))
        allocated = tuple(
            (fields.text(r, "driver"), fields.text(r, "pool"), fields.text(r, "device"))
            for r in results
            if r.get("adminAccess") is not True and "shareID" not in r
        )
        found = allocation.get("nodeSelector")
        selector = found if isinstance(found, dict) else None
    return DeviceClaim(
        fields.text(metadata, "namespace") or "default",
        fields.text(metadata, "name"),
        tuple(_alternatives(request) for request in written),
        tuple(_constraint(one) for _, one in fields.items(devices, "constraints")),
        allocated,
        selector,
        frozenset(fields.text(one, "name") for _, one in fields.items(status, "reservedFor")),
        "deletionTimestamp" in metadata,
        any(request.get("firstAvailable") for request in written),
    )


def _alternatives(request: Mapping[str, Any]) -> tuple[DeviceRequest, ...]:
    name = fields.text(request, "name")
    ranked = fields.items(request, "firstAvailable")
    if ranked:
        return tuple(_request(name, fields.text(one, "name"), one) for _, one in ranked)
    exact = request.get("exactly")
    return (_request(name, "", exact if isinstance(exact, dict) else request),)


def _request(name: str, sub_name: str, value: Mapping[str, Any]) -> DeviceRequest:
    everything = fields.text(value, "allocationMode") == "All"
    return DeviceRequest(
        name,
        sub_name,
        fields.text(value, "deviceClassName"),
        read_selectors(value),
        None if everything else fields.integer(value, "count") or 1,
        value.get("adminAccess") is True,
        tuple(
            DeviceToleration(
                fields.text(t, "key"),
                fields.text(t, "operator", "Equal"),
                fields.text(t, "value"),
                fields.text(t, "effect"),
            )
            for _, t in fields.items(value, "tolerations")
        ),
        bool(fields.mapping(fields.mapping(value, "capacity"), "requests")),
    )


def read_selectors(value: Mapping[str, Any]) -> tuple[str, ...]:
    """The CEL expressions of a request or class."""
    return tuple(fields.text(fields.mapping(s, "cel"), "expression") for _, s in fields.items(value, "selectors"))


def _constraint(value: Mapping[str, Any]) -> AttributeConstraint:
    distinct = fields.text(value, "distinctAttribute")
    return AttributeConstraint(
        frozenset(fields.texts(value, "requests")), distinct or fields.text(value, "matchAttribute"), bool(distinct)
    )
