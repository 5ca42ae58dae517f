"""Which claims can have the same volumes: who gets one depends on the order in which the controller meets them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from kubelens.kube.persistent_volume import PersistentVolume
from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim
from kubelens.predict.controllers.persistentvolume.volume_index import VolumeIndex

_MOST_SHOWN = 20


class Rivalry(Struct, frozen=True):
    """``among``: the volumes of which a claim gets one; ``suiting``: how many suit it; ``rivals``: other claims they suit."""

    among: tuple[str, ...]
    suiting: int
    rivals: int

    @property
    def sure(self) -> bool:
        """Whether it gets one, or none, in whatever order claims come."""
        return self.suiting == 0 or self.suiting > self.rivals


_Shape = tuple[object, ...]


def rivalries(claims: Iterable[PersistentVolumeClaim], volumes: Iterable[PersistentVolume]) -> dict[str, Rivalry]:
    """By claim key, for claims that take any free volume. Claims that ask for the same are looked at once."""
    index = VolumeIndex(volumes)
    alike: dict[_Shape, list[PersistentVolumeClaim]] = {}
    for claim in claims:
        alike.setdefault(_shape(claim), []).append(claim)
    suiting = {shape: list(index.suiting(group[0])) for shape, group in alike.items()}
    wanting: dict[str, set[_Shape]] = {}
    for shape, found in suiting.items():
        for volume in found:
            wanting.setdefault(volume.name, set()).add(shape)
    told: dict[str, Rivalry] = {}
    for shape, group in alike.items():
        found = suiting[shape]
        shapes = set().union(*(wanting[volume.name] for volume in found)) if found else set()
        others = sum(len(alike[one]) for one in shapes) - 1 if shapes else 0
        rivalry = Rivalry(_best(found, others), len(found), others)
        told.update((claim.key, rivalry) for claim in group)
    return told


def _shape(claim: PersistentVolumeClaim) -> _Shape:
    return (
        claim.class_name,
        claim.size,
        frozenset(claim.access_modes),
        claim.volume_mode,
        claim.attributes_class,
        claim.selector,
    )


def _best(found: list[PersistentVolume], others: int) -> tuple[str, ...]:
    """The volumes that are left if others come first, with all that are as good as the last of these."""
    if not found:
        return ()
    last = found[min(others, len(found) - 1)]
    rank = (len(last.access_modes), last.size)
    return tuple(v.name for v in found if (len(v.access_modes), v.size) <= rank)[:_MOST_SHOWN]
