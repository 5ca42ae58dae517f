"""Changes whose effect comes from outside the manifests: charts and sources that controllers fetch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Sides

_SOURCES: Final = frozenset({"OCIRepository", "HelmRepository", "GitRepository", "Bucket", "HelmChart"})
_FLUX: Final = ".toolkit.fluxcd.io"
_REMOTE: Final = frozenset({"HelmRepository", "OCIRepository", "Bucket"})


def elsewhere(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each changed source of Flux, and each release of a chart that is not among the manifests."""
    for change in changes:
        resource = change.resource
        if (
            change.action is Action.REMOVE
            or resource.partial
            or not (change.action is Action.ADD or change.touches("spec"))
        ):
            continue
        if resource.gvk.group.endswith(_FLUX) and resource.kind in _SOURCES:
            yield consequence("not-known", resource, "what it brings is not among the manifests")
        elif _fetches(resource):
            yield consequence("not-known", resource, "its chart is not among the manifests: Pods may restart or change")


def _fetches(resource: Resource) -> bool:
    """Whether an object has a controller render a chart from elsewhere."""
    spec = resource.spec
    if resource.kind == "HelmRelease" and resource.gvk.group.endswith(_FLUX):
        if fields.mapping(spec, "chartRef"):
            return True
        source = fields.mapping(fields.mapping(fields.mapping(spec, "chart"), "spec"), "sourceRef")
        return fields.text(source, "kind") in _REMOTE
    if resource.kind == "Application" and resource.gvk.group == "argoproj.io":
        sources = [fields.mapping(spec, "source"), *(one for _, one in fields.items(spec, "sources"))]
        return any(fields.text(one, "chart") for one in sources)
    return False
