"""Which claims can have the same volumes: who gets one depends on the order in which the controller meets them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

from msgspec import Struct

from kubelens.kube.persistent_volume import PersistentVolume
from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim
from kubelens.predict.controllers.persistentvolume.volume_index import VolumeIndex

_MOST_SHOWN: Final = 20
_MOST_PAIRS: Final = 200_000
"""Claims times volumes that suit them up to which it is told who is after the same."""


class Rivalry(Struct, frozen=True):
    """``among``: the volumes of which a claim gets one; ``suiting``: how many suit it; ``rivals``: other claims they suit.

    ``group`` is the same for all claims that are after the same volumes, directly or through others; of these ``short`` get
    none whoever comes first.
    """

    among: tuple[str, ...] = ()
    suiting: int = 0
    rivals: int = 0
    group: str = ""
    short: int = 0

    @property
    def sure(self) -> bool:
        """Whether it gets one, or none, in whatever order claims come."""
        return self.suiting == 0 or self.suiting > self.rivals


ALONE: Final = Rivalry()
_NOT_LOOKED_AT: Final = Rivalry(suiting=1, rivals=1)
_Shape = tuple[object, ...]


def rivalries(claims: Iterable[PersistentVolumeClaim], volumes: Iterable[PersistentVolume]) -> dict[str, Rivalry]:
    """By claim key, for claims that take any free volume. Claims that ask for the same are looked at once."""
    index = VolumeIndex(volumes)
    alike: dict[_Shape, list[PersistentVolumeClaim]] = {}
    for claim in claims:
        alike.setdefault(_shape(claim), []).append(claim)
    left = _MOST_PAIRS
    suiting: dict[_Shape, list[PersistentVolume]] = {}
    for shape, claims_alike in alike.items():
        suiting[shape] = list(islice(index.suiting(claims_alike[0]), left))
        left -= len(suiting[shape])
        if left <= 0:
            break
    wanting: dict[str, set[_Shape]] = {}
    for shape, found in suiting.items():
        for volume in found:
            wanting.setdefault(volume.name, set()).add(shape)
    groups = _groups(suiting, wanting)
    after = Counter(dict.fromkeys(groups.values(), 0))
    for shape, group in groups.items():
        after[group] += len(alike[shape])
    there = Counter(groups[next(iter(shapes))] for shapes in wanting.values())
    told: dict[str, Rivalry] = {}
    for shape, claims_alike in alike.items():
        if shape not in suiting:
            told.update((claim.key, _NOT_LOOKED_AT) for claim in claims_alike)
            continue
        found = suiting[shape]
        shapes = set().union(*(wanting[volume.name] for volume in found)) if found else set()
        others = sum(len(alike[one]) for one in shapes) - 1 if shapes else 0
        group = groups.get(shape, "")
        short = max(after[group] - there[group], 0) if group else 0
        rivalry = Rivalry(_best(found, others), len(found), others, group, short)
        told.update((claim.key, rivalry) for claim in claims_alike)
    return told


def _groups(suiting: Mapping[_Shape, list[PersistentVolume]], wanting: Mapping[str, set[_Shape]]) -> dict[_Shape, str]:
    """By what is asked for: the first volume of all that hang together with it."""
    groups: dict[_Shape, str] = {}
    for shape, found in suiting.items():
        if shape in groups or not found:
            continue
        group, open_ = found[0].name, [shape]
        while open_:
            one = open_.pop()
            if one in groups:
                continue
            groups[one] = group
            open_.extend(other for volume in suiting[one] for other in wanting[volume.name] if other not in groups)
    return groups


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
