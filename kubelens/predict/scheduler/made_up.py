"""Clusters that are made up: ``3x4cpu,16Gi`` over zones, and the default where none is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.scheduler.plugins.node_declared_features import RESTART_ALL
from kubelens.syntax.pattern import pattern

DEFAULT_NODES: Final = "3x4cpu,16Gi"
DEFAULT_ZONES: Final = "a,b,c"
_PART: Final = pattern(r"(?P<count>[0-9]{1,5})x(?P<rest>.+)\Z")
_BARE_CPU: Final = pattern(r"[0-9]+m|[0-9]{1,3}(?:\.[0-9]+)?")
"""An amount as Kubernetes writes that of cpu, and never that of a node's memory: millicores, or few units."""
MOST_NODES: Final = 20_000
_SHOWN: Final = 100


class NoCluster(ValueError):
    """A description that makes no nodes."""


def made_up_nodes(
    descriptions: Sequence[str], zones: str = "", prefix: str = "node", first: int = 0
) -> list[dict[str, Any]]:
    """Node objects of descriptions such as ``3x4cpu,16Gi``, ``2x8cpu,32Gi,nvidia.com/gpu=1,pool=gpu``.

    After the count come cpu (``4cpu``, ``4000m``, ``4``) and memory, then resources (``name=quantity`` with a domain) or labels.
    ``first``: how many of the prefix there are already, after which names go on.

    Raises:
        NoCluster: a description cannot be read, or all of them make more than 20,000 nodes.
    """
    places = [z.strip() for z in zones.split(",") if z.strip()]
    nodes: list[dict[str, Any]] = []
    for description in descriptions:
        match = _PART.match(description.strip())
        if match is None or not int(match["count"]):
            raise NoCluster(f"{description[:_SHOWN]!r} describes no nodes: write 3x4cpu,16Gi")
        if len(nodes) + int(match["count"]) > MOST_NODES:
            raise NoCluster(f"more than {MOST_NODES} nodes are not made up")
        resources, labels = _parts(match["rest"], description)
        for _ in range(int(match["count"])):
            number = len(nodes)
            name = f"{prefix}-{_letters(first + number)}"
            own = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", **labels}
            if places:
                own["topology.kubernetes.io/zone"] = places[number % len(places)]
            nodes.append(
                {
                    "apiVersion": "v1",
                    "kind": "Node",
                    "metadata": {"name": name, "labels": own},
                    "spec": {},
                    "status": {
                        "allocatable": dict(resources),
                        "capacity": dict(resources),
                        "declaredFeatures": [RESTART_ALL],
                        "features": {"supplementalGroupsPolicy": True},
                    },
                }
            )
    return nodes


def _parts(rest: str, description: str) -> tuple[dict[str, str], dict[str, str]]:
    resources = {"pods": "110", "ephemeral-storage": "100Gi"}
    labels: dict[str, str] = {}
    for part in (p.strip() for p in rest.split(",")):
        name, equals, value = part.partition("=")
        if part.endswith("cpu") and not equals:
            resources["cpu"] = part.removesuffix("cpu")
        elif not equals and "cpu" not in resources and _BARE_CPU.fullmatch(part):
            resources["cpu"] = part
        elif not equals:
            resources["memory"] = part
        elif "/" in name or name in ("pods", "ephemeral-storage") or name.startswith("hugepages-"):
            resources[name] = value
        else:
            labels[name] = value
    for name in ("cpu", "memory"):
        if name not in resources:
            raise NoCluster(f"{description!r} names no {name}: write 3x4cpu,16Gi")
    for name, value in resources.items():
        if read_quantity(value) is None:
            raise NoCluster(f"{description!r}: {value!r} is no amount of {name}")
    return resources, labels


def _letters(number: int) -> str:
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(97 + rest) + text
    return text
