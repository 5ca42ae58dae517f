"""Warnings about container ports, after ``pkg/api/pod/warnings.go``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, field_notation
from kubelens.predict.apiserver.pod.annotations import containers

Port = dict[str, Any]
_MOST: Final = 1000
"""More pairs of ports than any Pod has; a server takes the time to list them all."""


def port_warnings(spec: dict[str, Any], path: Path) -> Iterator[tuple[str, str]]:
    """Ports that get in each other's way, and names that two containers use."""
    seen: dict[tuple[int, str], list[tuple[str, Port]]] = {}
    told = 0
    for container, here in containers(spec, path):
        for index, port in enumerate(container.get("ports", [])):
            field = field_notation((*here, "ports", index))
            if port.get("hostIP") and not port.get("hostPort"):
                yield field, "hostIP is set without hostPort"
            others = seen.setdefault((port.get("containerPort", 0), port.get("protocol", "")), [])
            for other_field, other in others:
                if problem := _clash(port, other):
                    told += 1
                    if told > _MOST:
                        yield field, f"and those after it clash with others too; {_MOST} clashes are listed"
                        yield from _names(spec, path)
                        return
                    yield field, f"{problem} {other_field}"
            others.append((field, port))
    yield from _names(spec, path)


def _clash(port: Port, other: Port) -> str:
    address, other_address = port.get("hostIP", ""), other.get("hostIP", "")
    host, other_host = port.get("hostPort", 0), other.get("hostPort", 0)
    if address == other_address and host == other_host:
        return "is the same port as"
    if not host or not other_host:
        return "overlaps with"
    if host == other_host and bool(address) != bool(other_address):
        return "is dangerously ambiguous beside"
    return ""


def _names(spec: dict[str, Any], path: Path) -> Iterator[tuple[str, str]]:
    """Names that two long-running containers give to a port: a Service takes the first."""
    seen: dict[str, tuple[str, Path]] = {}
    for container, here in containers(spec, path):
        if here[-2] == "ephemeralContainers" or (
            here[-2] == "initContainers" and container.get("restartPolicy") != "Always"
        ):
            continue
        for index, port in enumerate(container.get("ports", [])):
            name = port.get("name", "")
            if not name:
                continue
            field = field_notation((*here, "ports", index))
            if name in seen and seen[name][1] != here:
                yield field, f"the name {name!r} is that of {seen[name][0]} too, which Services and probes take"
            else:
                seen.setdefault(name, (field, here))
