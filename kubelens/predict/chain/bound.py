"""``Bound``: which claim gets which volume before a Pod is placed, as the PersistentVolume controller leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.node import HOSTNAME
from kubelens.kube.persistent_volume import PersistentVolume, read_persistent_volume
from kubelens.kube.persistent_volume_claim import read_claim
from kubelens.kube.resource import Resource
from kubelens.kube.standing import kept_by_cluster
from kubelens.kube.storage_class import Reach, attaches, reach_of, read_storage_class
from kubelens.kube.workload import Workload
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.chain.claims import ClaimsThatExist, MadeClaim
from kubelens.predict.chain.in_force import in_force
from kubelens.predict.chain.stored import Stored
from kubelens.predict.controllers.persistentvolume.attachment import is_exclusive
from kubelens.predict.controllers.persistentvolume.binder import bind
from kubelens.predict.controllers.persistentvolume.fate import Bindings, Outcome, Refused


class Bound(Struct, frozen=True):
    """Which claim gets which volume, or why none?"""

    def answer(self, ask: Ask) -> Prediction[Bindings]:
        """Claims and volumes of the manifests, and what controllers make of these; the rest of a cluster is assumed."""
        made = ask(ClaimsThatExist()).answer
        bindings = bindings_of(made, ask)
        reasons = [
            Reason(f"claim {fate.claim.key}: {fate.event.reason}: {fate.event.message}", one.place)
            for one, fate in zip(made, bindings.claims, strict=True)
            if fate.event is not None and fate.outcome in (Outcome.PENDING, Outcome.LOST)
        ]
        return Prediction(bindings, tuple(reasons), tuple(map(Assumption, bindings.assumptions)))


def bindings_of(made: Iterable[MadeClaim], ask: Ask) -> Bindings:
    """What becomes of some claims beside the volumes and classes of the manifests, in the order given.

    Those of Pods made in turn come to the controller after all that are there at first.
    """
    volumes = [
        read_persistent_volume(kept_by_cluster(resource, "claimRef"))
        for resource in in_force(ask, "PersistentVolume", group="")
    ]
    classes = [read_storage_class(resource.value) for resource in in_force(ask, "StorageClass", group="storage.k8s.io")]
    coming = sorted(enumerate(made), key=lambda one: one[1].turn)
    refused = Refused(_refused("PersistentVolume", ask), _refused("StorageClass", ask))
    found = bind((one.claim for _, one in coming), volumes, classes, refused)
    fates = dict(zip((number for number, _ in coming), found.claims, strict=True))
    return replace(found, claims=tuple(fates[number] for number in range(len(fates))))


def _refused(kind: str, ask: Ask) -> frozenset[str]:
    return frozenset(
        one.name for one in ask.bundle.all(kind) if not one.partial and ask(Stored(one)).answer.denial is not None
    )


class MovesWithItsVolume(Struct, frozen=True):
    """Can Pods of a ReadWriteOnce claim land on a node that has to wait for its volume?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[bool]:
        """Not where the volume is reached from one node alone, nor where no node has to attach it."""
        claim = read_claim(self.resource.value)
        bindings = ask(Bound()).answer
        fate = bindings.by_claim.get(f"{self.resource.namespace or 'default'}/{self.resource.name}")
        if fate is None:
            return Prediction(claim.on_one_node)
        if fate.outcome in (Outcome.PENDING, Outcome.LOST):
            return Prediction(False)
        there = bindings.by_volume.get(fate.volume)
        if there is not None:
            drivers = {one.name: one.value for one in in_force(ask, "CSIDriver", group="storage.k8s.io")}
            return Prediction(is_exclusive(there.volume, drivers) and not _on_one_node(there.volume))
        provisioner = fate.known.provisioner
        return Prediction(attaches(provisioner) and reach_of(provisioner) is not Reach.NODE)


class PlacesOfVolumes(Struct, frozen=True):
    """Where are the volumes that all Pods of a workload share, as far as they are bound before a Pod is placed?"""

    workload: Workload

    def answer(self, ask: Ask) -> Prediction[tuple[Mapping[str, Any], ...]]:
        """The required node affinity of each that has one."""
        bindings = ask(Bound()).answer
        found: list[Mapping[str, Any]] = []
        for _, volume in fields.items(self.workload.pod.value, "volumes"):
            name = fields.text(fields.mapping(volume, "persistentVolumeClaim"), "claimName")
            fate = bindings.by_claim.get(f"{self.workload.namespace or 'default'}/{name}") if name else None
            there = bindings.by_volume.get(fate.volume) if fate is not None else None
            if there is not None and there.volume.affinity:
                found.append(there.volume.affinity)
        return Prediction(tuple(found))


def _on_one_node(volume: PersistentVolume) -> bool:
    """Whether every term of a volume's node affinity names one and the same node."""
    terms = fields.items(volume.affinity or {}, "nodeSelectorTerms")
    hosts = [
        fields.texts(expression, "values")
        for _, term in terms
        for _, expression in fields.items(term, "matchExpressions")
        if expression.get("key") == HOSTNAME and expression.get("operator") == "In"
    ]
    return bool(terms) and len(hosts) == len(terms) and len({host for names in hosts for host in names}) == 1
