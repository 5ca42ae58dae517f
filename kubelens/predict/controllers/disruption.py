"""PodDisruptionBudgets: how many Pods may go, and which eviction is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct, field

from kubelens.kube import fields
from kubelens.kube.int_or_percent import IntOrPercent, read_int_or_percent
from kubelens.kube.pod_labels import MOST, labels_by_controller, labels_of_number, numbered_pods
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Selector, label_selector
from kubelens.kube.selector_index import LabelIndex, SelectorIndex
from kubelens.kube.workload import Workload, selected_workloads, workloads
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.scale import SCALED, ScaleOf
from kubelens.predict.chain.stored import Stored
from kubelens.predict.controllers.fields import word
from kubelens.predict.controllers.podautoscaler.questions import ReplicasRange, Scaler
from kubelens.predict.references.pods_index import index_of

_SCALED: Final = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "ReplicationController", "Rollout"})


class PodState(StrEnum):
    """What of a Pod matters to a budget."""

    READY = "ready"
    UNREADY = "unready"
    PENDING = "pending"


class Controller(Struct, frozen=True):
    """What owns a Pod: its kind, its name, and the scale it has (None: the kind has none)."""

    kind: str
    name: str
    scale: int | None


class BudgetPod(Struct, frozen=True):
    """A Pod as budgets see it."""

    name: str
    labels: Mapping[str, str]
    state: PodState = PodState.READY
    owner: Controller | None = None


class Budget(Struct, frozen=True):
    """A PodDisruptionBudget: one of ``min_available`` and ``max_unavailable``."""

    name: str
    namespace: str
    selector: Selector
    min_available: IntOrPercent | None
    max_unavailable: IntOrPercent | None
    always_allow: bool = False


def read_budget(value: Mapping[str, Any], namespace: str = "default") -> Budget:
    """A PodDisruptionBudget; a missing selector selects nothing, an empty one everything (policy/v1)."""
    spec = value.get("spec")
    spec = spec if isinstance(spec, dict) else {}
    metadata = value.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    return Budget(
        word(metadata, "name", ""),
        word(metadata, "namespace", namespace),
        label_selector(spec.get("selector")),
        read_int_or_percent(spec.get("minAvailable")),
        read_int_or_percent(spec.get("maxUnavailable")),
        word(spec, "unhealthyPodEvictionPolicy", "IfHealthyBudget") == "AlwaysAllow",
    )


class BudgetStatus(Struct, frozen=True):
    """A budget's four numbers; ``failed``: the controller cannot compute it (SyncFailed)."""

    expected: int
    desired: int
    healthy: int
    allowed: int
    failed: bool = False


def budget_status(budget: Budget, pods: Iterable[BudgetPod]) -> BudgetStatus:
    """How many Pods are healthy, how many have to be, and how many may go, in Pods (disruption, trySync).

    Percentages and ``maxUnavailable`` count from what the Pods' owners ask for (getExpectedPodCount); an owner without a
    scale makes the sync fail, and then none may go.
    """
    matched = [p for p in pods if budget.selector.matches(p.labels)]
    healthy = sum(p.state is PodState.READY for p in matched)
    by_scale = budget.max_unavailable is not None or (
        budget.min_available is not None and budget.min_available.is_percent
    )
    expected = len(matched)
    if by_scale:
        owners = {(p.owner.kind, p.owner.name): p.owner for p in matched if p.owner is not None}
        if any(owner.scale is None for owner in owners.values()):
            return BudgetStatus(0, 0, 0, 0, failed=True)
        expected = sum(owner.scale or 0 for owner in owners.values())
    if budget.max_unavailable is not None:
        desired = max(0, expected - budget.max_unavailable.of(expected, round_up=True))
    elif budget.min_available is not None:
        desired = budget.min_available.of(expected, round_up=True)
    else:
        desired = 0
        expected = 0 if budget.max_unavailable is None else expected
    allowed = max(0, healthy - desired) if expected > 0 else 0
    return BudgetStatus(expected, desired, healthy, allowed)


class Eviction(Struct, frozen=True):
    """What the API server says to an eviction: 201 may go, 429 would violate a budget, 500 several budgets."""

    code: int
    message: str = ""
    cause: str = ""


ACCEPTED: Final = 201
VIOLATES: Final = "Cannot evict pod as it would violate the pod's disruption budget."
SEVERAL: Final = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."


def judge_eviction(pod: BudgetPod, budgets: Sequence[tuple[Budget, BudgetStatus]]) -> Eviction:
    """The answer to one eviction (eviction subresource, Create)."""
    if pod.state is PodState.PENDING:
        return Eviction(ACCEPTED)
    matching = [(b, s) for b, s in budgets if b.selector.matches(pod.labels)]
    if not matching:
        return Eviction(ACCEPTED)
    if len(matching) > 1:
        return Eviction(500, SEVERAL)
    budget, status = matching[0]
    if pod.state is PodState.UNREADY and (
        budget.always_allow or (status.healthy >= status.desired > 0 and not status.failed)
    ):
        return Eviction(ACCEPTED)
    if status.failed:
        return Eviction(429, VIOLATES, f"The disruption budget {budget.name} is still being processed by the server.")
    if status.allowed > 0:
        return Eviction(ACCEPTED)
    if status.healthy <= status.desired:
        needs = f"needs {status.desired} healthy pods and has {status.healthy} currently"
        cause = f"The disruption budget {budget.name} {needs}"
    else:
        cause = f"The disruption budget {budget.name} does not allow evicting pods currently"
    return Eviction(429, VIOLATES, cause)


class Disruptions(Struct, frozen=True):
    """What a budget allows with every Pod Ready; ``blocks``: a drain waits for ever on it."""

    status: BudgetStatus
    pods: tuple[str, ...]
    blocks: bool
    why: str = ""
    rivals: tuple[str, ...] = field(default=())


class DisruptionsAllowed(Struct, frozen=True):
    """How many Pods does a budget let go, if all the Pods the manifests make are Ready?"""

    budget: Resource

    def answer(self, ask: Ask) -> Prediction[Disruptions]:
        """The budget's numbers, and whether it can ever let a Pod go."""
        budget = read_budget(self.budget.value, self.budget.namespace)
        chosen = selected_workloads(ask.bundle, budget.selector, self.budget.namespace)
        pods = [pod for workload in chosen for pod in _budget_pods(workload, ask)]
        status = budget_status(budget, pods)
        matched = tuple(dict.fromkeys(_owner(p) for p in pods))
        blocks = bool(matched) and (status.failed or status.allowed == 0)
        why = _why(budget, status) if blocks else ""
        covered = [pod.labels for pod in pods if budget.selector.matches(pod.labels)]
        rivals = tuple(
            dict.fromkeys(
                other.name
                for other in index_of(ask.bundle).selecting_any("PodDisruptionBudget", covered, self.budget.namespace)
                if other.name != self.budget.name
            )
        )
        assumption = Assumption("every Pod of the manifests is Ready, and no other Pod has its labels")
        reasons = (Reason(why, self.budget.place.at("spec")),) if why else ()
        return Prediction(Disruptions(status, matched, blocks, why, rivals), reasons, (assumption,))


def _why(budget: Budget, status: BudgetStatus) -> str:
    if status.failed:
        return "its Pods belong to a controller without a scale, so the budget cannot be computed"
    if status.expected == 0:
        return "no controller with a scale stands behind its Pods, so it expects none and lets none go"
    if budget.max_unavailable is not None:
        return f"maxUnavailable {budget.max_unavailable} of {status.expected} Pods keeps all {status.desired}"
    return f"minAvailable {budget.min_available} asks for {status.desired} healthy {'Pod' if status.desired == 1 else 'Pods'} of {status.expected}"


def _owner(pod: BudgetPod) -> str:
    return f"{pod.owner.kind} {pod.owner.name}" if pod.owner is not None else f"Pod {pod.name}"


class BudgetPods(Struct, frozen=True):
    """Which Pods do the workloads of a namespace bring into being?"""

    namespace: str

    def answer(self, ask: Ask) -> Prediction[tuple[BudgetPod, ...]]:
        """All Ready, at the lowest number their autoscaler keeps."""
        here = list(workloads(ask.bundle, self.namespace))
        pods = tuple(pod for workload in here for pod in _budget_pods(workload, ask))
        scaled = [w.resource for w in here if w.kind in SCALED and ask(Admitted(w.resource)).answer.denial is None]
        taken = [one for resource in scaled for one in ask(ScaleOf(resource)).assumptions]
        return Prediction(pods, (), tuple(taken))


def _budget_pods(workload: Workload, ask: Ask) -> Iterator[BudgetPod]:
    if workload.kind == "CronJob" or ask(Admitted(workload.resource)).answer.denial is not None:
        return
    if workload.kind == "Pod":
        yield BudgetPod(workload.name, workload.resource.labels)
        return
    count = workload.desired if workload.kind != "DaemonSet" else 1
    scaler = ask(Scaler(workload.resource)).answer
    if scaler is not None and scaler.kind == "ScaledObject":
        count = max(workload.replicas or 0, ask(ReplicasRange(scaler)).answer[0])
    elif scaler is not None:
        count = ask(ScaleOf(workload.resource)).answer
    owner = Controller(workload.kind, workload.name, count if workload.kind in _SCALED else None)
    labels = {**workload.pod.labels, **labels_by_controller(workload.resource)}
    numbered = numbered_pods(workload.resource)
    first = numbered.first if numbered is not None else 0
    for number in range(first, first + min(count, MOST)):
        own = {**labels, **labels_of_number(workload.resource, number)}
        yield BudgetPod(f"{workload.name}-{number}", own, owner=owner)


class DrainVerdict(Struct, frozen=True):
    """What a drain meets: each Pod's first eviction, with every Pod Ready; ``waits``: owners it waits for for ever.

    ``left``: DaemonSets, whose Pods ``kubectl drain`` leaves where they are. ``idle``: budgets that cover no Pod.
    ``scratch``: owners whose Pods have an ``emptyDir``, at which ``kubectl drain`` stops (localStorageFilter).
    """

    evictions: tuple[tuple[str, Eviction], ...]
    waits: tuple[tuple[str, str], ...]
    left: frozenset[str] = frozenset()
    idle: tuple[str, ...] = ()
    scratch: frozenset[str] = frozenset()


class DrainOf(Struct, frozen=True):
    """Would evictions of all the Pods of a namespace ever succeed?"""

    namespace: str

    def answer(self, ask: Ask) -> Prediction[DrainVerdict]:
        """Every owner's verdict, and why it waits where it does."""
        there = ask(BudgetPods(self.namespace))
        pods = there.answer
        by_labels = LabelIndex((pod.labels, pod) for pod in pods)
        budgets = [
            (budget, budget_status(budget, by_labels.selected(budget.selector)))
            for budget in (
                read_budget(r.value, self.namespace)
                for r in ask.bundle.all("PodDisruptionBudget", self.namespace)
                if ask(Stored(r)).answer.denial is None
            )
        ]
        idle = tuple(b.name for b, _ in budgets if not by_labels.selected(b.selector))
        over = SelectorIndex((one[0].selector, one) for one in budgets)
        first: dict[str, Eviction] = {}
        for pod in pods:
            if (owner := _owner(pod)) not in first:
                first[owner] = judge_eviction(pod, over.matching(pod.labels))
        left = frozenset(_owner(p) for p in pods if p.owner is not None and p.owner.kind == "DaemonSet")
        waits = tuple(
            (owner, e.cause or e.message) for owner, e in first.items() if e.code != ACCEPTED and owner not in left
        )
        assumption = Assumption("every Pod of the manifests is Ready, and no other Pod has its labels")
        taken = (assumption, *there.assumptions) if pods else ()
        return Prediction(DrainVerdict(tuple(first.items()), waits, left, idle, self._scratch(ask) - left), (), taken)

    def _scratch(self, ask: Ask) -> frozenset[str]:
        found = (ask(Admitted(workload.resource)).answer for workload in workloads(ask.bundle, self.namespace))
        return frozenset(
            f"{one.owner.kind} {one.owner.name}" for one in found if one.pod is not None and has_local_storage(one.pod)
        )


def has_local_storage(pod: Mapping[str, Any]) -> bool:
    """Whether a Pod has an ``emptyDir``: ``kubectl drain`` deletes it with ``--delete-emptydir-data`` only (hasLocalStorage)."""
    return any(volume.get("emptyDir") is not None for _, volume in fields.items(fields.mapping(pod, "spec"), "volumes"))
