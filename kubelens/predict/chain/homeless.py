"""``Homeless``: Pods that are let in and that no node takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.node import read_node
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.chain.admitted import Admitted, AdmittedPods
from kubelens.predict.chain.hooks import left_for_its_moment
from kubelens.predict.chain.never_placed import NeverPlaced
from kubelens.predict.chain.pods_of import ending_of, is_suspended, why_suspended
from kubelens.predict.chain.quota_room import CutShort, most_pods
from kubelens.predict.chain.turns import why_held


class Homeless(Struct, frozen=True):
    """Which Pods stay Pending for want of a node? They have no address, and nothing reaches them."""

    def answer(self, ask: Ask) -> Prediction[Mapping[str, str]]:
        """``namespace/name`` of each, with the scheduler's message; without Nodes those that none would take."""
        if not ask.bundle.all("Node", group=""):
            return ask(NeverPlaced())
        from kubelens.predict.chain.placed import Placed  # noqa: PLC0415 - the scheduler, only where there are nodes

        placed = ask(Placed())
        found = {p.pod.key: p.message for p in placed.answer.placements if not p.chosen}
        found |= {one.key: why_held(one) for one in placed.answer.held_back}
        return Prediction(found, assumptions=placed.assumptions if found else ())


def pods_that_run(ask: Ask, admitted: AdmittedPods) -> Iterator[str]:
    """The names of a workload's Pods that are let in, that quotas have room for, and that have a node where any is known.

    Of a DaemonSet one name stands for all where no node is known.
    """
    owner = admitted.owner
    if admitted.denial is not None or is_suspended(owner) or left_for_its_moment(owner):
        return
    nodes = [read_node(r.value) for r in ask.bundle.all("Node", group="")]
    homeless = ask(Homeless()).answer
    if owner.kind == "DaemonSet" and not nodes:
        if f"{owner.namespace}/{owner.name}" not in homeless:
            yield owner.name
        return
    for pod in islice(admitted.pods(nodes), most_pods(owner, ask)):
        name = fields.text(fields.mapping(pod, "metadata"), "name")
        if f"{owner.namespace}/{name}" not in homeless:
            yield name


class WhyNoneRuns(Struct, frozen=True):
    """Why does no Pod of a workload that is let in run?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[str]:
        """In words; ``""`` where one runs, or where it is refused."""
        admitted = ask(Admitted(self.resource)).answer
        if self.resource.kind == "Pod" and (ended := ending_of(self.resource)):
            return Prediction(_over(self.resource, ended))
        if admitted.denial is not None or next(pods_that_run(ask, admitted), None) is not None:
            return Prediction("")
        title = f"{self.resource.kind} {self.resource.name}"
        if left := left_for_its_moment(self.resource):
            return Prediction(f"{title} {left}")
        if ended := ending_of(self.resource):
            return Prediction(_over(self.resource, ended))
        if why := why_suspended(self.resource):
            return Prediction(f"{title} {why}")
        if admitted.made is not None and admitted.made.count == 0:
            return Prediction(f"{title} asks for 0 Pods")
        if most_pods(self.resource, ask) == 0:
            cut = next((told for owner, told in ask(CutShort()).answer if owner is self.resource), "")
            return Prediction(cut or f"a ResourceQuota leaves no room for Pods of {title}")
        nodes = [read_node(r.value) for r in ask.bundle.all("Node", group="")]
        homeless = ask(Homeless()).answer
        pods = (fields.text(fields.mapping(pod, "metadata"), "name") for pod in admitted.pods(nodes))
        names = (self.resource.name,) if self.resource.kind == "DaemonSet" and not nodes else pods
        why = next((homeless[key] for name in names if (key := f"{self.resource.namespace}/{name}") in homeless), "")
        return Prediction(f"Pods of {title} fit on no node: {why or f'it may run on none of the {len(nodes)} nodes'}")


def taken_to_run(ask: Ask, resource: Resource) -> tuple[Assumption, ...]:
    """What an answer about a Pod's life takes for granted where none of the workload's Pods runs: that one does."""
    why = ask(WhyNoneRuns(resource)).answer
    return (Assumption(f"a Pod of it runs, and none does: {why}"),) if why else ()


def _over(resource: Resource, how: str) -> str:
    word = "phase" if resource.kind == "Pod" else "condition"
    return f"{resource.kind} {resource.namespace}/{resource.name} has ended ({word} {how})"
