"""The controller's decisions about each claim and volume (``syncUnboundClaim``, ``syncBoundClaim``, ``syncVolume``)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

from msgspec.structs import replace

from kubelens.kube.persistent_volume import AVAILABLE, ClaimReference, PersistentVolume
from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim
from kubelens.kube.storage_class import StorageClass, driver_of
from kubelens.predict.controllers.persistentvolume.classes import KnownClass, known_classes
from kubelens.predict.controllers.persistentvolume.fate import (
    NOTHING_REFUSED,
    Bindings,
    ClaimFate,
    Event,
    NearMiss,
    Outcome,
    Phase,
    Refused,
    VolumeFate,
)
from kubelens.predict.controllers.persistentvolume.matching import Miss, is_free_for, kept_for, misses, unfit_for
from kubelens.predict.controllers.persistentvolume.rivalry import ALONE, Rivalry, rivalries
from kubelens.predict.controllers.persistentvolume.volume_index import MOST_LOOKED_AT, VolumeIndex
from kubelens.predict.first_names import first_names

_MOST_NEAR: Final = 8
_MOST_NAMED: Final = 4
_NO_CLASS: Final = Event("FailedBinding", "no persistent volumes available for this claim and no storage class is set")
_FIRST_CONSUMER: Final = Event("WaitForFirstConsumer", "waiting for first consumer to be created before binding")
_HAS_DEFAULT: Final = (
    "the cluster has a default storage class: volumes without a class are not for claims that name none"
)


def bind(
    claims: Iterable[PersistentVolumeClaim],
    volumes: Iterable[PersistentVolume],
    classes: Iterable[StorageClass],
    refused: Refused = NOTHING_REFUSED,
) -> Bindings:
    """What becomes of claims and volumes before a Pod is placed, met in the order given; each volume has one claim."""
    controller = _Controller(list(volumes), list(classes), refused)
    return controller.run(list(claims))


class _Controller:
    def __init__(self, volumes: list[PersistentVolume], classes: list[StorageClass], refused: Refused) -> None:
        self.refused = refused
        self.volumes = {volume.name: volume for volume in volumes}
        self.kept = {volume.name for volume in volumes if volume.claim is not None}
        self.index = VolumeIndex(self.volumes.values())
        self.classes = known_classes(classes, self.volumes.values(), refused.classes)
        self.by_class: dict[str, list[PersistentVolume]] = {}
        for volume in self.volumes.values():
            self.by_class.setdefault(volume.storage_class, []).append(volume)
        self.holders: dict[str, PersistentVolumeClaim] = {}
        self.rivalries: dict[str, Rivalry] = {}
        self.assumed: dict[str, None] = {}
        self.named: dict[str, int] = {}
        self.suited: dict[str, int] = {}

    def run(self, claims: list[PersistentVolumeClaim]) -> Bindings:
        classed = [self.classes.of(claim) for claim in claims]
        self.rivalries = rivalries((claim for claim, known in classed if self._takes_any(claim, known)), self.index)
        for claim, _ in classed:
            if claim.volume_name:
                self.named[claim.volume_name] = self.named.get(claim.volume_name, 0) + 1
                if claim.bound:
                    self.holders.setdefault(claim.volume_name, claim)
        for rivalry in self.rivalries.values():
            for name in rivalry.among:
                self.suited[name] = self.suited.get(name, 0) + 1
        fates = tuple(self._fate(claim, known) for claim, known in classed)
        if self.index.looked_at > MOST_LOOKED_AT:
            self.assumed["only a part of the volumes is compared with the claims: there are too many of both"] = None
        after_the_same = [fate.claim.key for fate in fates if fate.rivals and not fate.sure]
        if after_the_same:
            names = first_names(after_the_same, _MOST_NAMED)
            how = "are after the same" if len(after_the_same) > 1 else "is after what another is after"
            self.assumed[f"claims get volumes in the order in which they stand: {names} {how}"] = None
        named = {claim.key: claim for claim, _ in classed}
        volumes = tuple(self._volume_fate(volume, named) for volume in self.volumes.values())
        return Bindings(fates, volumes, (*self.classes.assumed, *self.assumed))

    def _takes_any(self, claim: PersistentVolumeClaim, known: KnownClass) -> bool:
        """Whether a claim is after whatever volume suits it: it names none, and none is kept for it.

        One that gets the cluster's own default class is not after volumes of the files.
        """
        if claim.volume_name or claim.bound or (known.default and not known.written):
            return False
        first = self.index.find(claim, waits=False)
        return first is None or first.claim is None

    def _fate(self, claim: PersistentVolumeClaim, known: KnownClass) -> ClaimFate:
        if claim.bound:
            return self._bound(claim, known)
        if claim.volume_name:
            return self._asked_for(claim, known)
        volume = self.index.find(claim, waits=known.waits)
        rivalry = self.rivalries.get(claim.key, ALONE)
        if volume is not None:
            self._take(volume, claim)
            if kept_for(volume, claim):
                return ClaimFate(claim, known, Outcome.BOUND, volume.name, (volume.name,))
            among = rivalry.among or (volume.name,)
            return ClaimFate(
                claim,
                known,
                Outcome.BOUND,
                volume.name,
                among,
                rivalry=rivalry,
                sure=rivalry.sure or known.provisions,
            )
        if known.provisions:
            return self._provisioned(claim, known, rivalry)
        if known.waits and rivalry.suiting:
            return ClaimFate(
                claim,
                known,
                Outcome.WAITS,
                "",
                rivalry.among,
                _FIRST_CONSUMER,
                rivalry=rivalry,
                sure=rivalry.sure,
            )
        return self._without(claim, known, rivalry)

    def _without(self, claim: PersistentVolumeClaim, known: KnownClass, rivalry: Rivalry) -> ClaimFate:
        event = _NO_CLASS
        if claim.class_name:
            said = f'storageclass.storage.k8s.io "{claim.class_name}" not found'
            if known.written:
                said = f"no volume plugin matched name: {known.provisioner}"
            event = Event("ProvisioningFailed", said)
        if known.waits:
            event = _FIRST_CONSUMER
        of_class = _of_class(claim.class_name)
        there = bool(self.by_class.get(claim.class_name))
        if self.index.looked_at > MOST_LOOKED_AT:
            return ClaimFate(claim, known, Outcome.UNKNOWN, sure=False)
        if not there and not claim.class_name:
            self.assumed[f"volumes {of_class} stand in the cluster: none is among the files"] = None
            return ClaimFate(claim, known, Outcome.UNKNOWN, "", (), None, self._near(claim), sure=False)
        told = f"the files hold every volume {of_class}" if there else f"the cluster holds no volume {of_class}"
        self.assumed[told] = None
        return ClaimFate(
            claim,
            known,
            Outcome.PENDING,
            "",
            rivalry.among,
            event,
            self._near(claim),
            rivalry=rivalry,
            sure=there and rivalry.suiting == 0,
        )

    def _provisioned(self, claim: PersistentVolumeClaim, known: KnownClass, rivalry: Rivalry) -> ClaimFate:
        if claim.selector is not None and known.written and not (known.waits and rivalry.suiting):
            said = f'failed to provision volume with StorageClass "{known.name}": claim Selector is not supported'
            return ClaimFate(
                claim, known, Outcome.PENDING, "", (), Event("ProvisioningFailed", said), self._near(claim)
            )
        unmet = not known.written and not self.by_class.get(claim.class_name)
        near = self._classless(claim, known) if known.default or unmet else ()
        if near and known.default and not known.name:
            self.assumed[_HAS_DEFAULT] = None
        waits = known.waits and claim.selected_node is None
        event = _FIRST_CONSUMER
        if not waits:
            event = Event(
                "ExternalProvisioning",
                f"Waiting for a volume to be created either by the external provisioner '{driver_of(known.provisioner)}' "
                "or manually by the system administrator. If volume creation is delayed, please verify that the "
                "provisioner is running and correctly registered.",
            )
        return ClaimFate(
            claim,
            known,
            Outcome.WAITS if waits else Outcome.MADE,
            "",
            rivalry.among if waits else (),
            event,
            near,
            rivalry=rivalry,
        )

    def _asked_for(self, claim: PersistentVolumeClaim, known: KnownClass) -> ClaimFate:
        """A claim that names its volume."""
        name = claim.volume_name
        volume = self.volumes.get(name)
        if volume is None and name in self.refused.volumes:
            near = NearMiss(name, (Miss("volumeName", "is refused by the API server"),))
            return ClaimFate(claim, known, Outcome.PENDING, "", (), None, (near,))
        if volume is None:
            self.assumed[f"volume '{name}' stands in the cluster and suits its claim: it is not among the files"] = None
            return ClaimFate(claim, known, Outcome.BOUND, name, (name,), sure=False)
        others = 0 if name in self.kept else self.named[name] - 1
        rivals = 0 if name in self.kept else others + self.suited.get(name, 0)
        named = Rivalry((name,), 1, rivals, name, others)
        sure = not rivals
        holder = self.holders.get(name)
        if holder is not None and holder.key != claim.key:
            event = Event("FailedBinding", f'volume "{name}" already bound to a different claim.')
            return ClaimFate(
                claim,
                known,
                Outcome.PENDING,
                "",
                (name,),
                event,
                (NearMiss(name, (_held(holder),)),),
                named,
                sure=False,
            )
        if volume.claim is None:
            meant = claim if claim.storage_class is not None else replace(claim, storage_class=volume.storage_class)
            unfit = unfit_for(volume, meant)
            if unfit:
                event = Event("VolumeMismatch", f'Cannot bind to requested volume "{name}": {unfit}')
                return ClaimFate(claim, known, Outcome.PENDING, "", (), event, (NearMiss(name, misses(volume, meant)),))
            if claim.storage_class is None and not volume.storage_class:
                self.assumed[
                    f"the cluster has no default storage class: with one, claim {claim.key} is of that class, volume "
                    f"'{name}' of none, and they are not bound (write storageClassName: \"\")"
                ] = None
                sure = False
            elif claim.storage_class is None:
                self.assumed[f"the default storage class is '{volume.storage_class}', that of volume '{name}'"] = None
                sure = False
        elif not kept_for(volume, claim):
            event = Event("FailedBinding", f'volume "{name}" already bound to a different claim.')
            return ClaimFate(claim, known, Outcome.PENDING, "", (), event, (NearMiss(name, misses(volume, claim)),))
        self._take(volume, claim)
        return ClaimFate(claim, known, Outcome.BOUND, name, (name,), rivalry=named, sure=sure)

    def _bound(self, claim: PersistentVolumeClaim, known: KnownClass) -> ClaimFate:
        """A claim that a cluster has bound already."""
        name = claim.volume_name
        if not name:
            said = "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!"
            return ClaimFate(claim, known, Outcome.LOST, "", (), Event("ClaimLost", said))
        if claim.phase == "Lost":
            said = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
            return ClaimFate(claim, known, Outcome.LOST, "", (), Event("ClaimLost", said))
        volume = self.volumes.get(name)
        if volume is None:
            why = (
                "the API server refuses the one of the files"
                if name in self.refused.volumes
                else "it is not among the files"
            )
            self.assumed[f"volume '{name}' is reached from every node: {why}"] = None
            return ClaimFate(claim, known, Outcome.BOUND, name, (name,), sure=False)
        if volume.claim is not None and not kept_for(volume, claim):
            said = "Two claims are bound to the same volume, this one is bound incorrectly"
            return ClaimFate(claim, known, Outcome.LOST, "", (), Event("ClaimMisbound", said))
        self._take(volume, claim)
        return ClaimFate(claim, known, Outcome.BOUND, name, (name,))

    def _take(self, volume: PersistentVolume, claim: PersistentVolumeClaim) -> None:
        self.holders[volume.name] = claim
        self.index.take(volume)
        reference = ClaimReference(claim.namespace, claim.name, claim.uid)
        self.volumes[volume.name] = replace(volume, claim=reference, phase=Phase.BOUND)

    def _near(self, claim: PersistentVolumeClaim) -> tuple[NearMiss, ...]:
        """Volumes of its class, or else any, that the claim cannot have."""
        looked_at = self.by_class.get(claim.class_name) or list(self.volumes.values())
        found: list[NearMiss] = []
        for volume in looked_at[:_MOST_NEAR]:
            holder = self.holders.get(volume.name)
            why = misses(volume, claim) if holder is None else (_held(holder),)
            if why:
                found.append(NearMiss(volume.name, why))
        return tuple(found)

    def _classless(self, claim: PersistentVolumeClaim, known: KnownClass) -> tuple[NearMiss, ...]:
        """Volumes without a class that would suit a claim, were it not of the default one, or of one that is not there."""
        meant = replace(claim, storage_class="")
        asked = "gets the default one" if known.default else f"asks for '{claim.class_name}', which nothing here has"
        miss = Miss("storageClassName", f"is of no class, and the claim {asked}")
        suiting = (volume.name for volume in self.by_class.get("", ()) if is_free_for(volume, meant))
        return tuple(NearMiss(name, (miss,)) for name in islice(suiting, _MOST_NEAR))

    def _volume_fate(self, volume: PersistentVolume, claims: dict[str, PersistentVolumeClaim]) -> VolumeFate:
        holder = self.holders.get(volume.name)
        if holder is not None:
            return VolumeFate(volume, Phase.BOUND, holder.key)
        reference = volume.claim
        if reference is None:
            phase = Phase.RELEASED if volume.phase not in (AVAILABLE, "Pending") else Phase.AVAILABLE
            return VolumeFate(volume, phase)
        key = f"{reference.namespace}/{reference.name}"
        claim = claims.get(key)
        if claim is None:
            bound = reference.uid and volume.phase in (AVAILABLE, Phase.BOUND)
            phase = Phase.BOUND if bound else Phase.AVAILABLE if volume.phase == AVAILABLE else Phase.RELEASED
            return VolumeFate(volume, phase, key, "no such claim is among the files")
        if reference.uid and claim.uid != reference.uid:
            note = "it is kept for an earlier claim of this name: " + _RECLAIMED.get(
                volume.reclaim_policy, _RECLAIMED["Retain"]
            )
            return VolumeFate(volume, Phase.RELEASED, key, note)
        why = misses(volume, claim)
        return VolumeFate(volume, Phase.AVAILABLE, key, f"it {why[0].why}" if why else "the claim has another volume")


_RECLAIMED: Final = {
    "Retain": "nobody gets it until spec.claimRef is cleared by hand (Retain)",
    "Delete": "it is deleted with what it stands for (Delete)",
    "Recycle": "it is emptied and free again (Recycle)",
}


def _held(holder: PersistentVolumeClaim) -> Miss:
    return Miss("volumeName", f"is claim {holder.key}'s")


def _of_class(name: str) -> str:
    return f"of class '{name}'" if name else "without a class"
