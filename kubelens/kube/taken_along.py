"""Whether objects of Flux and Argo CD take with them, when they are deleted, what they have applied."""

from __future__ import annotations

from typing import Final

from kubelens.kube import fields

CASCADES: Final = "resources-finalizer.argocd.argoproj.io"
"""The finalizer by which an Application takes with it what it has applied; ``/background`` may follow."""
_ORPHAN: Final = "Orphan"
_SUSPENDED: Final = "it is suspended"


def kept_by_kustomization(value: fields.Value) -> str:
    """Why what a Kustomization of Flux applied stays, ``""`` where it is deleted (kustomize-controller, ``finalize``)."""
    spec = fields.mapping(value, "spec")
    policy = fields.text(spec, "deletionPolicy") or "MirrorPrune"
    if spec.get("suspend") is True:
        return _SUSPENDED
    if policy == _ORPHAN:
        return "deletionPolicy Orphan"
    return "prune is false" if policy == "MirrorPrune" and spec.get("prune") is not True else ""


def kept_by_release(value: fields.Value) -> str:
    """The same of a HelmRelease of Flux: a suspended release is not uninstalled (helm-controller, ``reconcileDelete``)."""
    return _SUSPENDED if fields.mapping(value, "spec").get("suspend") is True else ""


def kept_by_application(value: fields.Value) -> str:
    """The same of an Application of Argo CD (``finalizeApplicationDeletion``)."""
    if CASCADES in _finalizers(value):
        return ""
    return f"it has no finalizer {CASCADES}, and whoever deletes it may say else"


def kept_by_application_set(value: fields.Value) -> bool:
    """Whether the Applications of an ApplicationSet leave behind what they applied.

    They get the finalizer unless told else (``utils.RenderTemplateParams``).
    """
    spec = fields.mapping(value, "spec")
    finalizers = _finalizers(fields.mapping(spec, "template"))
    preserved = fields.mapping(spec, "syncPolicy").get("preserveResourcesOnDeletion") is True
    return CASCADES not in finalizers and (bool(finalizers) or preserved)


def _finalizers(value: fields.Value) -> list[str]:
    found = fields.texts(fields.mapping(value, "metadata"), "finalizers")
    return [str(one).partition("/")[0] for one in found]
