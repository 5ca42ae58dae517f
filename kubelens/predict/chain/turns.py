"""Pods that are made one after the other: those that a StatefulSet does not make as one before them has no node."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.predict.chain.admitted import AdmittedPods
from kubelens.predict.controllers.statefulset import makes_in_turn
from kubelens.predict.first_names import first_names
from kubelens.predict.scheduler.pending import PendingPod
from kubelens.predict.scheduler.placement import Placement

_MOST_NAMED: Final = 3


def one_by_one(admitted: AdmittedPods) -> bool:
    """Whether the Pods of a workload are made in turn."""
    made = admitted.made
    return made is not None and made.workload.kind == "StatefulSet" and makes_in_turn(made.workload.resource.value)


def not_made(pending: Iterable[PendingPod], placements: Iterable[Placement]) -> tuple[PendingPod, ...]:
    """The Pods made in turn that have no placement, as one before them has no node."""
    placed = {(id(one.owner), one.pod.name) for one in placements}
    return tuple(one for one in pending if one.in_turn and (id(one.owner), one.name) not in placed)


def told_of(held_back: Sequence[PendingPod], placements: Iterable[Placement]) -> tuple[tuple[Resource, str], ...]:
    """Each workload whose Pods are not made, with a sentence that names them and the one they wait for."""
    owners = {id(one.owner): one.owner for one in held_back}
    first: dict[int, str] = {}
    for one in placements:
        if id(one.owner) in owners and not one.chosen:
            first.setdefault(id(one.owner), one.pod.name)
    return tuple(
        (owner, _sentence([one.name for one in held_back if one.owner is owner], first.get(key, "")))
        for key, owner in owners.items()
    )


def _sentence(names: list[str], before: str) -> str:
    verb = "waits" if len(names) == 1 else "wait"
    then = "a Pod is created once the one before it is Ready"
    return f"{first_names(names, _MOST_NAMED)} {verb} for {before}: OrderedReady, {then}"
