"""Completion of what a kustomization names of the objects that it takes in: targets of patches, what it scales, images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens_lsp.cursor import Cursor, Role
from kubelens_lsp.kustomize_names import SCALED, objects_of
from kubelens_lsp.view import View

_TARGETS: Final = frozenset({"target", "source", "select"})
_FIELDS: Final = ("kind", "name", "namespace", "group", "version")


def target_values(view: View, key: str, cursor: Cursor) -> Iterator[str]:
    """What can stand at the cursor of a kustomization; nothing elsewhere."""
    if not is_kustomization_name(key) or cursor.role is not Role.VALUE or len(cursor.fields) < 2:
        return
    *_, parent, field = cursor.fields
    if parent in _TARGETS and field in _FIELDS:
        yield from _once(_part(one, field) for one in objects_of(view, key) if _fits(one, cursor, field))
    elif parent == "replicas" and field == "name":
        yield from _once(one.name for one in objects_of(view, key) if one.kind in SCALED)
    elif parent == "images" and field == "name":
        pods = (workload.pod for one in objects_of(view, key) if (workload := read_workload(one)) is not None)
        images = (container.image for pod in pods for container in pod.containers if container.image)
        yield from _once(_without_tag(image) for image in images)


def _fits(resource: Resource, cursor: Cursor, field: str) -> bool:
    """Whether an object has what is written of the target beside the field."""
    return all(
        _part(resource, name) == text
        for name, text in cursor.beside.items()
        if name in _FIELDS and name != field and text
    )


def _part(resource: Resource, field: str) -> str:
    parts = {
        "kind": resource.kind,
        "name": resource.name,
        "namespace": resource.namespace,
        "group": resource.gvk.group,
        "version": resource.gvk.version,
    }
    return parts[field]


def _without_tag(image: str) -> str:
    name = image.partition("@")[0]
    head, colon, tag = name.rpartition(":")
    return head if colon and "/" not in tag else name


def _once(found: Iterator[str]) -> Iterator[str]:
    yield from dict.fromkeys(one for one in found if one)
