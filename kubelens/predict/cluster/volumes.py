"""Claims and volumes of a virtual cluster: claims that StatefulSets bring, and volumes bound where a Pod goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.identity import GroupVersionKind, ResourceKey
from kubelens.kube.resource import Resource
from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.cluster.workloads import Workload
from kubelens.predict.cluster.world import World
from kubelens.predict.controllers.persistentvolume.bound_objects import bound_claim, bound_volume
from kubelens.predict.controllers.statefulset import StatefulSet
from kubelens.predict.scheduler.plugins.volume_binding import reserve
from kubelens.predict.scheduler.plugins.volume_restrictions import direct_claims
from kubelens.predict.scheduler.state import ClusterState
from kubelens.predict.store.objects import ObjectKey
from kubelens.syntax.place import Place

CLAIM: Final = "PersistentVolumeClaim"
_VOLUME: Final = "PersistentVolume"
_PROTECTION: Final = "kubernetes.io/pvc-protection"


class Volumes:
    """What binds claims, and keeps those of StatefulSets as their controllers have them."""

    def __init__(self, world: World) -> None:
        self._world = world

    def sync(self, workloads: Iterable[Workload]) -> None:
        """Claims as StatefulSets made them and as retention policies let them go, never while a Pod has them."""
        for workload in workloads:
            if workload.statefulset is not None and workload.statefulset.spec.claims:
                self._follow(workload, workload.statefulset)
        going = [stored for stored in self._world.store.of_kind(CLAIM) if stored.deleting]
        if going:
            held = {(r.key.namespace, name) for r in self._world.pods.values() for name in _claim_names(r)}
            for stored in going:
                if (stored.key.namespace, stored.key.name) not in held:
                    self._world.finish(stored.key, _PROTECTION)

    def _follow(self, workload: Workload, controller: StatefulSet) -> None:
        templates = {
            fields.text(fields.mapping(t, "metadata"), "name"): t
            for _, t in fields.items(workload.resource.spec, "volumeClaimTemplates")
        }
        wanted: set[str] = set()
        for name, owners, _ in controller.claims():
            wanted.add(name)
            key = ObjectKey(CLAIM, workload.key.namespace, name)
            template = next((t for stem, t in templates.items() if name.startswith(f"{stem}-")), None)
            if key not in self._world.store and template is not None:
                self._put(CLAIM, key.namespace, name, {"spec": dict(fields.mapping(template, "spec"))})
            if key in self._world.store:
                self._world.store.own(key, _owner(workload.key, name, owners))
        suffix = f"-{workload.key.name}-"
        for stored in list(self._world.store.of_kind(CLAIM)):
            stem, _, ordinal = stored.key.name.partition(suffix)
            own = stored.key.namespace == workload.key.namespace and stem in templates and ordinal.isdigit()
            if own and stored.key.name not in wanted:
                self._world.delete(stored.key)

    def bind(self, record: PodRecord, node: str, state: ClusterState) -> None:
        """Give the claims of a Pod that goes to a node their volumes (VolumeBinding, PreBind)."""
        waiting = self._unbound(record, state)
        if not waiting:
            return
        reserve(record.info, state.nodes[node], state)
        for key in waiting:
            claim = state.claims[key]
            if claim.bound:
                volume = state.volumes[claim.volume_name]
                self._put(_VOLUME, "", volume.name, bound_volume(volume.value, *key))
                self._put(CLAIM, *key, bound_claim(claim.value, volume.name))

    def _unbound(self, record: PodRecord, state: ClusterState) -> list[tuple[str, str]]:
        keys = [(record.key.namespace, name) for name in direct_claims(record.info)]
        return [key for key in keys if key in state.claims and not state.claims[key].bound]

    def _put(self, kind: str, namespace: str, name: str, value: Mapping[str, Any]) -> None:
        metadata = {**fields.mapping(value, "metadata"), "name": name}
        if namespace:
            metadata["namespace"] = namespace
        full = {**value, "apiVersion": "v1", "kind": kind, "metadata": metadata}
        key = ResourceKey(GroupVersionKind("", "v1", kind), namespace, name)
        kept = frozenset({_PROTECTION}) if kind == CLAIM else frozenset()
        self._world.put(Resource(key, full, Place("", 0)), finalizers=kept)


def _owner(of: ObjectKey, claim: str, owners: tuple[str, ...]) -> ObjectKey | None:
    """The StatefulSet, the Pod that a claim is named after, or nobody."""
    if "StatefulSet" in owners:
        return of
    return ObjectKey("Pod", of.namespace, claim[claim.index(f"-{of.name}-") + 1 :]) if "Pod" in owners else None


def _claim_names(record: PodRecord) -> Iterator[str]:
    """The claims that a Pod's volumes name."""
    for volume in record.info.volumes:
        if name := fields.text(fields.mapping(volume, "persistentVolumeClaim"), "claimName"):
            yield name
