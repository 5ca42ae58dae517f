"""The objects that plugins look up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kubelens.kube import fields

Objects = Sequence[Mapping[str, Any]]


def of_kind(objects: Objects, kind: str) -> list[Mapping[str, Any]]:
    """The objects of a kind."""
    return [o for o in objects if o.get("kind") == kind]


def name_of(obj: Mapping[str, Any]) -> str:
    """An object's name."""
    return fields.text(fields.mapping(obj, "metadata"), "name")


def named(objects: Objects, kind: str, name: str) -> Mapping[str, Any] | None:
    """The object of a kind and name, None where there is none."""
    return next((o for o in of_kind(objects, kind) if name_of(o) == name), None)
