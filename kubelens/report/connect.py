"""Connections between workloads as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kubelens.predict.api import Prediction
from kubelens.predict.network.ends import ANYWHERE, End, PodEnd
from kubelens.predict.network.policy import Connectivity, Decision
from kubelens.predict.network.port_set import PortSet
from kubelens.report.places import Places

Pair = tuple[PodEnd, PodEnd, PortSet]


def connection_lines(
    source: End,
    destination: End,
    found: Prediction[Connectivity],
    port: tuple[str, int] | None,
    through: str = "",
    *,
    nobody: bool = False,
    places: Places,
) -> list[str]:
    """The answer on one line, then why, then what it assumes. ``nobody``: an end has no Pods."""
    ports = found.answer.ports
    open_ = ports.has(*port) if port is not None else bool(ports)
    named = "some address outside" if destination == ANYWHERE else str(destination)
    target = f"{named}:{port[1]}/{port[0]}" if port is not None else named
    said = "goes through" if open_ else "BLOCKED"
    first = f"{'would go through, but nobody is there:' if open_ and nobody else said:12} {source} -> {target}"
    if port is None or not open_:
        first += f"  ({ports})"
    ends = [end.workload.resource.place for end in (source, destination) if isinstance(end, PodEnd)]
    lines = [places.after(first, *ends), *([f"  {through}"] if through else [])]
    lines += [f"  {places.reason(reason)}" for reason in found.reasons]
    lines += [f"  assumes: {assumption.text}" for assumption in found.assumptions]
    return lines


def connection_json(
    source: End,
    destination: End,
    found: Prediction[Connectivity],
    port: tuple[str, int] | None,
    through: str = "",
) -> dict[str, Any]:
    """The same for machines: ``ports`` by protocol as [first, last] pairs."""
    ports = found.answer.ports
    data: dict[str, Any] = {
        "source": str(source),
        "destination": str(destination),
        "allowed": ports.has(*port) if port is not None else bool(ports),
        "ports": ports_json(ports),
        "egress": _decision(found.answer.egress),
        "ingress": _decision(found.answer.ingress),
        "reasons": [*([through] if through else []), *(r.text for r in found.reasons)],
        "assumptions": [a.text for a in found.assumptions],
    }
    if port is not None:
        data["port"] = {"protocol": port[0], "number": port[1]}
    return data


def ports_json(ports: PortSet) -> dict[str, list[list[int]]]:
    """Protocol to inclusive ranges."""
    return {protocol: [list(pair) for pair in ranges] for protocol, ranges in ports.ranges}


def _decision(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {
        "isolated": bool(decision.policies),
        "policies": [f"{p.namespace}/{p.name}" for p in decision.policies],
        "allowed_by": [f"{p.namespace}/{p.name}" for p, _ in decision.by],
        "cluster": [
            {"policy": v.policy.name, "rule": v.rule.name, "action": str(v.rule.action), "ports": ports_json(v.ports)}
            for v in decision.cluster
        ],
    }


def matrix_json(ends: Sequence[PodEnd], pairs: Prediction[tuple[Pair, ...]]) -> dict[str, Any]:
    """``workloads``, the ``connections`` that are permitted, and what that takes for granted."""
    connections = [{"source": str(a), "destination": str(b), "ports": ports_json(p)} for a, b, p in pairs.answer]
    assumptions = [a.text for a in pairs.assumptions]
    return {
        "version": 1,
        "workloads": [str(end) for end in ends],
        "connections": connections,
        "assumptions": assumptions,
    }
