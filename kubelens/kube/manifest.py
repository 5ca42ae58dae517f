"""A parsed document together with the objects it holds."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.resource import Header, Resource
from kubelens.syntax.text import Problem
from kubelens.syntax.tree import Document


class Manifest(Struct, frozen=True, eq=False, weakref=True):
    """One document that is meant for Kubernetes: its tree, its header and its objects.

    ``problems`` are those of its text and of its values (unreadable scalars, aliases).
    """

    document: Document
    header: Header
    resources: tuple[Resource, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def uri(self) -> str:
        """The file it stands in."""
        return self.document.source.uri
