"""What a Pod asks a node for: as its containers say, as it says for itself, and as its status says while it is resized."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.node import read_amounts

_DEFAULTS: Final = {"cpu": 100, "memory": 200 * 1024 * 1024}
"""What the score takes a container to ask for that says nothing: milli CPU and bytes."""


class _ContainerAmounts:
    """What each container asks for: as written, or as its status says while a resize is under way."""

    def __init__(self, status: Mapping[str, Any] | None) -> None:
        self._actual: dict[str, dict[str, int]] = {}
        self.infeasible = False
        if status is None:
            return
        for key in ("containerStatuses", "initContainerStatuses"):
            for _, one in fields.items(status, key):
                if isinstance(one.get("resources"), dict):
                    given = read_amounts(fields.mapping(one, "resources").get("requests"))
                    self._actual[fields.text(one, "name")] = _larger(given, read_amounts(one.get("allocatedResources")))
        pending = (c for _, c in fields.items(status, "conditions") if c.get("type") == "PodResizePending")
        self.infeasible = any(c.get("reason") == "Infeasible" for c in pending)

    def of(self, container: Mapping[str, Any]) -> dict[str, int]:
        """The larger of what is asked for and what is given; what is given alone where the resize cannot be done."""
        wanted = read_amounts(fields.mapping(container, "resources").get("requests"))
        actual = self._actual.get(fields.text(container, "name")) if self._actual else None
        if actual is None:
            return wanted
        return actual if self.infeasible else _larger(wanted, actual)


def pod_requests(spec: Mapping[str, Any], status: Mapping[str, Any] | None = None) -> dict[str, int]:
    """What a Pod asks for, after ``component-helpers/resource`` ``PodRequests``; of a placed one its ``status`` counts."""
    return _requests(spec, status, {})


def _requests(
    spec: Mapping[str, Any], status: Mapping[str, Any] | None, missing: Mapping[str, int], *, own: bool = True
) -> dict[str, int]:
    """``missing``: what counts for a container that asks for none of it; ``own``: whether the Pod's amounts count."""
    asked = _ContainerAmounts(status)

    def of(container: Mapping[str, Any]) -> dict[str, int]:
        return {**missing, **asked.of(container)} if missing else asked.of(container)

    total: dict[str, int] = {}
    for _, container in fields.items(spec, "containers"):
        _add(total, of(container))
    sidecars: dict[str, int] = {}
    highest: dict[str, int] = {}
    for _, container in fields.items(spec, "initContainers"):
        amounts = of(container)
        if container.get("restartPolicy") == "Always":
            _add(total, amounts)
            _add(sidecars, amounts)
            highest = _larger(highest, sidecars)
        else:
            now = dict(sidecars)
            _add(now, amounts)
            highest = _larger(highest, now)
    total = _larger(total, highest)
    overhead = read_amounts(spec.get("overhead"))
    if own:
        total |= _of_pod(spec, status, overhead, infeasible=asked.infeasible)
    _add(total, overhead)
    return total


def _of_pod(
    spec: Mapping[str, Any], status: Mapping[str, Any] | None, overhead: Mapping[str, int], *, infeasible: bool
) -> dict[str, int]:
    """What is asked for the Pod as a whole; of a placed one also what it holds already, its overhead apart."""
    wanted = _pod_level(fields.mapping(spec, "resources").get("requests"))
    if not wanted or status is None:
        return wanted
    held = [fields.mapping(status, "resources").get("requests"), status.get("allocatedResources")]
    if not any(isinstance(one, dict) for one in (status.get("resources"), status.get("allocatedResources"))):
        return wanted
    given: dict[str, int] = {}
    for one in held:
        given = _larger(given, {k: v - overhead.get(k, 0) for k, v in read_amounts(one).items()})
    return _pod_level_only(given if infeasible else _larger(wanted, given))


def _pod_level(value: object) -> dict[str, int]:
    return _pod_level_only(read_amounts(value))


def _pod_level_only(amounts: Mapping[str, int]) -> dict[str, int]:
    return {k: v for k, v in amounts.items() if k in ("cpu", "memory") or k.startswith("hugepages-")}


def _add(total: dict[str, int], amounts: Mapping[str, int]) -> None:
    for name, value in amounts.items():
        total[name] = total.get(name, 0) + value


def _larger(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in {**one, **other}}


def scored_requests(
    spec: Mapping[str, Any], status: Mapping[str, Any] | None, requests: Mapping[str, int]
) -> tuple[int, int]:
    """cpu and memory as the resources score counts them: absent requests count 100m and 200 MiB a container.

    A placed Pod (one with a ``status``) that has amounts of its own gets these only for what it asks for nowhere
    (``getNonMissingContainerRequests``); one that is looked at counts its containers alone.
    """
    missing = dict(_DEFAULTS)
    resources = fields.mapping(spec, "resources")
    if status is not None and (_pod_level(resources.get("requests")) or _pod_level(resources.get("limits"))):
        missing = {name: value for name, value in missing.items() if name not in requests}
    counted = _requests(spec, status, missing, own=status is not None)
    return counted.get("cpu", 0), counted.get("memory", 0)
