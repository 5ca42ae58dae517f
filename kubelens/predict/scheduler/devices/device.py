"""Devices as drivers publish them in ResourceSlices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube import fields

DeviceId = tuple[str, str, str]
"""Driver, pool and name."""


class DeviceTaint(Struct, frozen=True):
    """What keeps requests away from a device unless they tolerate it."""

    key: str
    value: str
    effect: str


class Device(Struct, frozen=True, eq=False):
    """One device. ``attributes`` and ``capacity`` as written, ``counters``: (counter set, counter, quantity text).

    ``binds``: a claim that has it can be used on its node alone. ``home``: where its slice, or the device itself, says
    that it can be reached from.
    """

    id: DeviceId
    attributes: Mapping[str, Any]
    capacity: Mapping[str, Any]
    taints: tuple[DeviceTaint, ...]
    counters: tuple[tuple[str, str, str], ...]
    shared: bool
    binds: bool
    home: Mapping[str, Any]


class Slice(Struct, frozen=True, eq=False):
    """A ResourceSlice."""

    driver: str
    pool: str
    generation: int
    expected: int
    home: Mapping[str, Any]
    by_device: bool
    devices: tuple[Device, ...]
    counters: Mapping[tuple[str, str], str]


def read_slice(value: Mapping[str, Any]) -> Slice:
    """A ResourceSlice object; a device of v1beta1 holds its fields under ``basic``."""
    spec = fields.mapping(value, "spec")
    pool = fields.mapping(spec, "pool")
    driver, name = fields.text(spec, "driver"), fields.text(pool, "name")
    by_device = spec.get("perDeviceNodeSelection") is True
    counters = {
        (fields.text(one, "name"), counter): str(fields.mapping(fields.mapping(one, "counters"), counter).get("value"))
        for _, one in fields.items(spec, "sharedCounters")
        for counter in fields.mapping(one, "counters")
    }
    return Slice(
        driver,
        name,
        fields.integer(pool, "generation") or 0,
        fields.integer(pool, "resourceSliceCount") or 0,
        spec,
        by_device,
        tuple(_device(one, driver, name, None if by_device else spec) for _, one in fields.items(spec, "devices")),
        counters,
    )


def _device(value: Mapping[str, Any], driver: str, pool: str, home: Mapping[str, Any] | None) -> Device:
    own = {**fields.mapping(value, "basic"), **value}
    counters = tuple(
        (
            fields.text(one, "counterSet"),
            counter,
            str(fields.mapping(fields.mapping(one, "counters"), counter).get("value")),
        )
        for _, one in fields.items(own, "consumesCounters")
        for counter in fields.mapping(one, "counters")
    )
    taints = tuple(
        DeviceTaint(fields.text(t, "key"), fields.text(t, "value"), fields.text(t, "effect"))
        for _, t in fields.items(own, "taints")
    )
    return Device(
        (driver, pool, fields.text(value, "name")),
        fields.mapping(own, "attributes"),
        fields.mapping(own, "capacity"),
        taints,
        counters,
        own.get("allowMultipleAllocations") is True,
        own.get("bindsToNode") is True,
        own if home is None else home,
    )
