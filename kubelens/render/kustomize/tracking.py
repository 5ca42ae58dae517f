"""Where an object came from and what changed it, as ``buildMetadata`` asks for it (api ``resource.Origin``)."""

from __future__ import annotations

import posixpath
from typing import NamedTuple

from kubelens.render.kustomize.json_node import node_of
from kubelens.render.kustomize.node import text_node
from kubelens.render.kustomize.printing import shown_scalar
from kubelens.render.kustomize.resource import ORIGIN_ANNOTATION, TRANSFORMATIONS_ANNOTATION, Resource
from kubelens.render.kustomize.resource_list import ResourceList

ORIGIN_ANNOTATIONS = "originAnnotations"
TRANSFORMER_ANNOTATIONS = "transformerAnnotations"
MANAGED_BY_LABEL = "managedByLabel"


class Track(NamedTuple):
    """A place below the root kustomization. ``configured_by``: (field, value) pairs of who is at work there."""

    path: str = ""
    configured_in: str = ""
    configured_by: tuple[tuple[str, str], ...] = ()

    def below(self, path: str) -> Track:
        """The place at a path from here."""
        return Track(posixpath.normpath(posixpath.join(self.path, path)))

    def builtin(self, file: str, kind: str) -> Track:
        """A built-in plugin that the kustomization here configures."""
        place = posixpath.normpath(posixpath.join(self.path, file))
        return Track(configured_in=place, configured_by=(("apiVersion", "builtin"), ("kind", kind)))

    def text(self) -> str:
        """The annotation's value."""
        lines = [f"{name}: {_shown(value)}" for name, value in self._told()]
        if self.configured_by:
            lines += ["configuredBy:", *(f"  {name}: {_shown(value)}" for name, value in self.configured_by)]
        return "".join(f"{line}\n" for line in lines)

    def _told(self) -> list[tuple[str, str]]:
        return [(n, v) for n, v in (("path", self.path), ("configuredIn", self.configured_in)) if v]


def note_origin(objects: list[Resource], track: Track) -> None:
    """Note where objects come from, unless that is known."""
    for resource in objects:
        if resource.tracked is None:
            resource.tracked = track.text()


def note_change(objects: ResourceList, track: Track) -> None:
    """Note what changed the objects; one of unknown origin was made by it."""
    for resource in objects:
        if resource.tracked is None:
            resource.tracked = track.text()
        else:
            lines = track.text().splitlines()
            resource.transformations.append(
                "".join(f"{'- ' if not i else '  '}{line}\n" for i, line in enumerate(lines))
            )


def annotate(resource: Resource, wanted: list[str]) -> None:
    """Write what was noted into the annotations, as far as ``buildMetadata`` asks for it."""
    entries = resource.annotations()
    for name in (ORIGIN_ANNOTATION, TRANSFORMATIONS_ANNOTATION):
        if (ORIGIN_ANNOTATIONS if name == ORIGIN_ANNOTATION else TRANSFORMER_ANNOTATIONS) not in wanted:
            entries.pop(name, None)
    if ORIGIN_ANNOTATIONS in wanted and resource.tracked is not None:
        entries[ORIGIN_ANNOTATION] = text_node(resource.tracked)
    if TRANSFORMER_ANNOTATIONS in wanted and resource.transformations:
        entries[TRANSFORMATIONS_ANNOTATION] = text_node("".join(resource.transformations))
    resource.set_meta_map("annotations", entries)


def _shown(value: str) -> str:
    return shown_scalar(node_of(value), 0, 0)
