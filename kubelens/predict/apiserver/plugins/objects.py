"""The objects that plugins look up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from kubelens.kube import fields

Objects = Sequence[Mapping[str, Any]]


class IndexedObjects(tuple[Mapping[str, Any], ...]):
    """Objects that are found by kind and by name without walking through all of them."""

    @cached_property
    def by_kind(self) -> dict[object, list[Mapping[str, Any]]]:
        """In their order."""
        found: dict[object, list[Mapping[str, Any]]] = {}
        for obj in self:
            if isinstance(kind := obj.get("kind"), str):
                found.setdefault(kind, []).append(obj)
        return found

    @cached_property
    def first_named(self) -> dict[tuple[object, str], Mapping[str, Any]]:
        """The first of each kind and name."""
        found: dict[tuple[object, str], Mapping[str, Any]] = {}
        for kind, some in self.by_kind.items():
            for obj in some:
                found.setdefault((kind, name_of(obj)), obj)
        return found


def indexed(objects: Objects) -> IndexedObjects:
    """The objects with their index."""
    return objects if isinstance(objects, IndexedObjects) else IndexedObjects(objects)


def of_kind(objects: Objects, kind: str) -> list[Mapping[str, Any]]:
    """The objects of a kind."""
    return indexed(objects).by_kind.get(kind, [])


def name_of(obj: Mapping[str, Any]) -> str:
    """An object's name."""
    return fields.text(fields.mapping(obj, "metadata"), "name")


def named(objects: Objects, kind: str, name: str) -> Mapping[str, Any] | None:
    """The object of a kind and name, None where there is none."""
    return indexed(objects).first_named.get((kind, name))
