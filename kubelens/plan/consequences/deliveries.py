"""What objects of Flux and Argo CD take with them when they go: all that they have applied, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.taken_along import (
    kept_by_application,
    kept_by_application_set,
    kept_by_kustomization,
    kept_by_release,
)
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Sides

_FLUX: Final = ".toolkit.fluxcd.io"
_FLUX_1: Final = "helm.fluxcd.io"
"""The Helm Operator's, which deletes the release with its object (``pkg/release``, ``Uninstall``)."""
_ARGO: Final = "argoproj.io"
_OPERATOR: Final = "fluxcd.controlplane.io"
_K3S: Final = "helm.cattle.io"


def deliveries(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each removed object that applies others."""
    for change in changes:
        gone = change.old
        if change.action is Action.REMOVE and gone is not None and not gone.partial:
            if gone.gvk.group.endswith(_FLUX) and gone.kind == "HelmRelease":
                yield _release(gone)
            elif gone.gvk.group == _FLUX_1 and gone.kind == "HelmRelease":
                yield consequence("deleted-with-it", gone, "the release is uninstalled: what its chart made is deleted")
            elif gone.gvk.group.endswith(_FLUX) and gone.kind == "Kustomization":
                yield _of_what_it_applied(gone, kept_by_kustomization(gone.value))
            elif gone.gvk.group == _ARGO and gone.kind == "Application":
                yield _of_what_it_applied(gone, kept_by_application(gone.value))
            elif gone.gvk.group == _ARGO and gone.kind == "ApplicationSet":
                yield _application_set(gone)
            elif gone.gvk.group == _OPERATOR and gone.kind == "ResourceSet":
                yield _resource_set(gone)
            elif gone.gvk.group == _K3S and gone.kind == "HelmChart":
                yield consequence("deleted-with-it", gone, "the release is uninstalled: what its chart made is deleted")


def _release(gone: Resource) -> Consequence:
    why = kept_by_release(gone.value)
    if why:
        return consequence("data-kept", gone, f"what its chart made stays: {why}")
    return consequence("deleted-with-it", gone, "the release is uninstalled: what its chart made is deleted")


def _application_set(gone: Resource) -> Consequence:
    """Its Applications have it as their owner."""
    if kept_by_application_set(gone.value):
        return consequence("data-kept", gone, "its Applications are deleted, what they applied stays")
    return consequence("deleted-with-it", gone, "its Applications are deleted, with all that they applied")


def _resource_set(gone: Resource) -> Consequence:
    """flux-operator, ``ResourceSetReconciler.uninstall``."""
    if gone.annotations.get(f"{_OPERATOR}/reconcile") == "disabled":
        return consequence("data-kept", gone, f"what it made stays: {_OPERATOR}/reconcile is disabled")
    common = fields.mapping(fields.mapping(gone.spec, "commonMetadata"), "annotations")
    if fields.text(common, f"{_OPERATOR}/prune") == "disabled":
        return consequence("data-kept", gone, f"what it made stays: {_OPERATOR}/prune is disabled on all of it")
    return consequence("deleted-with-it", gone, "what it made is deleted")


def _of_what_it_applied(gone: Resource, kept: str) -> Consequence:
    if kept:
        return consequence("data-kept", gone, f"what it applied stays: {kept}")
    return consequence("deleted-with-it", gone, "what it applied is deleted")
