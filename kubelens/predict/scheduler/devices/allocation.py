"""Structured allocation: devices of a node for the claims of a Pod (``structured.Allocator``).

Devices are tried in the order of the slices, requests one after the other, with backtracking: the first solution is
taken. Order across pools is arbitrary upstream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.quantity import read_quantity
from kubelens.predict.scheduler.devices.claim import AttributeConstraint, DeviceClaim, DeviceRequest
from kubelens.predict.scheduler.devices.device import Device, DeviceId
from kubelens.predict.scheduler.devices.pools import Pool

MOST_DEVICES: Final = 32
"""An allocation holds no more (``AllocationResultsMaxSize``)."""
_MOST_STEPS: Final = 20_000
_KEEPING_AWAY: Final = ("NoSchedule", "NoExecute")

Selectable = Callable[[DeviceRequest, Device, DeviceClaim], bool]
"""Whether the selectors of a request and of its class fit a device."""


class Exhausted(Exception):
    """More combinations than are tried here: whether there is an allocation is not known."""


class NoPool(Exception):
    """An allocation of all devices that must wait for a pool: the claim, the request and the pool."""


class Given(Struct, frozen=True, eq=False):
    """A device given to a request of a claim (its number among the claims)."""

    claim: int
    request: DeviceRequest
    rank: int
    device: Device


def allocate(
    claims: Sequence[DeviceClaim], pools: Sequence[Pool], in_use: Mapping[DeviceId, int], selectable: Selectable
) -> tuple[Given, ...] | None:
    """The devices that the claims get on a node, None where not all can be had.

    Raises:
        Exhausted: there are too many combinations to try.
        NoPool: all devices are asked for, of a pool that is not whole.
    """
    return _Search(claims, pools, in_use, selectable).run()


class _Search:
    def __init__(
        self,
        claims: Sequence[DeviceClaim],
        pools: Sequence[Pool],
        in_use: Mapping[DeviceId, int],
        selectable: Selectable,
    ) -> None:
        self._claims, self._pools, self._in_use, self._selectable = claims, pools, in_use, selectable
        self._devices = [(device, pool) for pool in pools if pool.usable for device in pool.devices]
        self._given: list[Given] = []
        self._steps = 0
        self._wanted = [(number, request) for number, claim in enumerate(claims) for request in claim.requests]
        self._counters = {id(pool): _left(pool, in_use) for pool in pools if pool.counters}

    def run(self) -> tuple[Given, ...] | None:
        return tuple(self._given) if self._from(0) else None

    def _from(self, position: int) -> bool:
        """Serve the requests from a position on."""
        if position == len(self._wanted):
            return True
        claim, alternatives = self._wanted[position]
        for rank, request in enumerate(alternatives):
            if request.count is None:
                if self._all(position, claim, request, rank):
                    return True
            elif self._some(position, claim, request, rank, request.count, 0):
                return True
        return False

    def _some(self, position: int, claim: int, request: DeviceRequest, rank: int, missing: int, start: int) -> bool:
        if missing == 0:
            return self._from(position + 1)
        if self._held(claim) + missing > MOST_DEVICES:
            return False
        for index in range(start, len(self._devices)):
            device, pool = self._devices[index]
            if not self._selectable(request, device, self._claims[claim]):
                continue
            if not self._take(claim, request, rank, device, pool):
                continue
            if self._some(position, claim, request, rank, missing - 1, index + 1):
                return True
            self._give_back(pool)
        return False

    def _all(self, position: int, claim: int, request: DeviceRequest, rank: int) -> bool:
        if (broken := next((pool.name for pool in self._pools if not pool.usable), None)) is not None:
            raise NoPool(self._claims[claim].key, request.name, broken)
        chosen = [
            (device, pool) for device, pool in self._devices if self._selectable(request, device, self._claims[claim])
        ]
        if not chosen or self._held(claim) + len(chosen) > MOST_DEVICES:
            return False
        taken: list[Pool] = []
        for device, pool in chosen:
            if not self._take(claim, request, rank, device, pool):
                break
            taken.append(pool)
        if len(taken) == len(chosen) and self._from(position + 1):
            return True
        for pool in reversed(taken):
            self._give_back(pool)
        return False

    def _held(self, claim: int) -> int:
        return sum(1 for one in self._given if one.claim == claim)

    def _take(self, claim: int, request: DeviceRequest, rank: int, device: Device, pool: Pool) -> bool:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise Exhausted
        if request.admin:
            if any(one.claim == claim and one.device is device for one in self._given):
                return False
        elif device.id in self._in_use or any(o.device is device and not o.request.admin for o in self._given):
            return False
        if any(
            taint.effect in _KEEPING_AWAY and not any(t.tolerates(taint) for t in request.tolerations)
            for taint in device.taints
        ):
            return False
        if not all(self._allows(c, claim, request, device) for c in self._claims[claim].constraints):
            return False
        left = self._counters.get(id(pool), {})
        if any(left.get((group, name), 0) < _amount(text) for group, name, text in device.counters):
            return False
        for group, name, text in device.counters:
            left[group, name] -= _amount(text)
        self._given.append(Given(claim, request, rank, device))
        return True

    def _give_back(self, pool: Pool) -> None:
        gone = self._given.pop()
        for group, name, text in gone.device.counters:
            self._counters[id(pool)][group, name] += _amount(text)

    def _allows(self, constraint: AttributeConstraint, claim: int, request: DeviceRequest, device: Device) -> bool:
        """(``matchAttributeConstraint``, ``distinctAttributeConstraint``)."""
        if not _concerns(constraint, request):
            return True
        value = _attribute(device, constraint.attribute)
        if value is None:
            return False
        others = (
            _attribute(one.device, constraint.attribute)
            for one in self._given
            if one.claim == claim and _concerns(constraint, one.request)
        )
        return all((other == value) is not constraint.distinct for other in others)


def _concerns(constraint: AttributeConstraint, request: DeviceRequest) -> bool:
    return not constraint.requests or bool(constraint.requests & {request.name, request.full_name})


def _attribute(device: Device, name: str) -> tuple[str, Any] | None:
    """An attribute by its full name, or by its own where the domain is the driver's (``lookupAttribute``)."""
    domain, _, own = name.partition("/")
    found = device.attributes.get(name)
    if found is None and domain == device.id[0]:
        found = device.attributes.get(own)
    if not isinstance(found, dict):
        return None
    return next(((kind, found[kind]) for kind in ("string", "int", "bool", "version") if kind in found), None)


def _amount(text: str) -> int:
    quantity = read_quantity(text)
    return quantity.nanos if quantity is not None else 0


def _left(pool: Pool, in_use: Mapping[DeviceId, int]) -> dict[tuple[str, str], int]:
    """What is left of a pool's counters: devices that are in use, on whatever node, have theirs."""
    left = {key: _amount(text) for key, text in pool.counters.items()}
    for group, name, text in _consumed(pool, in_use):
        left[group, name] = left.get((group, name), 0) - _amount(text)
    return left


def _consumed(pool: Pool, in_use: Mapping[DeviceId, int]) -> Iterator[tuple[str, str, str]]:
    for device in pool.all_devices:
        if device.id in in_use:
            yield from device.counters


def node_selector(devices: Sequence[Device], node: str) -> Mapping[str, Any] | None:
    """From which nodes an allocation can be used, None for all (``createNodeSelector``)."""
    expressions: list[Any] = []
    names: list[Any] = []
    for device in devices:
        if device.binds or device.home.get("nodeName"):
            only = {"key": "metadata.name", "operator": "In", "values": [node]}
            return {"nodeSelectorTerms": [{"matchFields": [only]}]}
        selector = device.home.get("nodeSelector")
        terms = selector.get("nodeSelectorTerms") if isinstance(selector, dict) else None
        if isinstance(terms, list) and terms and isinstance(terms[0], dict):
            expressions.extend(terms[0].get("matchExpressions") or ())
            names.extend(terms[0].get("matchFields") or ())
    if not expressions and not names:
        return None
    return {"nodeSelectorTerms": [{"matchExpressions": expressions, "matchFields": names}]}
