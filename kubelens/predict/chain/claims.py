"""``ClaimsThatExist``: the PersistentVolumeClaims of the manifests, and those that controllers make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.node import read_node
from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim, read_claim
from kubelens.kube.resource import Resource
from kubelens.kube.standing import kept_by_cluster
from kubelens.kube.workload import workloads
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.ephemeral_claims import why_ephemeral_claim_is_refused
from kubelens.predict.chain.mutation import PoliciesInForce
from kubelens.predict.chain.pods_of import MOST_PODS, MadePods
from kubelens.predict.chain.quota_room import most_pods, most_with_claims
from kubelens.predict.chain.stored import Stored
from kubelens.predict.controllers.statefulset import makes_in_turn
from kubelens.syntax.place import Place


class MadeClaim(Struct, frozen=True, eq=False):
    """A claim, the object that brings it (itself, a StatefulSet, what brings a Pod), and where it is written.

    ``ordinal``: that of the Pod of a StatefulSet with which it is made, else -1; ``turn``: how many Pods of it have to run
    before that.
    """

    claim: PersistentVolumeClaim
    owner: Resource
    place: Place
    ordinal: int = -1
    turn: int = 0


class RefusedEphemeralClaims(Struct, frozen=True):
    """Which claims of generic ephemeral volumes does the API server refuse, so that their Pods wait for them?"""

    def answer(self, ask: Ask) -> Prediction[Mapping[str, str]]:
        """``namespace/name`` of each with its sentence; of DaemonSets where nodes are known."""
        found = {made.claim.key: why for made, why in islice(_ephemeral(ask), MOST_PODS) if why}
        return Prediction({key: why for key, why in found.items() if not _is_written(key, ask)})


class ClaimsThatExist(Struct, frozen=True):
    """Which claims will there be? Each once: one that is written is not made again."""

    def answer(self, ask: Ask) -> Prediction[tuple[MadeClaim, ...]]:
        """Those that are written first, in their order; nothing of objects that the API server refuses."""
        found: dict[str, MadeClaim] = {}
        for made in islice(_all(ask), MOST_PODS):
            found.setdefault(made.claim.key, made)
        return Prediction(tuple(found.values()))


def _all(ask: Ask) -> Iterator[MadeClaim]:
    bundle = ask.bundle
    for resource in bundle.all("PersistentVolumeClaim", group=""):
        if not resource.partial and ask(Stored(resource)).answer.denial is None:
            kept = kept_by_cluster(resource, "volumeName")
            metadata = {**fields.mapping(kept, "metadata"), "namespace": resource.namespace or "default"}
            value = {**kept, "metadata": metadata}
            yield MadeClaim(read_claim(value), resource, resource.place)
    for resource in bundle.all("StatefulSet"):
        if resource.partial or not (
            fields.items(resource.spec, "volumeClaimTemplates") or ask(PoliciesInForce()).answer
        ):
            continue
        admitted = ask(Admitted(resource)).answer
        if admitted.denial is None and admitted.made is not None:
            yield from _claims_of_set(admitted.made, resource, most_with_claims(resource, ask))
    yield from (made for made, why in _ephemeral(ask) if not why)


def _ephemeral(ask: Ask) -> Iterator[tuple[MadeClaim, str]]:
    nodes = [read_node(node.value) for node in ask.bundle.all("Node", group="") if not node.partial]
    for workload in workloads(ask.bundle):
        if any("ephemeral" in volume for _, volume in fields.items(workload.pod.value, "volumes")):
            admitted = ask(Admitted(workload.resource)).answer
            pods = islice(admitted.pods(nodes), most_pods(workload.resource, ask))
            yield from _claims_of_pods(ask, pods, workload.resource)


def _is_written(key: str, ask: Ask) -> bool:
    namespace, _, name = key.partition("/")
    return ask.bundle.get("PersistentVolumeClaim", namespace, name, group="") is not None


def _claims_of_set(made: MadePods, owner: Resource, most: int | None) -> Iterator[MadeClaim]:
    """A StatefulSet's claims as it is stored, one of each template for each ordinal (``getPersistentVolumeClaims``).

    ``most``: Pods whose claims quotas let in.
    """
    stored, numbers = made.workload.resource, made.numbers
    in_turn = makes_in_turn(stored.value)
    for number, template in fields.items(stored.spec, "volumeClaimTemplates"):
        name = fields.text(fields.mapping(template, "metadata"), "name")
        place = owner.place.at("spec", "volumeClaimTemplates", number)
        for turn, ordinal in enumerate(numbers[:most]):
            claim = _made(f"{name}-{owner.name}-{ordinal}", template, owner, place)
            yield replace(claim, ordinal=ordinal, turn=turn if in_turn else 0)


def claims_of_pods(ask: Ask, pods: Iterable[Mapping[str, Any]], owner: Resource) -> Iterator[MadeClaim]:
    """The claims of generic ephemeral volumes, called after Pod and volume (``ephemeral.VolumeClaimName``).

    Nothing of those that the API server refuses.
    """
    yield from (made for made, why in _claims_of_pods(ask, pods, owner) if not why)


def _claims_of_pods(ask: Ask, pods: Iterable[Mapping[str, Any]], owner: Resource) -> Iterator[tuple[MadeClaim, str]]:
    """Each with why it is refused."""
    for pod in pods:
        for _, volume in fields.items(fields.mapping(pod, "spec"), "volumes"):
            template = fields.mapping(fields.mapping(volume, "ephemeral"), "volumeClaimTemplate")
            if template:
                name = f"{fields.text(fields.mapping(pod, 'metadata'), 'name')}-{fields.text(volume, 'name')}"
                why = why_ephemeral_claim_is_refused(ask, volume, owner.namespace)
                yield _made(name, template, owner, owner.place), why


def _made(name: str, template: Mapping[str, Any], owner: Resource, place: Place) -> MadeClaim:
    metadata = fields.mapping(template, "metadata")
    own = {
        "name": name,
        "namespace": owner.namespace or "default",
        "annotations": metadata.get("annotations"),
        "labels": metadata.get("labels"),
    }
    value = {"metadata": own, "spec": dict(fields.mapping(template, "spec"))}
    return MadeClaim(read_claim(value), owner, place)
