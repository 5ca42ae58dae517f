"""Sets that are told apart on one side alone: where a second one of a name comes or goes, the first is called by its file too."""

from __future__ import annotations

from kubelens.engine.plan_halves import Half, SetHalf


def under_new_names(old: Half, new: Half) -> Half:
    """The old sets, each that only the new side calls otherwise under the name that it has there."""
    free: dict[str, list[str]] = {}
    for name in new:
        if name not in old:
            free.setdefault(_plain(name), []).append(name)
    found: dict[str, SetHalf] = {}
    for name, half in old.items():
        others = free.get(_plain(name), []) if name not in new else []
        there = [other for other in others if _said_in(new[other]) == _said_in(half)]
        same = next((other for other in there if new[other].missing == half.missing), there[0] if there else name)
        if same in others:
            others.remove(same)
        found[same] = half
    return found


def _plain(name: str) -> str:
    return name.partition("@")[0]


def _said_in(half: SetHalf) -> tuple[str, frozenset[str]]:
    return half.made.origin, frozenset(half.shown(one.uri) for one in half.made.said_in)
