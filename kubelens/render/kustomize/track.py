"""A place that ``buildMetadata`` tells of (api ``resource.Origin``)."""

from __future__ import annotations

import posixpath
from typing import NamedTuple

from kubelens.render.kustomize.identity import ResId
from kubelens.render.yaml.scalar_text import short_text


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
        lines = [f"{name}: {short_text(value)}" for name, value in self._told()]
        if self.configured_by:
            lines += ["configuredBy:", *(f"  {name}: {short_text(value)}" for name, value in self.configured_by)]
        return "".join(f"{line}\n" for line in lines)

    def _told(self) -> list[tuple[str, str]]:
        return [(n, v) for n, v in (("path", self.path), ("configuredIn", self.configured_in)) if v]

    def plugin(self, one: ResId) -> Track:
        """A plugin that an object at this place configures."""
        told = (("apiVersion", one.gvk.api_version), ("kind", one.gvk.kind))
        named = (("name", str(one.name)), ("namespace", str(one.namespace)))
        return Track(configured_in=self.path, configured_by=(*told, *((n, v) for n, v in named if v)))
