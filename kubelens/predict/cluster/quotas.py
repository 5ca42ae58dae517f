"""ResourceQuotas as their controller keeps them, and as admission asks them for each Pod (``pkg/controller/resourcequota``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.quantity import Quantity, read_quantity
from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.plugins.resource_quota import in_scope, refused_by_quota, usage_of
from kubelens.predict.cluster.records import Change, PodRecord
from kubelens.predict.cluster.world import World
from kubelens.predict.store.objects import ObjectKey

PODS: Final = "Pod"


class Quotas:
    """What each quota has used, in nano-units; Pods that have ended do not count."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._used: dict[ObjectKey, dict[str, int]] = {}
        self._counted: dict[ObjectKey, set[PodRecord]] = {}
        world.pod_watchers.append(self._pod_changed)
        world.object_watchers.append(self._object_changed)

    def _of(self, namespace: str) -> list[Resource]:
        return [r for r in self._world.resources("ResourceQuota") if r.namespace == namespace]

    def _object_changed(self, key: ObjectKey) -> None:
        if key.kind == "ResourceQuota" and self._world.manifest(key) is None:
            self._used.pop(key, None)
            return
        for quota in self._of(key.namespace):
            self._recount(quota)

    def _recount(self, quota: Resource) -> None:
        """Count everything anew (resourcequota, syncResourceQuota)."""
        key = ObjectKey("ResourceQuota", quota.namespace, quota.name)
        used = dict.fromkeys(_hard(quota), 0)
        for stored in self._world.store:
            if isinstance(stored.content, Resource) and stored.key.namespace == quota.namespace:
                if in_scope(quota.value, stored.key.kind, stored.content.value):
                    _add(used, usage_of(stored.key.kind, stored.content.value), 1)
        self._used[key] = used
        self._counted[key] = set()
        for record in self._world.pods.values():
            if record.key.namespace == quota.namespace:
                self._count(quota, record)

    def _pod_changed(self, record: PodRecord, change: Change) -> None:
        if change is Change.CREATED or change is Change.GONE or record.pod.finished:
            for quota in self._of(record.key.namespace):
                self._count(quota, record)

    def _count(self, quota: Resource, record: PodRecord) -> None:
        """Count a Pod in or out (quota/v1, QuotaV1Pod)."""
        key = ObjectKey("ResourceQuota", quota.namespace, quota.name)
        if key not in self._used:
            self._recount(quota)
            return
        there = record.pod in self._world.pods and not record.pod.finished
        wanted = there and in_scope(quota.value, PODS, record.info.value)
        if wanted and record not in self._counted[key]:
            self._counted[key].add(record)
            _add(self._used[key], record.usage, 1)
        elif not wanted and record in self._counted[key]:
            self._counted[key].remove(record)
            _add(self._used[key], record.usage, -1)

    def refusal(self, namespace: str, kind: str, value: Mapping[str, Any]) -> str:
        """Why quotas do not let a new object in, ``""`` where they do."""
        quotas = self._of(namespace)
        if not quotas:
            return ""
        refusal = refused_by_quota(kind, value, [self.with_status(q) for q in quotas])
        return refusal.why if refusal is not None else ""

    def with_status(self, quota: Resource) -> dict[str, Any]:
        """A quota as the API server shows it."""
        return {**quota.value, "status": {"hard": quota.spec.get("hard"), "used": self.used(quota)}}

    def used(self, quota: Resource) -> dict[str, str]:
        """``status.used``."""
        key = ObjectKey("ResourceQuota", quota.namespace, quota.name)
        if key not in self._used:
            self._recount(quota)
        return {name: str(Quantity(amount, "DecimalSI")) for name, amount in self._used[key].items()}


def _hard(quota: Resource) -> dict[str, int]:
    hard = fields.mapping(quota.spec, "hard")
    return {name: q.nanos for name, value in hard.items() if (q := read_quantity(value)) is not None}


def _add(used: dict[str, int], usage: Any, sign: int) -> None:
    for name in used:
        used[name] += sign * usage.get(name, 0)
