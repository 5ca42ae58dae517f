"""What stands behind each Service before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kubelens.kube.network import ServiceType, read_service
from kubelens.kube.resource import Resource
from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Side, Sides
from kubelens.predict.network.destination import pods_behind

Behind = Mapping[str, tuple[str, ...]]
"""For each port of a Service (by name, else number) the workloads with their ports."""


def endpoints(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each Service that is there on both sides and has other Pods or ports behind it."""
    for new in sides.after.bundle.all("Service", group=""):
        old = sides.old.bundle.get("Service", new.namespace, new.name, group="")
        if old is None or not sides.old.stands(old) or not sides.after.stands(new):
            continue
        before, after = _behind(sides.old, old), _behind(sides.after, new)
        if before is None or after is None:
            continue
        after = {port: _with_kept(pods, before.get(port, ()), sides.kept) for port, pods in after.items()}
        if before == after:
            continue
        yield from _compared(new, before, after)


def _behind(side: Side, resource: Resource) -> Behind | None:
    service = read_service(resource)
    if service is None or service.selector is None or service.type is ServiceType.EXTERNAL_NAME:
        return None
    return {
        f"{port.number}/{port.protocol}": tuple(sorted(pods_behind(side.ask, service, port))) for port in service.ports
    }


def _with_kept(pods: tuple[str, ...], before: tuple[str, ...], kept: frozenset[str]) -> tuple[str, ...]:
    """Those of workloads that keep their old Pods, too."""
    return tuple(sorted({*pods, *(pod for pod in before if pod.rpartition(":")[0] in kept)}))


def _compared(service: Resource, before: Behind, after: Behind) -> Iterator[Consequence]:
    had, has = any(before.values()), any(after.values())
    if had and not has:
        was = ", ".join(sorted({pod for pods in before.values() for pod in pods}))
        yield consequence("endpoints-lost", service, f"no Pod stands behind it any more; it was {was}")
    elif has and not had:
        now = ", ".join(sorted({pod for pods in after.values() for pod in pods}))
        yield consequence("endpoints-gained", service, f"leads to {now} now; nothing stood behind it")
    else:
        differing = [port for port in dict.fromkeys([*before, *after]) if before.get(port) != after.get(port)]
        lines = [
            f"{port}: {_said(before.get(port))} -> {_said(after.get(port))}"
            for port in differing
            if before.get(port) or after.get(port)
        ]
        if lines:
            yield consequence("endpoints-changed", service, "; ".join(lines))


def _said(pods: tuple[str, ...] | None) -> str:
    if pods is None:
        return "no such port"
    return ", ".join(pods) or "nothing"
