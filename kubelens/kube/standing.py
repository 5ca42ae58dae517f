"""Objects of manifests and those of the same name that a cluster holds already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.manifest import Manifest
from kubelens.kube.resource import Resource

Slot = tuple[str, str, str, str]


def with_standing(manifests: Iterable[Manifest], there: Iterable[Resource]) -> tuple[Manifest, ...]:
    """The manifests, their objects knowing the ones ``there`` whose place they take (``Resource.standing``)."""
    held: dict[Slot, Resource] = {}
    for resource in there:
        held.setdefault(resource.key.slot, resource)
    return tuple(_told(manifest, held) for manifest in manifests) if held else tuple(manifests)


def as_held(resource: Resource) -> Resource:
    """An object of those that say what a cluster holds: a Pod written by hand there runs, though it has no uid."""
    by_hand = resource.kind == "Pod" and not resource.metadata.get("uid") and resource.standing is None
    return replace(resource, standing=resource) if by_hand else resource


def _told(manifest: Manifest, held: Mapping[Slot, Resource]) -> Manifest:
    resources = tuple(
        replace(r, standing=held[r.key.slot]) if r.key.slot in held and not r.partial else r for r in manifest.resources
    )
    return replace(manifest, resources=resources) if any(r.standing for r in resources) else manifest


def kept_by_cluster(resource: Resource, *of_spec: str) -> Mapping[str, Any]:
    """An object's value with what only a cluster writes, where one holds it: uid, status, annotations, fields of the spec.

    ``of_spec``: those fields; what the manifest writes of them itself stays.
    """
    old = resource.standing
    if old is None:
        return resource.value
    spec = {name: old.spec[name] for name in of_spec if name in old.spec}
    own = {name: old.metadata[name] for name in ("uid", "creationTimestamp") if name in old.metadata}
    metadata = {**own, **resource.metadata, "annotations": {**old.annotations, **resource.annotations}}
    value = {**resource.value, "metadata": metadata, "spec": {**spec, **resource.spec}}
    status = fields.mapping(old.value, "status")
    return {**value, "status": status} if status and "status" not in resource.value else value
