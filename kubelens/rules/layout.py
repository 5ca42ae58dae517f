"""Which objects are meant for one cluster, as far as the folders and names of a repository's files tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from kubelens.kube.bundle import Bundle
from kubelens.kube.go_int import parse_int
from kubelens.kube.resource import Resource
from kubelens.syntax.pattern import pattern

_EVERYWHERE: Final = ("default", "kube-system")
_RELEASE: Final = pattern(r"(?<![A-Za-z0-9])v?(\d+)[._](\d+)(?:[._](\d+))?")
"""A release in the name of a folder or a file: ``install/v0.4.1/``, ``v2_0_0_full.yaml``, ``k8s-1.12.yaml``."""


def folder_of(resource: Resource, bundle: Bundle) -> str:
    """The folder that tells what an object is meant for; one for all objects of a bundle that is applied together."""
    return "" if bundle.applied_together else resource.place.folder


def share_a_folder(one: Resource, other: Resource) -> bool:
    """Whether two objects stand in one folder, or one in a folder below the other's.

    Folders beside each other are alternatives as often as they are parts: environments, variants, tests.
    """
    first, second = one.place.folder, other.place.folder
    if first == second:
        return True
    return not first or not second or first.startswith(second + "/") or second.startswith(first + "/")


def share_a_cluster(one: Resource, other: Resource, bundle: Bundle) -> bool:
    """Whether two objects are meant for one cluster: they are applied together, or share a folder."""
    return bundle.applied_together or share_a_folder(one, other)


def share_a_namespace(one: Resource, other: Resource, bundle: Bundle) -> bool:
    """Whether two objects are meant for one namespace of one cluster: both name it, or they share its cluster.

    Namespaces that every cluster has say nothing about it.
    """
    named = one.metadata.get("namespace")
    named_by_both = bool(named) and named == other.metadata.get("namespace")
    return (named_by_both and named not in _EVERYWHERE) or share_a_cluster(one, other, bundle)


def is_an_alternative(resource: Resource, bundle: Bundle) -> bool:
    """Whether another file of its folder has an object of its kind and name: a folder of examples, not of one application."""
    if bundle.applied_together:
        return False
    folder = folder_of(resource, bundle)
    return any(
        other.place.uri != resource.place.uri
        and other.namespace == resource.namespace
        and folder_of(other, bundle) == folder
        for other in bundle.named(resource.kind, resource.name)
    )


def has_newer_sibling(resource: Resource, others: Iterable[Resource]) -> bool:
    """Whether a file is called after a release, and one of the others' after a later one: it is kept as it was."""
    uri = resource.place.uri
    releases = [(found.start(), _release(found)) for found in _RELEASE.finditer(uri)]
    if not releases:
        return False
    uris = {other.place.uri for other in others}
    return any(
        (found := _RELEASE.match(other, start)) is not None
        and other[:start] == uri[:start]
        and _release(found) > release
        for start, release in releases
        for other in uris
    )


_VERSION_IN_NAME: Final = pattern(r"(?<![A-Za-z0-9])(v\d+(?:alpha|beta)\d+)(?![A-Za-z0-9])")
"""An API version in the name of a file: ``crds-v1beta1.yaml``."""
_SHOWN_IN: Final = frozenset(
    {
        "docs",
        "doc",
        "code-samples",
        "example",
        "examples",
        "sample",
        "samples",
        "demo",
        "demos",
        "tutorial",
        "tutorials",
    }
)


def is_kept_for_older_servers(resource: Resource, others: Iterable[Resource]) -> bool:
    """Whether a file's name says the API version of an object, and a file beside it has the object in another version."""
    folder, _, name = resource.place.uri.rpartition("/")
    if resource.gvk.version not in _VERSION_IN_NAME.findall(name):
        return False
    return any(
        other.name == resource.name
        and other.gvk.api_version != resource.gvk.api_version
        and other.place.uri.rpartition("/")[0] == folder
        for other in others
    )


def is_shown_to_people(resource: Resource) -> bool:
    """Whether a file lies among examples: objects in it are shown one after another as often as they are applied together."""
    return not _SHOWN_IN.isdisjoint(resource.place.uri.lower().split("/")[:-1])


def _release(found: re.Match[str]) -> tuple[int, ...]:
    return tuple((parse_int(part or "0") or 0) for part in found.groups())
