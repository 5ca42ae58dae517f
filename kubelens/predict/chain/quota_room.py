"""``HeldByQuotas``: how many Pods of each workload the quotas of a namespace leave room for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.quantity import read_quantity
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, workloads
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.apiserver.plugins.resource_quota import in_scope, usage_of
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.pods_of import is_suspended

_NOT_AT_REST = ("CronJob", "DaemonSet")


class QuotaRoom(Struct, frozen=True):
    """One entry of a quota leaves room for ``pods`` Pods of a workload at one time, for ``alone`` with nothing beside."""

    quota: Resource
    resource: str
    written: str
    pods: int
    alone: int

    def __str__(self) -> str:
        return (
            f"ResourceQuota {self.quota.name!r} allows {self.resource}: {self.written}, "
            f"room for {self.pods} of these Pods"
        )


class Held(Struct, frozen=True):
    """The Pods of a workload among those that come before it in the files.

    ``wanted``: how many it asks for; ``rooms``: what each entry of a quota leaves room for.
    """

    wanted: int
    rooms: tuple[QuotaRoom, ...] = ()

    @property
    def tightest(self) -> QuotaRoom | None:
        """The entry that leaves the least room, where that is less than what is wanted."""
        least = min(self.rooms, key=lambda room: room.pods, default=None)
        return least if least is not None and least.pods < self.wanted else None

    @property
    def pods(self) -> int:
        """How many come into being."""
        tightest = self.tightest
        return self.wanted if tightest is None else tightest.pods


class HeldByQuotas(Struct, frozen=True):
    """Which Pods of a namespace find room in its quotas, where those that come first in the files come first?

    Those of DaemonSets and CronJobs hold nothing: how many there are at one time depends on nodes and time.
    """

    namespace: str

    def answer(self, ask: Ask) -> Prediction[Mapping[int, Held]]:
        """By the id of the workload's object; empty without quotas."""
        quotas = _quotas(self.namespace, ask)
        if not quotas:
            return Prediction({})
        found: dict[int, Held] = {}
        used: dict[tuple[int, str], int] = {}
        for workload in workloads(ask.bundle, self.namespace):
            admitted = ask(Admitted(workload.resource)).answer if _brings(workload) else None
            if admitted is None or admitted.pod is None or admitted.made is None:
                continue
            pod = admitted.pod
            needs = usage_of("Pod", pod)
            held = Held(admitted.made.count, tuple(_rooms(quotas, pod, needs, used)))
            found[id(workload.resource)] = held
            if workload.kind not in _NOT_AT_REST and not is_suspended(workload.resource):
                for quota in quotas:
                    for name in _hard(quota):
                        if in_scope(quota.value, "Pod", pod):
                            used[id(quota), name] = used.get((id(quota), name), 0) + needs.get(name, 0) * held.pods
        return Prediction(found)


class RoomInQuotas(Struct, frozen=True):
    """How much room do quotas leave a workload, while all others hold what they have at rest?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[QuotaRoom, ...]]:
        """For each entry of each quota that counts its Pods."""
        namespace = self.resource.namespace
        quotas = _quotas(namespace, ask)
        pod = ask(Admitted(self.resource)).answer.pod if quotas else None
        if pod is None:
            return Prediction(())
        held = ask(HeldByQuotas(namespace)).answer
        used: dict[tuple[int, str], int] = {}
        for workload in workloads(ask.bundle, namespace):
            one = held.get(id(workload.resource))
            if one is None or workload.kind in _NOT_AT_REST or workload.resource is self.resource:
                continue
            if (workload.kind, workload.name) == (self.resource.kind, self.resource.name):
                continue
            other = ask(Admitted(workload.resource)).answer.pod
            needs = usage_of("Pod", other) if other is not None else {}
            for quota in quotas:
                if other is not None and in_scope(quota.value, "Pod", other):
                    for name in _hard(quota):
                        used[id(quota), name] = used.get((id(quota), name), 0) + needs.get(name, 0) * one.pods
        return Prediction(tuple(_rooms(quotas, pod, usage_of("Pod", pod), used)))


class CutShort(Struct, frozen=True):
    """Which workloads find room in quotas for some of their Pods alone?"""

    def answer(self, ask: Ask) -> Prediction[tuple[tuple[Resource, str], ...]]:
        """(workload, a sentence) for each of them."""
        found: list[tuple[Resource, str]] = []
        for namespace in dict.fromkeys(quota.namespace for quota in ask.bundle.all("ResourceQuota", group="")):
            held = ask(HeldByQuotas(namespace)).answer
            for workload in workloads(ask.bundle, namespace):
                one = held.get(id(workload.resource))
                if one is None or one.tightest is None or workload.kind in _NOT_AT_REST:
                    continue
                short = one.wanted - one.pods
                never = "have to wait" if workload.kind == "Job" else "are not created"
                told = f"{short} of {one.wanted} Pods of {workload.resource.key} {never}: {one.tightest}"
                found.append((workload.resource, told))
        taken = (
            "of workloads that share a quota the first in the files comes first, and nothing else runs beside them",
        )
        return Prediction(tuple(found), (), tuple(map(Assumption, taken if found else ())))


def most_pods(resource: Resource, ask: Ask) -> int | None:
    """How many Pods of a workload quotas let come into being, None where they let in all it asks for."""
    if resource.kind == "DaemonSet":
        return None
    held = ask(HeldByQuotas(resource.namespace)).answer.get(id(resource))
    return held.pods if held is not None and held.tightest is not None else None


def _quotas(namespace: str, ask: Ask) -> list[Resource]:
    return [one for one in ask.bundle.all("ResourceQuota", namespace, group="") if not one.partial]


def _brings(workload: Workload) -> bool:
    """Whether Pods of it count by themselves: those that a controller of the files owns count there."""
    owners = fields.items(workload.resource.metadata, "ownerReferences")
    return not any(owner.get("controller") is True for _, owner in owners)


def _hard(quota: Resource) -> Mapping[str, Any]:
    return fields.mapping(quota.spec, "hard")


def _rooms(
    quotas: list[Resource], pod: Mapping[str, Any], needs: Mapping[str, int], used: Mapping[tuple[int, str], int]
) -> Iterator[QuotaRoom]:
    for quota in quotas:
        if not in_scope(quota.value, "Pod", pod):
            continue
        for name, written in _hard(quota).items():
            hard, need = read_quantity(written), needs.get(name, 0)
            if hard is not None and need > 0:
                room = max(0, (hard.nanos - used.get((id(quota), name), 0)) // need)
                yield QuotaRoom(quota, name, str(written), room, hard.nanos // need)
