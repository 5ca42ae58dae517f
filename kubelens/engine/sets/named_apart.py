"""What sets are called where several have one name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from kubelens.engine.sets.planned import PlannedSet


def named_apart(planned: Iterable[PlannedSet]) -> list[PlannedSet]:
    """Sets whose names differ: where two have one name, the file that names it is added, then the folder that it is made from.

    Those that these do not tell apart are numbered by what they are made of, whatever the order in which they were found:
    one set has one name on both sides of a change.
    """
    everything = list(planned)
    names = [one.name for one in everything]
    names = _where_alike(names, [f"{name}@{one.said_in}" for name, one in zip(names, everything, strict=True)])
    folders = [
        f"{name}:{','.join(one.folders)}" if one.folders else name for name, one in zip(names, everything, strict=True)
    ]
    names = _numbered(_where_alike(names, folders), everything)
    return [one if name == one.name else replace(one, name=name) for name, one in zip(names, everything, strict=True)]


def _where_alike(names: Sequence[str], longer: Sequence[str]) -> list[str]:
    counts = Counter(names)
    return [name if counts[name] == 1 else more for name, more in zip(names, longer, strict=True)]


def _numbered(names: Sequence[str], planned: Sequence[PlannedSet]) -> list[str]:
    alike: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        alike.setdefault(name, []).append(index)
    found = list(names)
    for name, indices in alike.items():
        ordered = (
            sorted(indices, key=lambda one: repr((planned[one].parts, planned[one].namespace)))
            if len(indices) > 1
            else []
        )
        for number, index in enumerate(ordered[1:], 2):
            found[index] = f"{name}#{number}"
    return found
