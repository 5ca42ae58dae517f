"""``SeenFrom``: which objects of a namespace are applied beside those of a folder.

A server has one object of a kind, namespace and name. Where several folders hold one, they are alternatives (lessons,
variants, copies of one application), and nobody applies both: what one of them bounds, it bounds of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.standing import exists_already

_TELLING: Final = (*WORKLOAD_KINDS, "Service", "PersistentVolumeClaim", "ResourceQuota", "LimitRange")
"""Kinds of which one object in two folders makes these alternatives."""
_BOUNDS: Final = ("ResourceQuota", "LimitRange", "PodDisruptionBudget")
_BINDINGS: Final = ("ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding")
"""What puts policies into force, which judge what is in any namespace."""
_Slot = tuple[str, str, str]


class View(Struct, frozen=True, eq=False):
    """What is applied beside the objects of ``folder``: not what stands in a tree of ``apart``, and none of ``hidden``."""

    folder: str | None = None
    apart: frozenset[str] = frozenset()
    hidden: frozenset[int] = frozenset()

    def sees(self, resource: Resource) -> bool:
        """Whether an object is among it; what a cluster holds always is."""
        if id(resource) in self.hidden:
            return False
        return not is_below(resource, self.apart) or _stands(resource)


class SeenFrom(Struct, frozen=True):
    """What is applied beside the objects of a folder in a namespace (None: beside those of any folder)?"""

    namespace: str
    folder: str | None

    def answer(self, ask: Ask) -> Prediction[View]:
        """Everything, but what alternatives of the folder hold, and of copies the nearest above it, else the first."""
        if self.folder is None:
            return Prediction(View())
        copies = ask(_Copies(self.namespace)).answer
        apart = frozenset(alternatives_of(self.folder, copies))
        hidden: set[int] = set()
        for slot in copies:
            found = [
                one
                for one in ask.bundle.named(slot[0], slot[2], slot[1])
                if not one.partial and not _stands(one) and not is_below(one, apart)
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
    """Which objects of a namespace that something bounds, itself among them, stand in several folders, and in which?"""

    namespace: str

    def answer(self, ask: Ask) -> Prediction[dict[_Slot, frozenset[str]]]:
        """By kind, namespace and name; nothing of objects that are applied together, or that a cluster holds."""
        folders: dict[_Slot, set[str]] = {}
        for one in _held(ask.bundle, self.namespace) if _is_bounded(ask.bundle, self.namespace) else ():
            if one.name and not one.partial and not _stands(one):
                folders.setdefault((one.kind, one.namespace, one.name), set()).add(one.place.folder)
        return Prediction({slot: frozenset(found) for slot, found in folders.items() if len(found) > 1})


def is_below(resource: Resource, trees: frozenset[str]) -> bool:
    """Whether an object stands in one of some trees of folders."""
    if not trees:
        return False
    parts = _parts(resource.place.folder)
    return any("/".join(parts[:count]) in trees for count in range(1, len(parts) + 1))


def _held(bundle: Bundle, namespace: str) -> list[Resource]:
    found = bundle.named("Namespace", namespace, "") if namespace else []
    return found + [one for kind in _TELLING for one in bundle.all(kind, namespace)]


def _is_bounded(bundle: Bundle, namespace: str) -> bool:
    """Whether files that need not be applied together have something that bounds what is in a namespace."""
    if bundle.applied_together or not namespace:
        return False
    own = any(bundle.has(kind, namespace) for kind in _BOUNDS) or any(bundle.has(kind) for kind in _BINDINGS)
    return own or bool(bundle.named("Namespace", namespace, ""))


def _stands(resource: Resource) -> bool:
    return resource.standing is not None or exists_already(resource.value)


def alternatives_of(folder: str, copies: Mapping[_Slot, frozenset[str]]) -> Iterator[str]:
    """The trees of folders that hold an object which stands, too, on the way to a folder from where the two part.

    A folder above another is no alternative of it. That two make the same Namespace tells of themselves alone: folders
    beside them that make none are applied with one of these.
    """
    own = _parts(folder)
    for (kind, _, _), places in copies.items():
        shared = {place: _shared(own, _parts(place)) for place in places}
        reach = max(
            (
                len(own) + 1 if place == folder else count
                for place, count in shared.items()
                if kind != "Namespace" or _is_within(folder, place)
            ),
            default=0,
        )
        for place, count in shared.items():
            if count < reach and not _is_within(folder, place):
                yield place if kind == "Namespace" else "/".join(_parts(place)[: count + 1])


def _shared(first: Sequence[str], second: Sequence[str]) -> int:
    """How many folders two paths have in common from the top."""
    return next(
        (at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )


def _parts(folder: str) -> list[str]:
    return folder.split("/") if folder else []


def _is_within(folder: str, other: str) -> bool:
    """Whether a folder is another, or below it."""
    return folder == other or not other or folder.startswith(f"{other}/")
