"""``SeenFrom``: which objects of a namespace are applied beside those of a folder.

A server has one object of a kind, namespace and name. Where several folders hold one, they are alternatives (lessons,
variants, copies of one application), and nobody applies both: what one of them bounds, it bounds of its own.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.standing import exists_already

_TELLING: Final = (*WORKLOAD_KINDS, "Service", "PersistentVolumeClaim", "ResourceQuota", "LimitRange")
"""Kinds of which one object in two folders makes these alternatives."""
_Slot = tuple[str, str, str]


class View(Struct, frozen=True, eq=False):
    """What is applied beside the objects of ``folder``: not what stands in ``apart``, and none of ``hidden``."""

    folder: str | None = None
    apart: frozenset[str] = frozenset()
    hidden: frozenset[int] = frozenset()

    def sees(self, resource: Resource) -> bool:
        """Whether an object is among it; what a cluster holds always is."""
        if id(resource) in self.hidden:
            return False
        return resource.place.folder not in self.apart or _stands(resource)


class SeenFrom(Struct, frozen=True):
    """What is applied beside the objects of a folder in a namespace (None: beside those of any folder)?"""

    namespace: str
    folder: str | None

    def answer(self, ask: Ask) -> Prediction[View]:
        """Everything, but what alternatives of the folder hold, and of copies the nearest above it, else the first."""
        if self.folder is None:
            return Prediction(View())
        copies = ask(_Copies(self.namespace)).answer
        held = {one.place.folder for one in _held(ask.bundle, self.namespace)}
        apart = frozenset(other for other in held if _are_alternatives(self.folder, other, copies))
        hidden: set[int] = set()
        for slot in copies:
            found = [
                one
                for one in ask.bundle.named(slot[0], slot[2], slot[1])
                if not one.partial and not _stands(one) and one.place.folder not in apart
            ]
            above = [one.place.folder for one in found if _is_within(self.folder, one.place.folder)]
            kept = max(above, key=len) if above else found[0].place.folder if found else ""
            hidden |= {id(one) for one in found if one.place.folder != kept}
        return Prediction(View(self.folder, apart, frozenset(hidden)))


def folder_among_others(resource: Resource, ask: Ask) -> str | None:
    """The folder that tells what is applied beside an object, None where nothing of its namespace stands in several."""
    if ask.bundle.applied_together or _stands(resource) or not ask(_Copies(resource.namespace)).answer:
        return None
    return resource.place.folder


def seen_from(resource: Resource, ask: Ask) -> View:
    """What is applied beside an object in its namespace."""
    return ask(SeenFrom(resource.namespace, folder_among_others(resource, ask))).answer


def namespace_of(resource: Resource, ask: Ask) -> Resource | None:
    """The Namespace of an object, where one is applied beside it; the first of that name."""
    view = seen_from(resource, ask)
    found = ask.bundle.named("Namespace", resource.namespace or "default", "")
    return next((one for one in found if not one.gvk.group and view.sees(one)), None)


class _Copies(Struct, frozen=True):
    """Which objects of a namespace, itself among them, stand in several folders, and in which?"""

    namespace: str

    def answer(self, ask: Ask) -> Prediction[dict[_Slot, frozenset[str]]]:
        """By kind, namespace and name; nothing of objects that are applied together, or that a cluster holds."""
        folders: dict[_Slot, set[str]] = {}
        for one in () if ask.bundle.applied_together else _held(ask.bundle, self.namespace):
            if one.name and not one.partial and not _stands(one):
                folders.setdefault((one.kind, one.namespace, one.name), set()).add(one.place.folder)
        return Prediction({slot: frozenset(found) for slot, found in folders.items() if len(found) > 1})


def _held(bundle: Bundle, namespace: str) -> list[Resource]:
    found = bundle.named("Namespace", namespace, "") if namespace else []
    return found + [one for kind in _TELLING for one in bundle.all(kind, namespace)]


def _stands(resource: Resource) -> bool:
    return resource.standing is not None or exists_already(resource.value)


def _are_alternatives(folder: str, other: str, copies: dict[_Slot, frozenset[str]]) -> bool:
    """Whether one object stands on both ways to two folders from where these part.

    A folder above another is no alternative of it. That two make the same Namespace tells of themselves alone: folders
    beside them that make none are applied with one of these.
    """
    if _is_within(folder, other):
        return False
    above, beside = _parted(folder, other)
    for (kind, _, _), places in copies.items():
        if kind == "Namespace":
            mine = any(_is_within(folder, one) and _is_on(one, *above) for one in places)
            theirs = any(_is_within(other, one) and _is_on(one, *beside) for one in places)
        else:
            mine, theirs = (any(_is_on(one, *way) for one in places) for way in (above, beside))
        if mine and theirs:
            return True
    return False


def _parted(folder: str, other: str) -> tuple[tuple[str, bool], tuple[str, bool]]:
    """The ways to two folders from the one above both: a tree of folders, or that one alone (False)."""
    first, second = _parts(folder), _parts(other)
    same = 0
    while same < min(len(first), len(second)) and first[same] == second[same]:
        same += 1
    mine, theirs = ("/".join(parts[: same + 1]) for parts in (first, second))
    return (mine, len(first) > same), (theirs, len(second) > same)


def _parts(folder: str) -> list[str]:
    return folder.split("/") if folder else []


def _is_on(folder: str, way: str, below: bool) -> bool:
    return folder == way or (below and _is_within(folder, way))


def _is_within(folder: str, other: str) -> bool:
    """Whether a folder is another, or below it."""
    return folder == other or not other or folder.startswith(f"{other}/")
