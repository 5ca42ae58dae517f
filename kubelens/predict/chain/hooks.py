"""Objects that a tool makes at certain moments of a release, and objects that it leaves alone when they go."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kubelens.kube.resource import Resource

HELM_HOOK: Final = "helm.sh/hook"
ARGO_HOOK: Final = "argocd.argoproj.io/hook"


class Moment(StrEnum):
    """When a tool makes a hook."""

    INSTALL = "install"
    UPGRADE = "upgrade"
    TEST = "test"
    DELETE = "delete"
    FAILURE = "failure"
    ROLLBACK = "rollback"


_HELM: Final = {
    "pre-install": Moment.INSTALL,
    "post-install": Moment.INSTALL,
    "crd-install": Moment.INSTALL,
    "pre-upgrade": Moment.UPGRADE,
    "post-upgrade": Moment.UPGRADE,
    "pre-delete": Moment.DELETE,
    "post-delete": Moment.DELETE,
    "pre-rollback": Moment.ROLLBACK,
    "post-rollback": Moment.ROLLBACK,
    "test": Moment.TEST,
    "test-success": Moment.TEST,
    "test-failure": Moment.TEST,
}
_ARGO: Final = {
    "PreSync": (Moment.INSTALL, Moment.UPGRADE),
    "Sync": (Moment.INSTALL, Moment.UPGRADE),
    "PostSync": (Moment.INSTALL, Moment.UPGRADE),
    "SyncFail": (Moment.FAILURE,),
    "PreDelete": (Moment.DELETE,),
    "PostDelete": (Moment.DELETE,),
}


def hook_words(resource: Resource) -> tuple[str, ...]:
    """What an object's annotations call the moments that it is for: ``pre-upgrade``, ``PreSync``; none for no hook."""
    said = resource.annotations
    return tuple(
        word.strip() for name in (HELM_HOOK, ARGO_HOOK) for word in said.get(name, "").split(",") if word.strip()
    )


def hook_moments(resource: Resource) -> frozenset[Moment]:
    """The moments at which a tool makes a hook anew (helm.sh/helm ``release.HookEvents``; gitops-engine ``hook.Types``).

    An annotation of Argo CD goes before Helm's; of words that neither knows nothing is said.
    """
    said = resource.annotations
    if ARGO_HOOK in said:
        words = said[ARGO_HOOK].split(",")
        return frozenset(moment for word in words for moment in _ARGO.get(word.strip(), ()))
    words = said.get(HELM_HOOK, "").split(",")
    return frozenset(_HELM[word.strip()] for word in words if word.strip() in _HELM)


def left_for_its_moment(resource: Resource) -> str:
    """Why neither an installation nor an upgrade makes a hook, as the end of a sentence; ``""`` for all other objects.

    Helm makes tests for ``helm test`` alone (``pkg/action.ReleaseTesting``), others for a deletion or a rollback.
    """
    moments = hook_moments(resource)
    if not moments or moments & {Moment.INSTALL, Moment.UPGRADE}:
        return ""
    return f"is made for its moment alone (hook {', '.join(hook_words(resource))})"


def goes_when_done(resource: Resource) -> bool:
    """Whether a tool deletes a hook as soon as it succeeded: nothing of it is left between two releases.

    Helm: ``helm.sh/hook-delete-policy`` with ``hook-succeeded`` (``pkg/action``, ``deleteHookByPolicy``); Argo CD:
    ``argocd.argoproj.io/hook-delete-policy`` with ``HookSucceeded``.
    """
    said = resource.annotations
    if ARGO_HOOK in said:
        policy, word = said.get(f"{ARGO_HOOK}-delete-policy", ""), "HookSucceeded"
    elif HELM_HOOK in said:
        policy, word = said.get(f"{HELM_HOOK}-delete-policy", ""), "hook-succeeded"
    else:
        return False
    return word in {one.strip() for one in policy.split(",")}


def stays_when_removed(resource: Resource) -> str:
    """Why a tool does not delete an object that its manifests hold no more, ``""`` where it does.

    Helm: ``filterManifestsToKeep``; hooks are no part of a release. Argo CD: ``Prune=false``; Flux: ``prune: disabled``.
    """
    said = resource.annotations
    if said.get("helm.sh/resource-policy", "").strip().lower() == "keep":
        return "helm.sh/resource-policy: keep"
    options = {option.strip() for option in said.get("argocd.argoproj.io/sync-options", "").split(",")}
    if "Prune=false" in options:
        return "argocd.argoproj.io/sync-options: Prune=false"
    if said.get("kustomize.toolkit.fluxcd.io/prune") == "disabled":
        return "kustomize.toolkit.fluxcd.io/prune: disabled"
    if HELM_HOOK in said:
        return "helm.sh/hook: what is made by a hook is no part of the release"
    return ""
