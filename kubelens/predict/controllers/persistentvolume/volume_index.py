"""Free volumes by class and access modes, in order of size (upstream ``index.go``)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final

from kubelens.kube.persistent_volume import PersistentVolume
from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim
from kubelens.predict.controllers.persistentvolume.matching import is_free_for, kept_for

Modes = frozenset[str]
MOST_LOOKED_AT: Final = 2_000_000


class VolumeIndex:
    """Volumes as the controller looks them up: those with the fewest access modes first, of these the smallest."""

    def __init__(self, volumes: Iterable[PersistentVolume]) -> None:
        self.looked_at = 0
        """How many volumes were compared; beyond :data:`MOST_LOOKED_AT` none is found any more."""
        self._free: dict[str, dict[Modes, list[PersistentVolume]]] = {}
        self._kept: dict[tuple[str, str], list[PersistentVolume]] = {}
        for volume in volumes:
            if volume.claim is not None:
                self._kept.setdefault((volume.claim.namespace, volume.claim.name), []).append(volume)
            else:
                modes = frozenset(volume.access_modes)
                self._free.setdefault(volume.storage_class, {}).setdefault(modes, []).append(volume)
        for groups in self._free.values():
            for group in groups.values():
                group.sort(key=lambda volume: volume.size)

    def find(self, claim: PersistentVolumeClaim, *, waits: bool) -> PersistentVolume | None:
        """The volume a claim gets (``findByClaim``). ``waits``: only one that is kept for it, the rest is the scheduler's."""
        wanted = frozenset(claim.access_modes)
        kept = [
            volume
            for volume in self._kept.get((claim.namespace, claim.name), ())
            if kept_for(volume, claim)
            and wanted <= set(volume.access_modes)
            and volume.size >= claim.size
            and volume.volume_mode == claim.volume_mode
            and not volume.terminating
        ]
        best = min(kept, key=lambda volume: len(volume.access_modes), default=None)
        if waits:
            return best
        free = next(self.suiting(claim), None)
        if best is None or (free is not None and len(free.access_modes) < len(best.access_modes)):
            return free
        return best

    def suiting(self, claim: PersistentVolumeClaim) -> Iterator[PersistentVolume]:
        """The free volumes that suit a claim, the one it gets first."""
        wanted = frozenset(claim.access_modes)
        groups = self._free.get(claim.class_name, {})
        for modes in sorted((modes for modes in groups if wanted <= modes), key=len):
            group = groups[modes]
            for at in range(bisect_left(group, claim.size, key=lambda volume: volume.size), len(group)):
                self.looked_at += 1
                if self.looked_at > MOST_LOOKED_AT:
                    return
                if is_free_for(group[at], claim):
                    yield group[at]

    def take(self, volume: PersistentVolume) -> None:
        """A volume that is free no more."""
        group = self._free.get(volume.storage_class, {}).get(frozenset(volume.access_modes), [])
        at = bisect_left(group, volume.size, key=lambda one: one.size)
        while at < len(group) and group[at].name != volume.name:
            at += 1
        if at < len(group):
            del group[at]
