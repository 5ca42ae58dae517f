"""What objects of Flux and Argo CD take with them when they go: all that they have applied, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Sides

_FLUX: Final = ".toolkit.fluxcd.io"
_FLUX_1: Final = "helm.fluxcd.io"
"""The Helm Operator's, which deletes the release with its object (``pkg/release``, ``Uninstall``)."""
_ARGO: Final = "argoproj.io"
CASCADES: Final = "resources-finalizer.argocd.argoproj.io"
"""The finalizer by which an Application takes with it what it has applied; ``/background`` may follow."""
_OPERATOR: Final = "fluxcd.controlplane.io"
_K3S: Final = "helm.cattle.io"
_ORPHAN: Final = "Orphan"


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
                yield _kustomization(gone)
            elif gone.gvk.group == _ARGO and gone.kind == "Application":
                yield _application(gone)
            elif gone.gvk.group == _ARGO and gone.kind == "ApplicationSet":
                yield _application_set(gone)
            elif gone.gvk.group == _OPERATOR and gone.kind == "ResourceSet":
                yield _resource_set(gone)
            elif gone.gvk.group == _K3S and gone.kind == "HelmChart":
                yield consequence("deleted-with-it", gone, "the release is uninstalled: what its chart made is deleted")


def _release(gone: Resource) -> Consequence:
    """helm-controller, ``reconcileDelete``: a suspended release is not uninstalled."""
    if gone.spec.get("suspend") is True:
        return consequence("data-kept", gone, "what its chart made stays: it is suspended")
    return consequence("deleted-with-it", gone, "the release is uninstalled: what its chart made is deleted")


def _kustomization(gone: Resource) -> Consequence:
    """kustomize-controller, ``finalize``."""
    policy = fields.text(gone.spec, "deletionPolicy") or "MirrorPrune"
    if gone.spec.get("suspend") is True:
        return consequence("data-kept", gone, "what it applied stays: it is suspended")
    if policy == _ORPHAN or (policy == "MirrorPrune" and gone.spec.get("prune") is not True):
        why = "deletionPolicy Orphan" if policy == _ORPHAN else "prune is false"
        return consequence("data-kept", gone, f"what it applied stays: {why}")
    return consequence("deleted-with-it", gone, "what it applied is deleted")


def _application_set(gone: Resource) -> Consequence:
    """Its Applications have it as their owner; they get the finalizer unless told else (``utils.RenderTemplateParams``)."""
    template = fields.mapping(fields.mapping(gone.spec, "template"), "metadata")
    finalizers = [one.partition("/")[0] for one in fields.texts(template, "finalizers")]
    policy = fields.mapping(gone.spec, "syncPolicy")
    if CASCADES not in finalizers and (finalizers or policy.get("preserveResourcesOnDeletion") is True):
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


def _application(gone: Resource) -> Consequence:
    """Argo CD, ``finalizeApplicationDeletion``."""
    if any(one.partition("/")[0] == CASCADES for one in fields.texts(gone.metadata, "finalizers")):
        return consequence("deleted-with-it", gone, "what it applied is deleted")
    return consequence(
        "data-kept", gone, f"what it applied stays: it has no finalizer {CASCADES}, and whoever deletes it may say else"
    )
