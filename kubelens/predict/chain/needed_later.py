"""``NeededLater``: what an object waits for that is applied only after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from kubelens.kube.persistent_volume_claim import read_claim
from kubelens.kube.resource import Resource
from kubelens.kube.workload import workloads
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.chain.reclaimed import class_of
from kubelens.predict.chain.sync_turns import Turn, turn_of
from kubelens.predict.controllers.fields import count
from kubelens.predict.references.graph import ReferencesOf
from kubelens.predict.references.presence import PresenceOf
from kubelens.predict.references.reference import Reference

_ASSESSED: Final[Mapping[tuple[str, str], int]] = {
    ("apps", "Deployment"): 1,
    ("apps", "StatefulSet"): 1,
    ("apps", "ReplicaSet"): 1,
    ("apps", "DaemonSet"): 0,
    ("", "Pod"): 0,
    ("batch", "Job"): 0,
}
"""What brings Pods and has a health (gitops-engine ``pkg/health``); 1: none of it is asked for with ``replicas: 0``."""


class NeededLater(Struct, frozen=True):
    """Which objects of later turns does an object need to be healthy? Namespaces and definitions come forward by themselves.

    ``adjustDeps`` of gitops-engine gives both the turn of the first object that needs them.
    """

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[Resource, ...]]:
        """Without any turn of its own, or without a health, an object waits for nothing."""
        turn = turn_of(self.resource)
        if turn is None or self.resource.partial:
            return Prediction(())
        if self.resource.kind == "PersistentVolumeClaim" and not self.resource.gvk.group:
            return Prediction(tuple(_first_consumer(ask, self.resource, turn)))
        zero = _ASSESSED.get((self.resource.gvk.group, self.resource.kind))
        if zero is None or (zero and count(self.resource.spec, "replicas", 1) == 0):
            return Prediction(())
        if self.resource.spec.get("suspend") is True:
            return Prediction(())
        found: dict[int, Resource] = {}
        for reference in ask(ReferencesOf(self.resource)).answer:
            if not (reference.optional or reference.lenient):
                found.update((id(one), one) for one in _bringing(ask, reference, turn))
        return Prediction(tuple(found.values()))


def _bringing(ask: Ask, reference: Reference, turn: Turn) -> Iterator[Resource]:
    """What brings the object that is named, where all that bring it come later."""
    there = ask(PresenceOf(reference.kind, reference.namespace, reference.name, reference.group)).answer
    bring = (*there.objects, *there.makers)
    if bring and all(_comes_after(one, turn) for one in bring):
        yield bring[0]


def _comes_after(resource: Resource, turn: Turn) -> bool:
    own = turn_of(resource)
    return not resource.partial and own is not None and own > turn


def _first_consumer(ask: Ask, claim: Resource, turn: Turn) -> Iterator[Resource]:
    """The workload that a claim waits for whose class binds at the first consumer, where each that uses it comes later."""
    known = class_of(read_claim(claim.value), ask)
    if known is None or not known.waits:
        return
    using = [
        workload.resource
        for workload in workloads(ask.bundle, claim.namespace)
        if any(
            reference.kind == claim.kind and reference.name == claim.name
            for reference in ask(ReferencesOf(workload.resource)).answer
        )
    ]
    if using and all(_comes_after(one, turn) for one in using):
        yield using[0]
