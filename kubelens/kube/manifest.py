"""A parsed document together with the objects it holds."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.reading import Reading
from kubelens.kube.resource import Header, Resource
from kubelens.syntax.text import Problem
from kubelens.syntax.tree import Document


class Manifest(Struct, frozen=True, eq=False, weakref=True):
    """One document that is meant for Kubernetes: its tree, its header, its objects and how its value was read."""

    document: Document
    header: Header
    resources: tuple[Resource, ...]
    reading: Reading

    @property
    def problems(self) -> list[Problem]:
        """What cannot be read of its values (unreadable scalars, aliases)."""
        return self.reading.problems

    @property
    def uri(self) -> str:
        """The file it stands in."""
        return self.document.source.uri
