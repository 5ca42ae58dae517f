"""The rules of a role as they are written: which of their groups and resources Kubernetes itself serves."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.authorization import resources_by_group
from kubelens.kube.placeholder import has_variable
from kubelens.kube.resource import Resource
from kubelens.syntax.place import Place

ROLES = ("Role", "ClusterRole")


class WrittenRule(Struct, frozen=True):
    """One entry of ``rules``; texts with template expressions or variables are left out."""

    place: Place
    groups: tuple[str, ...]
    resources: tuple[tuple[int, str], ...]
    verbs: tuple[tuple[int, str], ...]
    names: tuple[str, ...]
    urls: tuple[str, ...]

    @property
    def is_built_in(self) -> bool:
        """Whether every group is one that Kubernetes itself serves: no definition can add a resource to it."""
        return bool(self.groups) and all(group in resources_by_group() for group in self.groups)


def written_rules(role: Resource) -> Iterator[WrittenRule]:
    """The entries of a role that was read whole."""
    if role.partial:
        return
    for index, item in fields.items(role.value, "rules"):
        groups = fields.texts(item, "apiGroups")
        if any(has_variable(group) for group in groups):
            continue
        yield WrittenRule(
            role.place.at("rules", index),
            groups,
            _plain(fields.texts(item, "resources")),
            _plain(fields.texts(item, "verbs")),
            fields.texts(item, "resourceNames"),
            fields.texts(item, "nonResourceURLs"),
        )


def _plain(texts: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    return tuple((index, text) for index, text in enumerate(texts) if not has_variable(text))
