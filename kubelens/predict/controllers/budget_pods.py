"""The Pods that budgets and drains meet: those that stand, as their status says, and those that workloads are yet to make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.node import read_node
from kubelens.kube.pod_labels import MOST, labels_by_controller, labels_of_number, numbered_pods
from kubelens.kube.resource import Resource
from kubelens.kube.standing import kept_by_cluster
from kubelens.kube.workload import Workload, labels_in, workloads
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.chain.admitted import Admitted, AdmittedPods, why_no_other
from kubelens.predict.chain.homeless import Homeless, WhyNoneRuns
from kubelens.predict.chain.hooks import goes_when_done, left_for_its_moment
from kubelens.predict.chain.pods_of import ending_of, is_suspended
from kubelens.predict.chain.quota_room import most_pods
from kubelens.predict.chain.scale import SCALED, ScaleOf
from kubelens.predict.chain.sent_away import SentAway
from kubelens.predict.chain.standing import StandingPodsOf, is_made_by_another, owners_above
from kubelens.predict.chain.turns import has_ended
from kubelens.predict.controllers.disruption import WITHOUT_SCALE, BudgetPod, Controller, PodState, state_of
from kubelens.predict.controllers.drain_filters import Filtered, filtered
from kubelens.predict.controllers.podautoscaler.questions import ReplicasRange, Scaler
from kubelens.predict.controllers.statefulset import makes_in_turn
from kubelens.predict.kubelet.never_ready import NeverReady, NeverStarts

ALL_READY: Final = "every Pod of the manifests is Ready, and no other Pod has its labels"
_NO_NODE: Final = "it has no node yet: no drain meets it"
_SENT_AWAY: Final = "it is sent away"


class MetPod(Struct, frozen=True, eq=False):
    """A Pod, and what ``kubectl drain`` does with it before anything else; ``stands``: it is itself among the manifests.

    ``never``: why it is never Ready, whatever happens.
    """

    seen: BudgetPod
    filtered: Filtered
    stands: bool = False
    ended: bool = False
    never: str = ""
    no_other: str = ""
    """Why its controller makes none in its place once it is gone."""

    @property
    def without_node(self) -> bool:
        """Whether it waits for a node, so that no drain meets it."""
        return self.filtered.left.startswith((_NO_NODE, _SENT_AWAY))

    @property
    def owner(self) -> str:
        """``Deployment web``; of a Pod that nothing controls but its node ``Pod lone``."""
        owner = self.seen.owner
        if owner is None or owner.kind == "Node":
            return f"Pod {self.seen.name}"
        return f"{owner.kind} {owner.name}"


class BudgetPods(Struct, frozen=True):
    """Which Pods do the workloads of a namespace have, or bring into being?"""

    namespace: str

    def answer(self, ask: Ask) -> Prediction[tuple[MetPod, ...]]:
        """Those that stand as their status says; others Ready, at the lowest number their autoscaler keeps.

        Those that no node takes are pending: no drain meets them, and no budget counts them as healthy. So are those of
        which a container never starts; those that quotas keep from being created are not there at all.
        """
        found: list[MetPod] = []
        taken: dict[Assumption, None] = {}
        for workload in workloads(ask.bundle, self.namespace):
            pods = list(_as_placed(workload, met_pods(workload, ask), ask))
            found += pods
            if any(not pod.stands for pod in pods):
                taken |= dict.fromkeys(ask(Admitted(workload.resource)).assumptions)
            if workload.kind == "Pod":
                taken |= dict.fromkeys(_scales_taken(workload.resource, ask))
        return Prediction(tuple(found), (), tuple(taken))


def _as_placed(workload: Workload, pods: Iterable[MetPod], ask: Ask) -> Iterator[MetPod]:
    homeless = ask(Homeless()).answer
    none_runs = workload.kind != "CronJob" and bool(ask(WhyNoneRuns(workload.resource)).answer)
    sent = ask(SentAway()).answer
    for pod in pods:
        key = f"{workload.namespace or 'default'}/{pod.seen.name}"
        if pod.stands and key in sent:
            if pod.seen.owner is not None:
                left = f"{_SENT_AWAY} for {sent[key]}, of higher priority: the one made in its place has no node yet"
                yield replace(pod, seen=replace(pod.seen, state=PodState.PENDING), filtered=Filtered(left))
        elif pod.stands or not (none_runs or f"{workload.namespace}/{pod.seen.name}" in homeless):
            yield pod
        else:
            yield replace(pod, seen=replace(pod.seen, state=PodState.PENDING), filtered=Filtered(_NO_NODE))


def met_pods(workload: Workload, ask: Ask) -> Iterator[MetPod]:
    """The Pods of a workload of which no other workload among the manifests speaks."""
    if workload.kind == "Pod":
        yield from _single(workload.resource, ask)
        return
    resource = workload.resource
    if workload.kind == "CronJob" or is_made_by_another(resource, ask.bundle):
        return
    if left_for_its_moment(resource) or goes_when_done(resource):
        return
    admitted = ask(Admitted(workload.resource)).answer
    if admitted.pod is None or ending_of(workload.resource) or is_suspended(workload.resource):
        return
    owner = Controller(workload.kind, workload.name, _scale(workload, ask))
    common = filtered(admitted.pod)
    labels = {**workload.pod.labels, **labels_by_controller(resource)}
    never = ask(NeverReady(resource)).answer
    state = PodState.READY if not never else PodState.PENDING if ask(NeverStarts(resource)).answer else PodState.UNREADY
    if workload.kind == "DaemonSet" and ask.bundle.has("Node", group=""):
        for name in _on_nodes(admitted, ask):
            yield MetPod(BudgetPod(name, labels, state, owner), common, never=never)
        return
    numbers = _not_there(workload, owner.scale, ask)
    if never and workload.kind == "StatefulSet" and makes_in_turn(resource.value):
        numbers = islice(numbers, 1)
    for number in numbers:
        own = {**labels, **labels_of_number(resource, number)}
        yield MetPod(BudgetPod(f"{workload.name}-{number}", own, state, owner), common, never=never)


def _on_nodes(admitted: AdmittedPods, ask: Ask) -> Iterator[str]:
    """The names of the Pods that a DaemonSet makes beside those of its that stand, one for each node that is to run one."""
    from kubelens.predict.chain.placed import missing_pods  # noqa: PLC0415 - the scheduler, only where there are nodes

    nodes = [read_node(one.value) for one in ask.bundle.all("Node", group="")]
    for pod in missing_pods(ask, admitted, nodes, most_pods(admitted.owner, ask)):
        yield fields.text(fields.mapping(pod, "metadata"), "name")


def _not_there(workload: Workload, scale: int | None, ask: Ask) -> Iterator[int]:
    """The numbers of the Pods that a workload makes beside those of its that stand, as far as quotas let it."""
    there = ask(StandingPodsOf(workload.namespace)).answer.get((workload.kind, workload.name), ())
    if there and workload.kind in WITHOUT_SCALE:
        return
    alive = {pod.name for pod in there if "deletionTimestamp" not in pod.metadata and not has_ended(pod)}
    numbered = numbered_pods(workload.resource)
    first = numbered.first if numbered is not None else 0
    count = scale if scale is not None else 1 if workload.kind == "DaemonSet" else workload.desired
    most = most_pods(workload.resource, ask)
    numbers = range(first, first + min(count, MOST, count if most is None else most))
    if workload.kind == "StatefulSet":
        yield from (number for number in numbers if f"{workload.name}-{number}" not in alive)
    else:
        yield from numbers[len(alive) :]


def _single(pod: Resource, ask: Ask) -> Iterator[MetPod]:
    value = kept_by_cluster(pod, "nodeName")
    stands = bool(fields.mapping(value, "status") or pod.standing is not None or pod.metadata.get("uid"))
    owner = _owner_of(pod, ask)
    if not stands and (left_for_its_moment(pod) or ask(Admitted(pod)).answer.denial is not None):
        return
    found = filtered(value)
    if stands and not found.left and not fields.mapping(value, "spec").get("nodeName"):
        found = Filtered(_NO_NODE)
    seen = BudgetPod(pod.name, labels_in(ask.bundle, pod), state_of(value), owner)
    made_by = ask.bundle.get(owner.kind, pod.namespace, owner.name) if owner is not None else None
    no_other = why_no_other(made_by, ask) if made_by is not None and stands else ""
    yield MetPod(seen, found, stands, has_ended(pod), no_other=no_other)


def _owner_of(pod: Resource, ask: Ask) -> Controller | None:
    """The topmost controller of a Pod, with its scale: of one that is not among the files as many as it has Pods here."""
    top = next(iter(reversed(list(owners_above(pod, ask.bundle)))), None)
    if top is None:
        return None
    kind, name = top
    if kind in WITHOUT_SCALE:
        return Controller(kind, name, None)
    resource = ask.bundle.get(kind, pod.namespace, name)
    if resource is not None and kind in SCALED:
        return Controller(kind, name, ask(ScaleOf(resource)).answer)
    there = ask(StandingPodsOf(pod.namespace)).answer.get((kind, name), ())
    return Controller(kind, name, sum(not has_ended(one) for one in there))


def _scales_taken(pod: Resource, ask: Ask) -> Iterator[Assumption]:
    """What is taken for granted of the scale of a Pod's controller."""
    top = next(iter(reversed(list(owners_above(pod, ask.bundle)))), None)
    if top is None or top[0] in WITHOUT_SCALE:
        return
    resource = ask.bundle.get(top[0], pod.namespace, top[1])
    if resource is not None and top[0] in SCALED:
        yield from ask(ScaleOf(resource)).assumptions
    else:
        yield Assumption(
            f"{top[0]} {pod.namespace}/{top[1]}, which is not among the files, asks for as many Pods as it has here"
        )


def _scale(workload: Workload, ask: Ask) -> int | None:
    if workload.kind not in SCALED:
        return None
    scaler = ask(Scaler(workload.resource)).answer
    if scaler is not None and scaler.kind == "ScaledObject":
        return max(workload.replicas or 0, ask(ReplicasRange(scaler)).answer[0])
    return workload.desired if scaler is None else ask(ScaleOf(workload.resource)).answer
