"""Claims and volumes of a virtual cluster: claims that StatefulSets bring, and volumes bound where a Pod goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.predict.cluster.claims import CLAIM, PROTECTION, core_object, templates_of
from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.cluster.workload import Workload
from kubelens.predict.cluster.world import World
from kubelens.predict.controllers.persistentvolume.bound_objects import bound_claim, bound_volume
from kubelens.predict.controllers.persistentvolume.fate import Bindings, Outcome, Phase
from kubelens.predict.controllers.statefulset import StatefulSet
from kubelens.predict.scheduler.plugins.volume_binding import reserve
from kubelens.predict.scheduler.plugins.volume_restrictions import direct_claims
from kubelens.predict.scheduler.state import ClusterState
from kubelens.predict.store.objects import ObjectKey

_VOLUME: Final = "PersistentVolume"
_GONE: Final = "of-a-claim-that-is-gone"
"""Stands for the uid by which a released volume is no other claim's of that name."""


class Volumes:
    """What binds claims, and keeps those of StatefulSets as their controllers have them."""

    def __init__(self, world: World) -> None:
        self._world = world
        world.object_watchers.append(self._object_changed)

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
                    self._world.finish(stored.key, PROTECTION)

    def _follow(self, workload: Workload, controller: StatefulSet) -> None:
        templates = templates_of(workload.resource)
        wanted: set[str] = set()
        for name, owners, _ in controller.claims():
            wanted.add(name)
            key = ObjectKey(CLAIM, workload.key.namespace, name)
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
            if state.claims[key].bound:
                self._put_bound(*key, state)

    def settle(self, bindings: Bindings, state: ClusterState) -> None:
        """Write down which claims were given volumes that are there before any Pod is placed (syncUnboundClaim)."""
        for fate in bindings.claims:
            volume = ObjectKey(_VOLUME, "", fate.volume)
            if fate.outcome is Outcome.BOUND and not fate.claim.bound and volume in self._world.store:
                self._put_bound(fate.claim.namespace, fate.claim.name, state)

    def _put_bound(self, namespace: str, name: str, state: ClusterState) -> None:
        claim = state.claims[namespace, name]
        volume = state.volumes[claim.volume_name]
        self._put(_VOLUME, "", volume.name, bound_volume(volume.value, namespace, name))
        self._put(CLAIM, namespace, name, bound_claim(claim.value, volume.name))

    def _unbound(self, record: PodRecord, state: ClusterState) -> list[tuple[str, str]]:
        keys = [(record.key.namespace, name) for name in direct_claims(record.info)]
        claims = [(key, state.claims[key]) for key in keys if key in state.claims]
        return [key for key, claim in claims if not claim.bound or claim.volume_name in state.unsettled]

    def _put(self, kind: str, namespace: str, name: str, value: Mapping[str, Any]) -> None:
        self._world.put(core_object(kind, namespace, name, value))

    def _object_changed(self, key: ObjectKey) -> None:
        """A claim that is gone leaves its volume by the volume's reclaim policy (``PersistentVolumeController``, reclaimVolume)."""
        if key.kind != CLAIM or key in self._world.store:
            return
        for volume in list(self._world.resources(_VOLUME)):
            reference = fields.mapping(volume.spec, "claimRef")
            if (fields.text(reference, "namespace"), fields.text(reference, "name")) != (key.namespace, key.name):
                continue
            if fields.text(volume.spec, "persistentVolumeReclaimPolicy") == "Delete":
                self._world.delete(ObjectKey(_VOLUME, "", volume.name))
            elif not fields.text(reference, "uid"):
                status = {**fields.mapping(volume.value, "status"), "phase": str(Phase.RELEASED)}
                spec = {**volume.spec, "claimRef": {**reference, "uid": _GONE}}
                self._put(_VOLUME, "", volume.name, {**volume.value, "spec": spec, "status": status})


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
