"""Flux's Kustomizations as sets (kustomize-controller; fluxcd/pkg/kustomize)."""

from __future__ import annotations

from typing import Final

from kubelens.engine.gitops.flux_source import (
    HELM_GROUP,
    address_of,
    namespace_of,
    path_here,
    revision_of,
    sibling_here,
)
from kubelens.engine.gitops.objects import GitOpsObject, first_origin
from kubelens.engine.gitops.repository import NEWEST, Here, origin_of
from kubelens.engine.gitops.siblings import Siblings
from kubelens.engine.kustomizations.editing import settings_of
from kubelens.engine.sets.planned import Lack, Lacked, OverlayPart, Part, PlannedSet, Variables
from kubelens.kube import fields
from kubelens.kube.taken_along import kept_by_kustomization
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.settings import Kustomization
from kubelens.render.origin import Sourced

ORIGIN: Final = "Flux"
_WEBHOOKS: Final = frozenset({"kustomize-mutating-webhook"})
"""Charts whose programs give every Kustomization variables as it is applied, by the names that releases of them have."""
_ADDED: Final = {
    "targetNamespace": "namespace",
    "namePrefix": "namePrefix",
    "nameSuffix": "nameSuffix",
    "patches": "patches",
    "images": "images",
    "components": "components",
}


def set_of_kustomization(one: GitOpsObject, here: Here, siblings: Siblings) -> PlannedSet:
    """The set that a Kustomization of Flux applies. ``siblings``: all Kustomizations, by their sources."""
    spec = one.spec
    lacks: list[Lack] = []
    path = str(fields.text(spec, "path")) or "."
    reference = fields.mapping(spec, "sourceRef")
    parts: tuple[Part, ...] = ()
    folder = path_here(reference, one, path, here)
    if folder is None:
        address = address_of(reference, one, here.objects)
        near = sibling_here(reference, one, path, here, siblings)
        if near is None:
            what = f"{path!r} of {address} is not in this repository"
            lacks.append(Lack(what, first_origin(spec), kind=Lacked.SOURCES))
        else:
            what = f"path {path!r} is no folder of this repository, which holds {near!r} of the same {address}"
            lacks.append(Lack(what, origin_of(spec, "path"), wrong=True, kind=Lacked.SOURCES))
    elif not here.tree.is_folder(folder):
        newest = revision_of(reference, one, here.objects) in NEWEST
        lacks.append(Lack(f"path {path!r} is no folder of this repository", origin_of(spec, "path"), newest))
    else:
        parts = (OverlayPart(folder, _added(spec, lacks), True, _variables(one, here), root_only=False),)
    return PlannedSet(
        f"kustomization/{one.name}",
        ORIGIN,
        parts,
        f"Kustomization {one.name!r} in {here.tree.shown(one.file)}",
        one.file,
        tuple(lacks),
        namespace=str(fields.text(spec, "targetNamespace")),
        prunes=spec.get("prune") is True,
        kept=kept_by_kustomization(one.value),
    )


def _added(spec: fields.Value, lacks: list[Lack]) -> Kustomization | None:
    """What is written into the kustomization before it is built."""
    added = {_ADDED[key]: value for key, value in spec.items() if key in _ADDED and value}
    common = fields.mapping(fields.mapping(spec, "commonMetadata"), "labels")
    made = Sourced(added)
    if isinstance(spec, Sourced):
        made.origins = {_ADDED[key]: origin for key, origin in spec.origins.items() if key in _ADDED}
        made.key_origins = {_ADDED[key]: origin for key, origin in spec.key_origins.items() if key in _ADDED}
    if common:
        made["labels"] = [{"pairs": common}]
    if not made:
        return None
    try:
        return settings_of(made)
    except BuildFault as fault:
        lacks.append(Lack(f"what it adds to the kustomization cannot be read: {fault.reason}", fault.origin))
        return None


def _variables(one: GitOpsObject, here: Here) -> Variables | None:
    """``postBuild``: variables of ConfigMaps and Secrets in their order, then those written here.

    Others than these where a webhook gives every Kustomization more of them when it is applied.
    A Secret that lies open in a repository stands in for the one of the real cluster, which may hold more.
    """
    build = one.spec.get("postBuild")
    whole = not _are_changed_on_their_way(here)
    if not isinstance(build, dict):
        return None if whole else Variables({}, whole)
    known: dict[str, str] = {}
    for _, reference in fields.items(build, "substituteFrom"):
        kind, name = fields.text(reference, "kind"), fields.text(reference, "name")
        data = here.objects.data(kind, namespace_of(one), name, one.file)
        if data is None or kind == "Secret":
            whole = False
        known.update(data or {})
    known.update({key: v for key, v in fields.mapping(build, "substitute").items() if isinstance(v, str)})
    return Variables(known, whole)


def _are_changed_on_their_way(here: Here) -> bool:
    """Whether a release here brings a webhook that writes into the ``postBuild`` of Kustomizations."""
    return any(
        str(name) in _WEBHOOKS
        for _, release in here.objects.all(HELM_GROUP, "HelmRelease")
        for name in (release.name, fields.text(fields.mapping(fields.mapping(release.spec, "chart"), "spec"), "chart"))
    )
