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


class _Want(Struct):
    """Claims that ask for the same, and the free volumes that suit them, None where that was not looked at."""

    claims: list[PersistentVolumeClaim]
    suiting: list[PersistentVolume] | None = None


def rivalries(claims: Iterable[PersistentVolumeClaim], index: VolumeIndex) -> dict[str, Rivalry]:
    """By claim key, for claims that take any free volume. Claims that ask for the same are looked at once."""
    alike: dict[_Shape, _Want] = {}
    for claim in claims:
        alike.setdefault(_shape(claim), _Want([])).claims.append(claim)
    wants = list(alike.values())
    left = _MOST_PAIRS
    wanting: dict[str, list[int]] = {}
    for number, want in enumerate(wants):
        found = list(islice(index.suiting(want.claims[0]), left + 1))
        left -= len(found)
        if left < 0:
            break
        want.suiting = found
        for volume in found:
            wanting.setdefault(volume.name, []).append(number)
    masks = {name: sum(1 << number for number in numbers) for name, numbers in wanting.items()}
    groups = _groups(wants, wanting)
    after: Counter[str] = Counter()
    for number, group in groups.items():
        after[group] += len(wants[number].claims)
    there = Counter(groups[numbers[0]] for numbers in wanting.values())
    told: dict[str, Rivalry] = {}
    for number, want in enumerate(wants):
        rivalry = _NOT_LOOKED_AT
        if want.suiting is not None:
            others = _rivals(want.suiting, masks, wants)
            group = groups.get(number, "")
            short = max(after[group] - there[group], 0) if group else 0
            rivalry = Rivalry(_best(want.suiting, others), len(want.suiting), others, group, short)
        told.update((claim.key, rivalry) for claim in want.claims)
    return told


def _rivals(suiting: list[PersistentVolume], masks: Mapping[str, int], wants: list[_Want]) -> int:
    """How many other claims any of some volumes suits."""
    mask = 0
    for volume in suiting:
        mask |= masks[volume.name]
    count = 0
    while mask:
        lowest = mask & -mask
        count += len(wants[lowest.bit_length() - 1].claims)
        mask ^= lowest
    return max(count - 1, 0)


def _groups(wants: list[_Want], wanting: Mapping[str, list[int]]) -> dict[int, str]:
    """By number of what is asked for: the first volume of all that hang together with it."""
    groups: dict[int, str] = {}
    seen: set[str] = set()
    for first, want in enumerate(wants):
        if first in groups or not want.suiting:
            continue
        group, open_ = want.suiting[0].name, [first]
        while open_:
            number = open_.pop()
            if number in groups:
                continue
            groups[number] = group
            for volume in wants[number].suiting or ():
                if volume.name not in seen:
                    seen.add(volume.name)
                    open_ += wanting[volume.name]
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
