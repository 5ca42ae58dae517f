"""``HeldByQuotas``: how many Pods of each workload the quotas of a namespace leave room for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.node import read_node
from kubelens.kube.quantity import read_quantity
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, workloads
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.apiserver.plugins.resource_quota import in_scope, usage_of
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.alternatives import SeenFrom, View, folder_among_others, seen_from
from kubelens.predict.chain.in_force import in_force
from kubelens.predict.chain.pods_of import ending_of, is_suspended
from kubelens.predict.chain.quota_standing import lasting_pods, lasts, standing_in, standing_of
from kubelens.predict.chain.quota_used import UsedUp
from kubelens.predict.chain.range_cut import CutByRange
from kubelens.predict.chain.surroundings import admission_of
from kubelens.predict.controllers.statefulset import makes_in_turn
from kubelens.predict.kubelet.never_ready import NeverReady, NeverStarts

_WAIT: Final = ("Job", "CronJob")
"""Kinds whose Pods come later where there is no room."""
_NUMBERED: Final = ("StatefulSet", "Job", "CronJob")
"""Kinds whose Pods have numbers, so that a policy may refuse single ones."""
_OF_PODS: Final = ("count/pods", "cpu", "memory", "ephemeral-storage")
"""Entries that count Pods beside ``pods``, ``requests.`` and ``limits.``."""
_Entry = tuple[int, str]
"""A quota by the id of its object, and one of its entries."""


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
    in_turn: bool = False
    """Whether each waits for the one before it, which never is Ready: one alone is made."""

    @property
    def tightest(self) -> QuotaRoom | None:
        """The entry that leaves the least room, where that is less than what is wanted."""
        least = min(self.rooms, key=lambda room: room.pods, default=None)
        return least if least is not None and least.pods < self.wanted else None

    @property
    def room(self) -> int:
        """How many the entries leave room for, however many it asks for."""
        return min((room.pods for room in self.rooms), default=self.wanted)

    @property
    def pods(self) -> int:
        """How many come into being."""
        tightest = self.tightest
        return self.wanted if tightest is None else tightest.pods

    @property
    def at_rest(self) -> int:
        """How many are there in the end, as long as none ends."""
        return min(self.pods, 1) if self.in_turn else self.pods


class HeldByQuotas(Struct, frozen=True):
    """Which Pods of a namespace find room in its quotas, where those that come first in the files come first?

    Pods of Jobs end and give back what they have: they take no room from others for good.

    Pods that stand already are counted before all others. ``nodes`` are node objects beside the bundle's, as JSON text: a DaemonSet has a Pod on each that is to run one, and where
    no node is known it counts as one Pod, which holds nothing. Runs of CronJobs come last: everything else is there by then.
    """

    namespace: str
    nodes: tuple[str, ...] = ()

    def answer(self, ask: Ask) -> Prediction[Mapping[int, Held]]:
        """By the id of the workload's object; empty without quotas. Alternatives find the quotas each by itself."""
        if not ask.bundle.has("ResourceQuota", self.namespace, group=""):
            return Prediction({})
        found: dict[int, Held] = {}
        elsewhere: dict[Assumption, None] = {}
        folders = [folder_among_others(one.resource, ask) for one in workloads(ask.bundle, self.namespace)]
        for folder in dict.fromkeys(folders):
            held = ask(_HeldIn(self.namespace, folder, self.nodes))
            found |= {
                id(one.resource): held.answer[id(one.resource)]
                for one, own in zip(workloads(ask.bundle, self.namespace), folders, strict=True)
                if own == folder and id(one.resource) in held.answer
            }
            elsewhere.update(dict.fromkeys(held.assumptions))
        return Prediction(found, (), tuple(elsewhere))


class _HeldIn(Struct, frozen=True):
    """The same as the workloads of one folder find it."""

    namespace: str
    folder: str | None
    nodes: tuple[str, ...]

    def answer(self, ask: Ask) -> Prediction[Mapping[int, Held]]:
        view = ask(SeenFrom(self.namespace, self.folder)).answer
        quotas = _quotas(self.namespace, view, ask)
        if not quotas:
            return Prediction({})
        nodes = [read_node(json.loads(text)) for text in self.nodes]
        nodes += [read_node(one.value) for one in ask.bundle.all("Node", group="")]
        found: dict[int, Held] = {}
        lasting = lasting_pods(self.namespace, ask)
        used = _used_beside(quotas, self.namespace, view, ask) + _used_by(quotas, lasting)
        passing: Counter[_Entry] = Counter()
        waiting: list[Resource] = []
        for workload in sorted(_seen(view, self.namespace, ask), key=lambda one: one.kind == "CronJob"):
            admitted = ask(Admitted(workload.resource)).answer if _brings(workload) else None
            if admitted is None or admitted.pod is None or admitted.made is None:
                continue
            pod = admitted.pod
            needs = _needs(workload.resource, pod, ask)
            wanted = admitted.made.count
            if workload.kind == "DaemonSet" and nodes:
                wanted = sum(1 for _ in admitted.pods(nodes))
            own = standing_of(workload.resource, ask)
            others = used - _used_by(quotas, filter(lasts, own))
            held = Held(wanted, tuple(_rooms(quotas, pod, needs, others, len(own))), _stops_at_one(workload, own, ask))
            found[id(workload.resource)] = held
            if is_suspended(workload.resource) or ending_of(workload.resource):
                continue
            with_jobs = (room.pods for room in _rooms(quotas, pod, needs, others + passing, len(own)))
            if passing and min(with_jobs, default=held.pods) < held.pods:
                waiting.append(workload.resource)
            if _ends(workload, ask):
                passing += _times(quotas, pod, needs, held.pods)
            elif workload.kind == "CronJob" or _stays(workload, nodes):
                used = others + _times(quotas, pod, needs, held.at_rest)
        standing = _used_beside(quotas, self.namespace, view, ask) + _used_by(quotas, standing_in(self.namespace, ask))
        taken = [*_used_elsewhere(quotas, standing)] if found else []
        return Prediction(found, (), (*taken, *map(_comes_later, waiting)))


class RoomInQuotas(Struct, frozen=True):
    """How much room do quotas leave a workload, while all others hold what they have at rest?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[QuotaRoom, ...]]:
        """For each entry of each quota that counts its Pods."""
        namespace = self.resource.namespace
        view = seen_from(self.resource, ask)
        quotas = _quotas(namespace, view, ask)
        pod = ask(Admitted(self.resource)).answer.pod if quotas else None
        if pod is None:
            return Prediction(())
        held = ask(_HeldIn(namespace, view.folder, ())).answer
        nodes = ask.bundle.all("Node", group="")
        own = standing_of(self.resource, ask)
        lasting = lasting_pods(namespace, ask)
        used = _used_beside(quotas, namespace, view, ask) + _used_by(quotas, lasting)
        used -= _used_by(quotas, filter(lasts, own))
        for workload in _seen(view, namespace, ask):
            one = held.get(id(workload.resource))
            if one is None or not _stays(workload, nodes) or _ends(workload, ask):
                continue
            if (workload.kind, workload.name) == (self.resource.kind, self.resource.name):
                continue
            other = ask(Admitted(workload.resource)).answer.pod
            if other is not None:
                used -= _used_by(quotas, standing_of(workload.resource, ask))
                used += _times(quotas, other, _needs(workload.resource, other, ask), one.at_rest)
        return Prediction(tuple(_rooms(quotas, pod, _needs(self.resource, pod, ask), used, len(own))))


class CutShort(Struct, frozen=True):
    """Which workloads find room in quotas for some of their Pods alone? ``nodes``: see :class:`HeldByQuotas`."""

    nodes: tuple[str, ...] = ()

    def answer(self, ask: Ask) -> Prediction[tuple[tuple[Resource, str], ...]]:
        """(workload, a sentence) for each of them."""
        found: list[tuple[Resource, str]] = []
        elsewhere: list[Assumption] = []
        for namespace in dict.fromkeys(quota.namespace for quota in ask.bundle.all("ResourceQuota", group="")):
            of_namespace = ask(HeldByQuotas(namespace, self.nodes))
            held = of_namespace.answer
            elsewhere += of_namespace.assumptions
            for workload in workloads(ask.bundle, namespace):
                one = held.get(id(workload.resource))
                if (
                    one is None
                    or one.tightest is None
                    or is_suspended(workload.resource)
                    or ending_of(workload.resource)
                ):
                    continue
                short = one.wanted - one.pods
                never = "have to wait" if workload.kind in _WAIT else "are not created"
                a_run = "a run of " if workload.kind == "CronJob" else ""
                told = f"{short} of {one.wanted} Pods of {a_run}{workload.resource.key} {never}: {one.tightest}"
                found.append((workload.resource, told))
        of_quotas = bool(found)
        for resource in ask.bundle.all("StatefulSet", group="apps"):
            cut = ask(CutByRange(resource)).answer
            made = ask(Admitted(resource)).answer.made if cut is not None else None
            if cut is not None and made is not None and all(one is not resource for one, _ in found):
                told = f"{made.count - cut.pods} of {made.count} Pods of {resource.key} are not created: {cut.why}"
                found.append((resource, told))
        for kind in _NUMBERED if ask.bundle.has("ValidatingAdmissionPolicyBinding") else ():
            for resource in ask.bundle.all(kind):
                found += _by_policy(resource, ask) if all(one is not resource for one, _ in found) else ()
        taken = (
            "of workloads that share a quota the first in the files comes first, and nothing else runs beside them",
        )
        return Prediction(tuple(found), (), (*map(Assumption, taken if of_quotas else ()), *elsewhere))


def _by_policy(resource: Resource, ask: Ask) -> Iterator[tuple[Resource, str]]:
    told = "" if resource.partial or is_suspended(resource) else ask(Admitted(resource)).answer.cut_short
    if told:
        yield resource, told


def _used_elsewhere(quotas: list[Resource], shown: Mapping[_Entry, int]) -> Iterator[Assumption]:
    """What quotas say is in use beyond the Pods and claims that are shown: whose it is, the files do not tell."""
    for quota in quotas:
        for name, written in fields.mapping(fields.mapping(quota.value, "status"), "used").items():
            used = read_quantity(written)
            counts_pods = name == "pods" or name.startswith(("requests.", "limits.")) or name in _OF_PODS
            if counts_pods and used is not None and used.nanos > shown.get((id(quota), name), 0):
                yield Assumption(
                    f"ResourceQuota {quota.name!r} says {name}: {written} in use, by more than the files show: that is taken "
                    "for the Pods of these workloads"
                )


def _stops_at_one(workload: Workload, own: Sequence[Resource], ask: Ask) -> bool:
    """Whether a StatefulSet makes its Pods in turn, none stands, and the first never is Ready."""
    if workload.kind != "StatefulSet" or own or not makes_in_turn(workload.resource.value):
        return False
    return bool(ask(NeverReady(workload.resource)).answer)


def _ends(workload: Workload, ask: Ask) -> bool:
    """Whether the Pods of a workload end of themselves: then they count no more (``QuotaV1Pod``), and others come.

    Those of a Job do, unless no container of them ever starts.
    """
    return workload.kind == "Job" and not ask(NeverStarts(workload.resource)).answer


def _comes_later(resource: Resource) -> Assumption:
    return Assumption(
        f"Jobs that share a ResourceQuota with {resource.key} end and give back its room: until then some of its Pods may "
        "have to wait"
    )


def _stays(workload: Workload, nodes: Sequence[object]) -> bool:
    """Whether the Pods of a workload are there at rest, and how many is known."""
    return workload.kind != "CronJob" and (workload.kind != "DaemonSet" or bool(nodes))


def most_pods(resource: Resource, ask: Ask, nodes: tuple[str, ...] = ()) -> int | None:
    """How many Pods of a workload quotas let come into being, None where they let in all it asks for."""
    held = ask(HeldByQuotas(resource.namespace, nodes)).answer.get(id(resource))
    room = held.pods if held is not None and held.tightest is not None else None
    cut = ask(CutByRange(resource)).answer
    by_policy = ask(Admitted(resource)).answer.cut if resource.kind in _NUMBERED else None
    bounds = [room, cut.pods if cut is not None else None, len(by_policy.made) if by_policy is not None else None]
    return min((one for one in bounds if one is not None), default=None)


def most_with_claims(resource: Resource, ask: Ask) -> int | None:
    """For how many Pods of a StatefulSet claims come into being, None for all that it asks for.

    The claims of the first Pod that is refused are there before it is, unless they are what is refused
    (``CreateStatefulPod``).
    """
    held = ask(HeldByQuotas(resource.namespace)).answer.get(id(resource))
    cut = ask(CutByRange(resource)).answer
    by_policy = ask(Admitted(resource)).answer.cut
    bounds = [*([] if cut is None else [cut.pods]), *([] if by_policy is None else [by_policy.attempted])]
    if held is None or held.tightest is None:
        return min(bounds, default=None)
    claimed = _claimed(resource, ask)
    return min([held.pods + 1, *bounds, *(room.pods for room in held.rooms if room.resource in claimed)])


def _needs(resource: Resource, pod: Mapping[str, Any], ask: Ask) -> Mapping[str, int]:
    """What comes with one Pod of a workload, in nano-units: a StatefulSet makes its claims first."""
    return {**usage_of("Pod", pod), **_claimed(resource, ask)}


def _claimed(resource: Resource, ask: Ask) -> dict[str, int]:
    """What the claims of one Pod of a StatefulSet count for."""
    sums: dict[str, int] = {}
    if resource.kind == "StatefulSet":
        admission = admission_of(resource, ask)
        for _, template in fields.items(resource.spec, "volumeClaimTemplates"):
            claim = {**template, "spec": dict(fields.mapping(template, "spec"))}
            admission.mutate("PersistentVolumeClaim", claim)
            for name, amount in usage_of("PersistentVolumeClaim", claim).items():
                sums[name] = sums.get(name, 0) + amount
    return sums


def _used_beside(quotas: list[Resource], namespace: str, view: View, ask: Ask) -> Counter[_Entry]:
    """What claims use that no StatefulSet of the files makes, by the quota's id and the entry."""
    made = tuple(
        f"{fields.text(fields.mapping(template, 'metadata'), 'name')}-{one.name}-"
        for one in filter(view.sees, ask.bundle.all("StatefulSet", namespace))
        for _, template in fields.items(one.spec, "volumeClaimTemplates")
    )
    used: Counter[_Entry] = Counter()
    for resource, usage in ask(UsedUp(namespace, view.folder)).answer.taken:
        if resource.kind != "PersistentVolumeClaim" or resource.name.startswith(made):
            continue
        for quota in quotas:
            if in_scope(quota.value, resource.kind, resource.value):
                used += Counter({(id(quota), name): amount for name, amount in usage.items()})
    return used


def _used_by(quotas: list[Resource], pods: Iterable[Resource]) -> Counter[_Entry]:
    used: Counter[_Entry] = Counter()
    for pod in pods:
        used += _times(quotas, pod.value, usage_of("Pod", pod.value), 1)
    return used


def _times(quotas: list[Resource], pod: Mapping[str, Any], needs: Mapping[str, int], count: int) -> Counter[_Entry]:
    """What a number of like Pods use of each entry of each quota, in nano-units, where one needs so much."""
    those = [(quota, name) for quota in quotas if in_scope(quota.value, "Pod", pod) for name in _hard(quota)]
    return Counter({(id(quota), name): needs.get(name, 0) * count for quota, name in those})


def _quotas(namespace: str, view: View, ask: Ask) -> list[Resource]:
    return list(filter(view.sees, in_force(ask, "ResourceQuota", namespace, group="")))


def _seen(view: View, namespace: str, ask: Ask) -> Iterator[Workload]:
    return (one for one in workloads(ask.bundle, namespace) if view.sees(one.resource))


def _brings(workload: Workload) -> bool:
    """Whether Pods of it count by themselves: those that a controller of the files owns count there."""
    owners = fields.items(workload.resource.metadata, "ownerReferences")
    return not any(owner.get("controller") is True for _, owner in owners)


def _hard(quota: Resource) -> Mapping[str, Any]:
    return fields.mapping(quota.spec, "hard")


def _rooms(
    quotas: list[Resource], pod: Mapping[str, Any], needs: Mapping[str, int], used: Mapping[_Entry, int], there: int
) -> Iterator[QuotaRoom]:
    """``there``: Pods of the workload that stand already, which no quota takes away."""
    for quota in quotas:
        if not in_scope(quota.value, "Pod", pod):
            continue
        for name, written in _hard(quota).items():
            hard, need = read_quantity(written), needs.get(name, 0)
            if hard is not None and need > 0:
                room = max(there, (hard.nanos - used.get((id(quota), name), 0)) // need)
                yield QuotaRoom(quota, name, str(written), room, hard.nanos // need)
