"""The ports of a node that a Pod takes for itself, as its template writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelens.kube import fields


def host_ports(pod: Mapping[str, Any]) -> frozenset[tuple[str, int]]:
    """(protocol, port) of every host port; on the host's network each container port is one (``SetDefaults_Pod``)."""
    network = fields.boolean(pod, "hostNetwork") or False
    containers = [c for _, c in fields.items(pod, "containers")]
    containers += [c for _, c in fields.items(pod, "initContainers") if c.get("restartPolicy") == "Always"]
    found = set()
    for container in containers:
        for _, port in fields.items(container, "ports"):
            number = fields.integer(port, "hostPort") or (fields.integer(port, "containerPort") if network else 0)
            if number:
                found.add((fields.text(port, "protocol") or "TCP", number))
    return frozenset(found)
