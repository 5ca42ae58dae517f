"""Argo CD's Application: the specifications that it does not sync (``util/argo``, ``ValidatePermissions``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.syntax.place import Step

GROUP: Final = "argoproj.io"


class SpecFault(Struct, frozen=True):
    """Something that keeps an Application from being synced: where, and what must be."""

    path: tuple[Step, ...]
    message: str


class SpecFaultsOf(Struct, frozen=True):
    """Why does Argo CD not sync an Application (``InvalidSpecError``), whatever lies in its sources?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[SpecFault, ...]]:
        """The first fault of each source, and that of the destination."""
        resource = self.resource
        wanted = resource.gvk.group == GROUP and resource.kind == "Application"
        if not wanted or resource.partial or not resource.spec:
            return Prediction(())
        open_values = bool(ask.bundle.assumed_release) or ask.bundle.open_values
        return Prediction((*_of_sources(resource.spec, open_values), *_of_destination(resource.spec)))


def _of_sources(spec: Mapping[str, Any], open_values: bool) -> Iterator[SpecFault]:
    if "sourceHydrator" in spec:
        return
    several = list(fields.items(spec, "sources"))
    if not several:
        yield from _of_source(fields.mapping(spec, "source"), ("spec", "source"), open_values, several=False)
    for index, source in several:
        yield from _of_source(source, ("spec", "sources", index), open_values, several=True)


def _of_source(
    source: Mapping[str, Any], path: tuple[Step, ...], open_values: bool, *, several: bool
) -> Iterator[SpecFault]:
    """``open_values``: whoever installs the chart that made it may give what is written, and empty."""
    repository, chart = fields.text(source, "repoURL"), fields.text(source, "chart")
    where = fields.text(source, "path") or chart or (several and fields.text(source, "ref"))
    if not repository or not where:
        wanted = "path, chart or ref" if several else "path or chart"
        yield SpecFault(path, f"a source must have repoURL and {wanted}")
    elif chart and not fields.text(source, "targetRevision") and not (open_values and "targetRevision" in source):
        yield SpecFault(path, "a chart must have targetRevision, its version")


def _of_destination(spec: Mapping[str, Any]) -> Iterator[SpecFault]:
    destination = fields.mapping(spec, "destination")
    server, name = fields.text(destination, "server"), fields.text(destination, "name")
    if server and name:
        yield SpecFault(("spec", "destination", "name"), "a destination must have server or name, not both")
    elif not server and not name:
        yield SpecFault(("spec", "destination"), "a destination must have server or name")
