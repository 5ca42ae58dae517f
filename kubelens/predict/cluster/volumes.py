"""Claims and volumes of a virtual cluster: claims that StatefulSets bring, and volumes bound where a Pod goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.identity import GroupVersionKind, ResourceKey
from kubelens.kube.resource import Resource
from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.cluster.workloads import Workload
from kubelens.predict.cluster.world import World
from kubelens.predict.controllers.persistentvolume.bound_objects import bound_claim, bound_volume
from kubelens.predict.scheduler.plugins.volume_binding import reserve
from kubelens.predict.scheduler.plugins.volume_restrictions import direct_claims
from kubelens.predict.scheduler.state import ClusterState
from kubelens.predict.store.objects import ObjectKey
from kubelens.syntax.place import Place

CLAIM: Final = "PersistentVolumeClaim"
_VOLUME: Final = "PersistentVolume"
_GROUP: Final = ""


class Volumes:
    """What binds claims, and keeps those of StatefulSets as their controllers have them."""

    def __init__(self, world: World) -> None:
        self._world = world

    def follow(self, workload: Workload) -> None:
        """Claims of a StatefulSet as its controller made them and as its retention policy lets them go."""
        if workload.statefulset is None or not workload.statefulset.spec.claims:
            return
        wanted = {name for name, _, _ in workload.statefulset.claims()}
        templates = {
            fields.text(fields.mapping(t, "metadata"), "name"): t
            for _, t in fields.items(workload.resource.spec, "volumeClaimTemplates")
        }
        for name in sorted(wanted):
            key = ObjectKey(CLAIM, workload.key.namespace, name)
            template = next((t for stem, t in templates.items() if name.startswith(f"{stem}-")), None)
            if key not in self._world.store and template is not None:
                self._put(CLAIM, key.namespace, name, {"spec": dict(fields.mapping(template, "spec"))})
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
        key = ResourceKey(GroupVersionKind(_GROUP, "v1", kind), namespace, name)
        self._world.put(Resource(key, full, Place("", 0)))
