"""Where an object came from and what changed it, as ``buildMetadata`` asks for it (api ``resource.Origin``)."""

from __future__ import annotations

from kubelens.render.kustomize.node import text_node
from kubelens.render.kustomize.resource import ORIGIN_ANNOTATION, TRANSFORMATIONS_ANNOTATION, Resource
from kubelens.render.kustomize.resource_list import ResourceList
from kubelens.render.kustomize.track import Track

ORIGIN_ANNOTATIONS = "originAnnotations"
TRANSFORMER_ANNOTATIONS = "transformerAnnotations"
MANAGED_BY_LABEL = "managedByLabel"


def note_origin(objects: list[Resource], track: Track) -> None:
    """Note where objects come from, unless that is known."""
    for resource in objects:
        if resource.tracked is None:
            resource.tracked = track


def note_change(objects: ResourceList, track: Track) -> None:
    """Note what changed the objects; one of unknown origin was made by it."""
    for resource in objects:
        if resource.tracked is None:
            resource.tracked = track
        else:
            resource.transformations.append(track)


def annotate(resource: Resource, wanted: list[str]) -> None:
    """Write what was noted into the annotations, as far as ``buildMetadata`` asks for it."""
    entries = resource.annotations()
    for name in (ORIGIN_ANNOTATION, TRANSFORMATIONS_ANNOTATION):
        if (ORIGIN_ANNOTATIONS if name == ORIGIN_ANNOTATION else TRANSFORMER_ANNOTATIONS) not in wanted:
            entries.pop(name, None)
    if ORIGIN_ANNOTATIONS in wanted and resource.tracked is not None:
        entries[ORIGIN_ANNOTATION] = text_node(resource.tracked.text())
    if TRANSFORMER_ANNOTATIONS in wanted and resource.transformations:
        entries[TRANSFORMATIONS_ANNOTATION] = text_node("".join(map(_item, resource.transformations)))
    resource.set_meta_map("annotations", entries)


def _item(track: Track) -> str:
    lines = track.text().splitlines()
    return "".join(f"{'- ' if not index else '  '}{line}\n" for index, line in enumerate(lines))
