"""What stands behind Services: a line for each port, or everything about a few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from kubelens.kube.network import Service, ServiceType
from kubelens.predict.api import Assumption, Prediction
from kubelens.predict.network.connections import Connection, Health
from kubelens.predict.network.kube_proxy.categorize import Backend
from kubelens.predict.network.kube_proxy.path import Outcome, Verdict
from kubelens.predict.network.service import ServicePaths
from kubelens.report.columns import columns, hanging
from kubelens.report.printable import printable_line

_SHOWN: Final = 8
_END: Final = {Verdict.REJECTED: "rejected", Verdict.DROPPED: "dropped", Verdict.UNTOUCHED: "left to routing"}


class Told(Struct, frozen=True):
    """A reason, and ``file:line`` of what it rests on, ``""`` where that is nowhere."""

    text: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.text}  ({self.place})" if self.place else self.text


class ServiceRow(Struct, frozen=True):
    """A Service, what is behind it, and for each port without Pods why (by the port's name in ``paths``).

    ``place``: ``file:line`` of its selector, or of the name it stands for.
    ``connections``: what one node makes of new ones, None where nobody asked; ``health``: what its health check port
    counts, None where there is no such port.
    """

    service: Service
    paths: Prediction[ServicePaths]
    why: dict[str, tuple[Told, ...]]
    place: str
    connections: Prediction[tuple[Connection, ...]] | None = None
    health: Health | None = None

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What both answers take for granted."""
        beside = self.connections.assumptions if self.connections is not None else ()
        return tuple(dict.fromkeys((*self.paths.assumptions, *beside)))


def table(rows: Sequence[ServiceRow], width: int, taken: Sequence[Assumption] = ()) -> str:
    """One line for each Service and port; the same Service written several times in a file is shown once.

    ``taken``: what is taken for granted of the Pods that are let in.
    """
    shown = [("Service", "type", "port", "ends at")]
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        for number, cells in enumerate(_cells(row)):
            key = (row.service.namespace, row.service.name, row.place.rpartition(":")[0], *cells)
            seen[key] = seen.get(key, 0) + 1
            if seen[key] == 1:
                title = f"{row.service.namespace}/{row.service.name}" if number == 0 else ""
                kind = row.service.type.value if number == 0 else ""
                ends = str(Told(cells[1], row.place if number == 0 else ""))
                shown.append((printable_line(title), kind, printable_line(cells[0]), printable_line(ends)))
    lines = columns(shown, width)
    repeats = max(seen.values(), default=1)
    if repeats > 1:
        lines.append(f"Services written several times are shown once (up to {repeats} times).")
    told = "Assuming that Pods whose status the files do not give are ready. "
    lines += hanging(f"{told}--service NAME shows the ways in and how traffic is shared out.", width)
    lines += [printable_line(f"assuming: {one.text}") for one in taken]
    return "".join(f"{line}\n" for line in lines)


def _cells(row: ServiceRow) -> list[tuple[str, str]]:
    if row.service.type is ServiceType.EXTERNAL_NAME:
        return [("", f"{row.service.external_name} (by DNS)")]
    found = []
    if not row.paths.answer.ports:
        return [("", f"none: {row.paths.answer.sharing}")] if row.paths.answer.sharing else []
    for port in row.paths.answer.ports:
        shown = f"{port.port}, node {port.node_port}" if port.node_port else port.port
        ends = ", ".join(p.replace(f" {row.service.namespace}/", " ") for p in port.pods)
        found.append((shown, ends or "none: " + "; ".join(map(str, row.why.get(port.port, port.unready)))))
    return found


def details(row: ServiceRow) -> list[str]:
    """The lines about one Service: every way in, how traffic is shared out, what is assumed."""
    service = row.service
    extra = f" -> {service.external_name}" if service.type is ServiceType.EXTERNAL_NAME else ""
    lines = [f"Service {service.namespace}/{service.name} ({service.type.value}){extra}  ({row.place})"]
    for port in row.paths.answer.ports:
        lines.append(f"  {port.port}  ->  {', '.join(port.pods) or 'none'}")
        reasons = row.why.get(port.port, ())
        lines += [f"      {reason}" for reason in reasons]
        told = [why for why in port.unready if not any(why in reason.text for reason in reasons)]
        lines += [f"      {why}" for why in told[:_SHOWN]]
        if len(told) > _SHOWN:
            lines.append(f"      ... and {len(told) - _SHOWN} more that are no ready endpoints")
        lines += [f"      {way}" for way in port.ways]
    if row.paths.answer.sharing:
        lines.append(f"  {row.paths.answer.sharing}")
    for one in row.connections.answer if row.connections is not None else ():
        at = str(one.entry.port or "<a port the API server gives>")
        lines.append(f"  new connections to {one.entry.way} {one.entry.address}:{at}")
        lines += [f"      {line}" for line in _becomes(one.outcome)]
        if one.iptables is not None:
            lines += [f"      in iptables mode: {line}" for line in _becomes(one.iptables)]
    if row.health is not None:
        lines.append(f"  health check of the node: {_checked(row.health)}")
    return [*lines, *(f"  assuming: {a.text}" for a in row.assumptions)]


def _checked(health: Health) -> str:
    if health.status is None:
        return f"200 where one of {health.maybe} Pods runs there, else 503: the files do not say"
    return f"{health.status} ({health.ready} ready Pods there)"


def _becomes(found: Outcome) -> Iterator[str]:
    match found.verdict:
        case Verdict.REJECTED:
            yield "rejected (ICMP): no endpoint anywhere"
        case Verdict.DROPPED:
            yield "dropped"
        case Verdict.UNTOUCHED:
            yield "no rule: the packet goes where routing sends it"
        case Verdict.OPEN:
            rest = f", and it is {_END[found.otherwise]} where none does" if found.otherwise is not None else ""
            yield f"which of these share it depends on nodes{rest}; the files do not say what runs where:"
            yield from (f"? {_named(backend)}" for backend in found.possible[:_SHOWN])
            if len(found.possible) > _SHOWN:
                yield f"... and {len(found.possible) - _SHOWN} more"
        case Verdict.SENT:
            for backend, share in found.shares[:_SHOWN]:
                yield f"{share} {_named(backend)}"
            if len(found.shares) > _SHOWN:
                yield f"... and {len(found.shares) - _SHOWN} more"


def _named(backend: Backend) -> str:
    where = f" on {backend.node}" if backend.node else ""
    return f"{backend}{f' Pod {backend.pod}' if backend.pod else ''}{where}"
