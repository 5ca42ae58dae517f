"""Pods on nodes that never become Ready, or whose containers never start, as far as the objects that are there decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.identity import GroupVersionKind, ResourceKey
from kubelens.kube.network import Service, read_service
from kubelens.kube.pod import PodSpec
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.predict.api import Oracle
from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.cluster.world import World
from kubelens.predict.kubelet.missing_keys import MissingKeys
from kubelens.predict.kubelet.never_ready import told_of_missing_key, unanswered_probe
from kubelens.predict.kubelet.waits_for_itself import told, waits_in
from kubelens.predict.store.objects import ObjectKey
from kubelens.syntax.place import Place

_POD: Final = GroupVersionKind("", "v1", "Pod")
_BY_NAME: Final = ("ConfigMap", "Secret")


class Readiness:
    """What keeps Pods from being Ready, worked out once for each template while no other object changes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lacking: dict[tuple[ObjectKey, int], str] = {}
        self._unanswered: dict[tuple[ObjectKey, int], str] = {}
        self._bundle: Bundle | None = None
        world.object_watchers.append(self._changed)

    def _changed(self, key: ObjectKey) -> None:
        if key.kind not in ("Pod", "ReplicaSet"):
            self._lacking.clear()
            self._bundle = None

    def never_starts(self, record: PodRecord) -> str:
        """What a Pod's containers wait for, in a sentence; ``""`` where they start."""
        key = (record.owner or record.key, record.revision)
        known = self._lacking.get(key)
        if known is None:
            known = self._lacking[key] = self._missing(record)
        return known or self._waits_for_itself(record)

    def never_ready(self, record: PodRecord) -> str:
        """Why a Pod that runs is never Ready; ``""`` where it may be."""
        key = (record.owner or record.key, record.revision)
        known = self._unanswered.get(key)
        if known is None:
            known = self._unanswered[key] = unanswered_probe(_as_resource(record))
        return known

    def _missing(self, record: PodRecord) -> str:
        if self._bundle is None:
            objects = (stored.content for stored in self._world.store)
            self._bundle = Bundle([one for one in objects if isinstance(one, Resource)], self._world.release)
        if not any(self._bundle.has(kind, record.key.namespace) for kind in _BY_NAME):
            return ""
        missing = Oracle(self._bundle)(MissingKeys(_as_resource(record))).answer
        return told_of_missing_key(missing[0]) if missing else ""

    def _waits_for_itself(self, record: PodRecord) -> str:
        """Where no Pod behind the Service is Ready now, and all that stand there are of its own."""
        if not fields.items(record.info.value["spec"], "initContainers"):
            return ""
        view = read_workload(_as_resource(record))
        pod: PodSpec | None = view.pod if view is not None else None
        name = record.owner.name if record.owner is not None else record.key.name
        if pod is None:
            return ""
        return next((told(w) for w in waits_in(pod, name, self._own_services(record)) if w.for_ever), "")

    def _own_services(self, record: PodRecord) -> Iterator[Service]:
        for resource in self._world.resources("Service"):
            service = read_service(resource)
            if service is None or resource.namespace != record.key.namespace or service.selector is None:
                continue
            if resource.spec.get("publishNotReadyAddresses") is True or not service.selector.matches(
                record.info.labels
            ):
                continue
            there = (
                one
                for one in self._world.pods.values()
                if one.key.namespace == record.key.namespace and service.selector.matches(one.info.labels)
            )
            if not any(one.pod.ready or one.owner != record.owner for one in there):
                yield service


def _as_resource(record: PodRecord) -> Resource:
    return Resource(ResourceKey(_POD, record.key.namespace, record.key.name), record.info.value, Place("", 0))
