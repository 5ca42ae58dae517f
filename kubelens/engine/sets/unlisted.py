"""Kustomizations of Flux that lie where another one applies what it is told to, and are told to nobody.

Whoever brings one back lists it, and gets what the other gives its children: variables, patches, what they depend on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from msgspec.structs import replace

from kubelens.engine.sets.planned import OverlayPart, Part, PlannedSet


def unlisted(
    planned: Sequence[PlannedSet], origin: str, used: Collection[str], shown: Callable[[str], str]
) -> frozenset[str]:
    """The files of such, of sets of an ``origin``; ``used``: all that sets are made from, as reports show it."""
    own = [one for one in planned if one.origin == origin]
    folders = {part.folder for one in own for part in one.parts if isinstance(part, OverlayPart)}
    return frozenset(one.said_in for one in own if shown(one.said_in) not in used and _lies_below(one.said_in, folders))


def folders_of(planned: Sequence[PlannedSet], origins: Collection[str]) -> frozenset[str]:
    """The folders that tools build with kustomize; all of a repository is none, as much in it may be for others."""
    own = (part for one in planned if one.origin in origins for part in one.parts)
    return frozenset(part.folder for part in own if isinstance(part, OverlayPart) and part.folder)


def only_unapplied(
    planned: Sequence[PlannedSet], origin: str, away: frozenset[str], paths: Mapping[str, Collection[str]]
) -> frozenset[str]:
    """``away``, and the files that only sets hold which are said there, or which lie where an ``origin`` applies what is listed.

    ``paths``: the files of each set by its name.
    """
    folders = {
        part.folder for one in planned if one.origin == origin for part in one.parts if isinstance(part, OverlayPart)
    }
    beside = {id(one) for one in planned if one.base and _lies_below(one.said_in, folders - {""})}
    while True:
        dead = [one for one in planned if id(one) in beside or one.said_in in away]
        gone = {one.name for one in dead}
        live = {path for one in planned if one.name not in gone for path in paths.get(one.name, ())}
        more = away.union(path for one in dead for path in paths.get(one.name, ()) if path not in live)
        if more == away:
            return away
        away = more


def awaiting_more(one: PlannedSet) -> PlannedSet:
    """A set whose variables may be given by what will list it."""
    return replace(one, parts=tuple(map(_with_more, one.parts)))


def _with_more(part: Part) -> Part:
    if not isinstance(part, OverlayPart) or part.variables is None:
        return part
    return replace(part, variables=replace(part.variables, whole=False))


def _lies_below(path: str, folders: Collection[str]) -> bool:
    return any(not folder or path.startswith(f"{folder}/") for folder in folders)
