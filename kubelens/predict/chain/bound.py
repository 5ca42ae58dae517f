"""``Bound``: which claim gets which volume before a Pod is placed, as the PersistentVolume controller leaves it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from kubelens.kube.persistent_volume import read_persistent_volume
from kubelens.kube.storage_class import read_storage_class
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.chain.claims import ClaimsThatExist, MadeClaim, volumes_among
from kubelens.predict.chain.stored import Stored
from kubelens.predict.controllers.persistentvolume.binder import bind
from kubelens.predict.controllers.persistentvolume.fate import Bindings, Outcome


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
    """What becomes of some claims beside the volumes and classes of the manifests."""
    volumes = [read_persistent_volume(resource.value) for resource in volumes_among(ask.bundle, ask)]
    classes = [
        read_storage_class(resource.value)
        for resource in ask.bundle.all("StorageClass")
        if not resource.partial and ask(Stored(resource)).answer.denial is None
    ]
    return bind((one.claim for one in made), volumes, classes)
