"""What a rollout takes for granted of controllers, of the room on nodes, and of what clients send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelens.kube.resource import Resource
from kubelens.predict.api import Assumption
from kubelens.predict.controllers.fields import count, part
from kubelens.predict.controllers.rollout.room import Room


def of_controllers(
    kind: str, spec: Mapping[str, Any], *, stood: str, nodes_known: bool, several: bool
) -> Iterator[Assumption]:
    """``stood``: how the Pods before the change are, ``""`` where there is nothing before.

    ``several``: the gate MaxUnavailableStatefulSet is on.
    """
    if kind == "Job":
        yield Assumption("every Pod succeeds at the first try; a step is as long as a Pod runs")
        return
    if stood:
        yield Assumption(f"the object is at rest when the change comes, with {stood}")
    if kind == "StatefulSet" and "maxUnavailable" in part(spec, "updateStrategy", "rollingUpdate") and not several:
        yield Assumption(
            "maxUnavailable is not read, one Pod goes at a time: its gate MaxUnavailableStatefulSet is off before "
            "Kubernetes 1.37"
        )
    if kind == "DaemonSet" and not nodes_known:
        yield Assumption("the nodes are not known: three without taints, with the labels it asks for, are taken")
    if kind == "DaemonSet" and stood:
        yield Assumption(
            "which node goes first is the controller's choice: the counts are those of every order, "
            "and a controller that looks late adds a step"
        )


def of_room(new: Resource, room: Room | None, *, changes: bool, nodes_known: bool) -> Iterator[Assumption]:
    """``room``: what the nodes have, where they are among the files and were asked."""
    replicas = count(new.spec, "replicas", 1)
    if not nodes_known:
        if new.kind != "DaemonSet" and (room is None or room.pods):
            yield Assumption("every Pod finds a node with room: none is among the files (kubelens predict schedule)")
    elif room is None and replicas:
        yield Assumption(f"every Pod finds a node with room: of so many replicas ({replicas}) it is not looked at")
    elif room is not None and room.lacking and changes and new.kind == "StatefulSet":
        yield Assumption("the Pods without room are those that do not fit once every Pod is of the new template")


def until_heard(services: tuple[str, ...]) -> list[Assumption]:
    """What the counts do not show: a Pod that is told to stop is still sent requests."""
    if not services:
        return []
    named = ", ".join(map(repr, services))
    return [
        Assumption(
            f"Pods that get SIGTERM still answer what Service {named} sends them until every node has heard that they go: "
            "no preStop hook waits for that"
        )
    ]
