"""Sets that are told apart on one side alone: where a second one of a name comes or goes, the first is called by its file too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubelens.engine.plan_halves import Half, SetHalf


def under_new_names(old: Half, new: Half) -> Half:
    """The old sets, each that only the new side calls otherwise under the name that it has there."""
    free: dict[str, list[str]] = {}
    for name in new:
        if name not in old:
            free.setdefault(_plain(name), []).append(name)
    found: dict[str, SetHalf] = {}
    for name, half in _as_numbered(old, new).items():
        others = free.get(_plain(name), []) if name not in new else []
        there = [other for other in others if _said_in(new[other]) == _said_in(half)]
        same = max(there, key=lambda other: _likeness(half, new[other])) if there else name
        if same in others:
            others.remove(same)
        found[same] = half
    return found


def _as_numbered(old: Half, new: Half) -> Half:
    """The old sets; of those that a number tells apart each under the number that the same one has on the new side."""
    groups: dict[str, tuple[list[str], list[str]]] = {}
    for side, half in enumerate((old, new)):
        for name in half:
            groups.setdefault(name.partition("#")[0], ([], []))[side].append(name)
    renamed: dict[str, str] = {}
    for before, after in groups.values():
        if max(len(before), len(after)) > 1:
            renamed.update(_paired(before, after, old, new))
    return {renamed.get(name, name): half for name, half in old.items()}


def _paired(before: Sequence[str], after: Sequence[str], old: Half, new: Half) -> Iterator[tuple[str, str]]:
    left, others = list(after), []
    for name in before:
        same = next((one for one in left if old[name].is_as(new[one])), None)
        if same is None:
            others.append(name)
        else:
            left.remove(same)
            yield name, same
    yield from zip(others, [*left, *(name for name in before if name not in after)], strict=False)


def _likeness(old: SetHalf, new: SetHalf) -> tuple[bool, int]:
    return new.missing == old.missing, len(old.inputs.keys() & new.inputs.keys())


def _plain(name: str) -> str:
    return name.partition("@")[0]


def _said_in(half: SetHalf) -> tuple[str, frozenset[str]]:
    return half.made.origin, frozenset(half.shown(one.uri) for one in half.made.said_in)
