"""What a scheduler does with the Pods of a bundle, where somebody says which nodes there are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context
from kubelens.rules.layout import share_a_folder

if TYPE_CHECKING:
    from kubelens.predict.chain.placed import Schedule


class Scheduled(Struct, frozen=True):
    """All placements. ``sure``: the settings or ``--cluster`` name the cluster; else it is taken from Node objects."""

    schedule: Schedule
    sure: bool
    nodes: tuple[Resource, ...]

    def about(self, resource: Resource) -> bool:
        """Whether the nodes are those that an object is meant for; of a folder beside its own they are another cluster's."""
        return self.sure or all(share_a_folder(resource, node) for node in self.nodes)


def scheduled(bundle: Bundle, ctx: Context) -> Scheduled | None:
    """The placements; None where no node is known."""
    cluster = ctx.facts.cluster
    described = isinstance(cluster, dict) and bool(cluster.get("nodes"))
    nodes = bundle.all("Node")
    if not described and not _tell_what_they_hold(nodes):
        return None
    from kubelens.predict.chain.placed import Placed  # noqa: PLC0415 - imports numpy

    schedule = ctx.ask(Placed(_nodes(cluster) if described else ())).answer
    running = any(node.place.uri in ctx.facts.running for node in nodes)
    return Scheduled(schedule, described or running, tuple(nodes))


def _tell_what_they_hold(nodes: list[Resource]) -> bool:
    """Whether the Node objects are those of a cluster: whole ones, as a cluster shows them."""
    return bool(nodes) and all(
        not node.partial and fields.mapping(fields.mapping(node.value, "status"), "allocatable") for node in nodes
    )


def _nodes(cluster: Mapping[str, Any]) -> tuple[str, ...]:
    from kubelens.predict.scheduler.made_up import made_up_nodes  # noqa: PLC0415 - with the scheduler

    written = cluster.get("nodes", "")
    descriptions = [written] if isinstance(written, str) else list(written)
    zones = cluster.get("zones", "")
    nodes = made_up_nodes(descriptions, zones if isinstance(zones, str) else ",".join(zones))
    return tuple(json.dumps(node, sort_keys=True) for node in nodes)
