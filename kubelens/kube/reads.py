"""What somebody read of a bundle, and which changes of objects touch that.

An editor session keeps findings and answers between keystrokes. Beside each it keeps what it rests on; when objects
come, go or change, exactly what rests on them is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from kubelens.kube.resource import Resource

EVERYTHING: Final = ("everything",)
"""The whole bundle, in order."""
NAMESPACES: Final = ("namespaces",)
"""Which namespaces there are."""


class Touchable(Struct, frozen=True):
    """A read that knows itself which changes touch it; hashable."""

    def touched_by(self, resource: Resource) -> bool:
        """Whether an object that came or went may change what was read."""
        raise NotImplementedError


Read = tuple[object, ...] | Touchable | Resource
"""A tuple from this module, something touchable, or an object itself: what is known of it goes when it goes."""


def of_kind(kind: str, namespace: str | None, group: str | None) -> Read:
    """The objects of a kind, of one namespace and group where given."""
    return ("kind", kind, namespace, group)


def of_name(kind: str, namespace: str, name: str) -> Read:
    """The object of a kind and name, of any group."""
    return ("name", kind, namespace, name)


def of_workloads(namespace: str | None) -> Read:
    """The workloads of a namespace, None for all."""
    return ("workloads", namespace)


def of_referrers(kind: str, namespace: str, name: str) -> Read:
    """The objects that refer to another one by name."""
    return ("referrers", kind, namespace, name)


def touched(resources: Iterable[Resource], workload_kinds: frozenset[str]) -> set[Read]:
    """The tuples that objects which came or went may change."""
    marks: set[Read] = {EVERYTHING}
    for resource in resources:
        kind, namespace, group = resource.kind, resource.namespace, resource.gvk.group
        for within in (namespace, None):
            marks.add(of_kind(kind, within, group))
            marks.add(of_kind(kind, within, None))
            if kind in workload_kinds:
                marks.add(of_workloads(within))
        marks.add(of_name(kind, namespace, resource.name))
        marks.add(resource)
    return marks
