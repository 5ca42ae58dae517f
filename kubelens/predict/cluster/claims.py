"""Claims as the API server stores them: StatefulSets bring theirs, and none goes while a Pod has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.identity import GroupVersionKind, ResourceKey
from kubelens.kube.resource import Resource
from kubelens.predict.cluster.quotas import Quotas
from kubelens.predict.cluster.world import World
from kubelens.predict.store.objects import ObjectKey
from kubelens.syntax.place import Place

CLAIM: Final = "PersistentVolumeClaim"
PROTECTION: Final = "kubernetes.io/pvc-protection"


def core_object(kind: str, namespace: str, name: str, value: Mapping[str, Any]) -> Resource:
    """An object of the core group that a controller makes."""
    metadata = {**fields.mapping(value, "metadata"), "name": name}
    if namespace:
        metadata["namespace"] = namespace
    full = {**value, "apiVersion": "v1", "kind": kind, "metadata": metadata}
    return Resource(ResourceKey(GroupVersionKind("", "v1", kind), namespace, name), full, Place("", 0))


def templates_of(statefulset: Resource) -> dict[str, Mapping[str, Any]]:
    """``volumeClaimTemplates`` by name."""
    return {
        fields.text(fields.mapping(t, "metadata"), "name"): t
        for _, t in fields.items(statefulset.spec, "volumeClaimTemplates")
    }


def make_claims(world: World, quotas: Quotas, statefulset: Resource, pod: str) -> Iterator[str]:
    """Create the claims of a Pod that are not there (statefulset, createPersistentVolumeClaims); why one is refused."""
    for stem, template in templates_of(statefulset).items():
        name = f"{stem}-{pod}"
        if ObjectKey(CLAIM, statefulset.namespace, name) in world.store:
            continue
        metadata = {k: v for k, v in fields.mapping(template, "metadata").items() if k in ("labels", "annotations")}
        value = {"metadata": metadata, "spec": dict(fields.mapping(template, "spec"))}
        claim = core_object(CLAIM, statefulset.namespace, name, value)
        refusal = quotas.refusal(claim.namespace, CLAIM, claim.value)
        if refusal:
            why = f'persistentvolumeclaims "{name}" is forbidden: {refusal}'
            yield f"create Claim {name} for Pod {pod} in StatefulSet {statefulset.name} failed error: {why}"
        else:
            world.put(claim, finalizers=frozenset({PROTECTION}))
