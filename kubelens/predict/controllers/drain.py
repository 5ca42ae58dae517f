"""What ``kubectl drain`` comes to: which Pods go, which it leaves, and which budgets hold it up for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube.resource import Resource
from kubelens.kube.selector_index import LabelIndex, SelectorIndex
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.chain.stored import Stored
from kubelens.predict.controllers.budget_pods import ALL_READY, BudgetPods, MetPod
from kubelens.predict.controllers.disruption import (
    ACCEPTED,
    Budget,
    BudgetStatus,
    Eviction,
    PodState,
    budget_status,
    judge_eviction,
    read_budget,
)
from kubelens.syntax.place import Place

_AS_THEY_ARE: Final = "Pods with a status are as it says, and no Pod that is not among the files has their labels"
_ALL_THAT_CAN_BE: Final = "every Pod of the manifests is Ready that ever can be, and no other Pod has its labels"
_AND_OTHERS: Final = "Pods that are not made yet are Ready"


class Guard(Struct, frozen=True):
    """A budget over Pods: its four numbers, and the field that says how many may go."""

    budget: str
    status: BudgetStatus
    place: Place


class Drained(Struct, frozen=True):
    """Pods of one owner that fare alike. ``pods``: their names, as far as they have one already.

    ``left``: why ``kubectl drain`` leaves them where they are, ``""`` where it asks for their evictions; ``needs``: flags
    without which it stops at them. ``guards``: the budgets over them, with what these count and where it is written.
    """

    owner: str
    eviction: Eviction
    left: str = ""
    needs: tuple[str, ...] = ()
    pods: tuple[str, ...] = ()
    count: int = 1
    guards: tuple[Guard, ...] = ()

    @property
    def stays(self) -> bool:
        """Whether a drain waits for them."""
        return not self.left and self.eviction.code != ACCEPTED


class DrainVerdict(Struct, frozen=True):
    """What a drain meets: the first eviction of each Pod. ``idle``: budgets that cover no Pod."""

    drained: tuple[Drained, ...]
    idle: tuple[str, ...] = ()

    @property
    def waits(self) -> tuple[tuple[str, str], ...]:
        """Owners it waits for, and why."""
        return tuple((one.owner, one.eviction.cause or one.eviction.message) for one in self.drained if one.stays)


class DrainOf(Struct, frozen=True):
    """Would evictions of all the Pods of a namespace ever succeed?"""

    namespace: str

    def answer(self, ask: Ask) -> Prediction[DrainVerdict]:
        """Every owner's verdict, and why it waits where it does."""
        there = ask(BudgetPods(self.namespace))
        pods = there.answer
        by_labels = LabelIndex((pod.seen.labels, pod.seen) for pod in pods)
        budgets: list[tuple[Budget, BudgetStatus, Place]] = []
        for resource in ask.bundle.all("PodDisruptionBudget", self.namespace):
            if ask(Stored(resource)).answer.denial is None:
                budget = read_budget(resource.value, self.namespace)
                status = budget_status(budget, by_labels.selected(budget.selector))
                budgets.append((budget, status, _deciding(resource)))
        idle = tuple(b.name for b, _, _ in budgets if not by_labels.selected(b.selector))
        over = SelectorIndex((one[0].selector, one) for one in budgets)
        judged = []
        gone: Counter[str] = Counter()
        for pod in pods:
            found = over.matching(pod.seen.labels)
            guards = tuple(Guard(budget.name, status, place) for budget, status, place in found)
            eviction = judge_eviction(pod.seen, [(budget, status) for budget, status, _ in found])
            if pod.no_other and len(found) == 1 and eviction.code == ACCEPTED and pod.seen.state is PodState.READY:
                (budget, status, _), pod = found[0], replace(pod, stands=False)
                eviction = _after(pod, budget, status, gone[budget.name])
                gone[budget.name] += eviction.code == ACCEPTED
            if pod.never and eviction.cause:
                eviction = replace(eviction, cause=f"{eviction.cause}: {pod.never}")
            judged.append((pod, eviction, guards))
        taken = (*map(Assumption, _taken(pods)), *there.assumptions)
        return Prediction(DrainVerdict(tuple(_alike(judged)), idle), (), taken)


def _after(pod: MetPod, budget: Budget, status: BudgetStatus, gone: int) -> Eviction:
    """The answer once ``gone`` Pods have been evicted in whose place none comes."""
    left = replace(status, healthy=status.healthy - gone, allowed=max(0, status.allowed - gone))
    eviction = judge_eviction(pod.seen, [(budget, left)])
    if eviction.code == ACCEPTED:
        return eviction
    return replace(eviction, cause=f"{eviction.cause}, once {gone} {'is' if gone == 1 else 'are'} gone: {pod.no_other}")


def _deciding(budget: Resource) -> Place:
    """Where a budget says how many may go; the whole spec where it says nothing."""
    for field in ("minAvailable", "maxUnavailable"):
        if field in budget.spec:
            return budget.place.at("spec", field)
    return budget.place.at("spec")


def _alike(judged: Sequence[tuple[MetPod, Eviction, tuple[Guard, ...]]]) -> Iterator[Drained]:
    alike: dict[tuple[str, Eviction, str, tuple[str, ...]], list[MetPod]] = {}
    over: dict[tuple[str, Eviction, str, tuple[str, ...]], dict[Guard, None]] = {}
    for pod, eviction, guards in judged:
        key = (pod.owner, eviction, pod.filtered.left, pod.filtered.needs)
        alike.setdefault(key, []).append(pod)
        over.setdefault(key, {}).update(dict.fromkeys(guards))
    for key, pods in alike.items():
        owner, eviction, left, needs = key
        names = tuple(pod.seen.name for pod in pods if pod.stands or owner.startswith("StatefulSet "))
        yield Drained(owner, eviction, left, needs, names, len(pods), tuple(over[key]))


def _taken(pods: Sequence[MetPod]) -> Iterator[str]:
    if not any(pod.stands for pod in pods):
        yield from [_ALL_THAT_CAN_BE if any(pod.never for pod in pods) else ALL_READY] if pods else []
        return
    yield _AS_THEY_ARE
    if not all(pod.stands for pod in pods):
        yield _AND_OTHERS
