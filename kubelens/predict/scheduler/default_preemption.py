"""DefaultPreemption: which Pods would be sent away so that one more important fits.

Follows ``framework/preemption`` and ``plugins/defaultpreemption``: victims are all Pods of lower priority, taken back one
by one while the Pod still fits, those under a budget first.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from kubelens.predict.scheduler.cycle import Decision, check, prepare, reasons_text
from kubelens.predict.scheduler.framework import Status
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_NOT_HELPFUL = "Preemption is not helpful for scheduling"
_NO_VICTIMS = "No preemption victims found for incoming pod"
NEVER = "not eligible due to preemptionPolicy=Never."
WAITS = "not eligible due to a terminating pod on the nominated node."
_OFFSET = 2**31


class Candidate(Struct, frozen=True):
    """A node that would fit once its ``victims`` are gone; ``violations``: budgets that are broken."""

    node: str
    victims: tuple[PodInfo, ...]
    violations: int

    @property
    def sent_away(self) -> tuple[PodInfo, ...]:
        """The victims that are not being deleted already."""
        return tuple(v for v in self.victims if not v.terminating)


class Preemption(Struct, frozen=True):
    """What preemption finds: the equally good nodes to nominate, or the sentence it adds to the message."""

    candidates: tuple[Candidate, ...]
    message: str = ""


def preempt(decision: Decision, state: ClusterState) -> Preemption:
    """Look for victims after a cycle in which no node was feasible."""
    pod = decision.pod
    if pod.preemption_policy == "Never":
        return Preemption((), NEVER)
    outcome: dict[str, Status] = {}
    candidates: list[Candidate] = []
    for name, info in state.nodes.items():
        status = decision.statuses.get(name)
        if status is None or not status.resolvable:
            outcome[name] = Status((_NOT_HELPFUL,), False)
            continue
        found = _dry_run(pod, info, state)
        if isinstance(found, Candidate):
            candidates.append(found)
        else:
            outcome[name] = found
    if not candidates:
        total = len(state.nodes)
        return Preemption((), f"0/{total} nodes are available: {reasons_text(outcome)}.")
    return Preemption(tuple(best_candidates(candidates)))


def _fits(pod: PodInfo, info: NodeInfo, state: ClusterState) -> Status | None:
    """Whether a Pod fits on a changed node, everything counted anew; nominated Pods of its rank are there too."""
    waiting = [p for p in state.nominated.get(info.node.name, ()) if p.priority >= pod.priority and p is not pod]
    if waiting:
        fuller = NodeInfo(info.node, (*info.pods, *waiting))
        status = _fits_alone(pod, fuller, state)
        if status is not None:
            return status
    return _fits_alone(pod, info, state)


def _fits_alone(pod: PodInfo, info: NodeInfo, state: ClusterState) -> Status | None:
    changed = state.with_node(info)
    prepared = prepare(pod, changed)
    if prepared.refusal is not None:
        return prepared.refusal
    return check(pod, info, prepared)


def _dry_run(pod: PodInfo, info: NodeInfo, state: ClusterState) -> Candidate | Status:
    """(``SelectVictimsOnNode``)."""
    lower = [p for p in info.pods if p.priority < pod.priority]
    if not lower:
        return Status((_NO_VICTIMS,), False)
    emptied = info.without(lower)
    status = _fits(pod, emptied, state)
    if status is not None:
        return status
    lower.sort(key=importance)
    violating, free = _split_by_budgets(lower, state)
    victims: list[PodInfo] = []
    violations = 0
    kept = list(emptied.pods)

    def take_back(candidate: PodInfo) -> bool:
        fuller = NodeInfo(info.node, (*kept, candidate))
        if _fits(pod, fuller, state) is None:
            kept.append(candidate)
            return True
        victims.append(candidate)
        return False

    for one in violating:
        if not take_back(one):
            violations += 1
    for one in free:
        take_back(one)
    victims.sort(key=importance)
    return Candidate(info.node.name, tuple(victims), violations)


def importance(pod: PodInfo) -> tuple[int, str]:
    """More important first: higher priority, then longer running; one without start time started now."""
    return (-pod.priority, pod.start_time or "9999")


def _split_by_budgets(pods: list[PodInfo], state: ClusterState) -> tuple[list[PodInfo], list[PodInfo]]:
    """(``filterPodsWithPDBViolation``)."""
    allowed = [budget[2] for budget in state.budgets]
    violating: list[PodInfo] = []
    free: list[PodInfo] = []
    for pod in pods:
        broken = False
        if pod.labels:
            for number, (namespace, selector, _, empty) in enumerate(state.budgets):
                if namespace != pod.namespace or empty or not selector.matches(pod.labels):
                    continue
                allowed[number] -= 1
                if allowed[number] < 0:
                    broken = True
        (violating if broken else free).append(pod)
    return violating, free


def best_candidates(candidates: list[Candidate]) -> list[Candidate]:
    """All candidates that are equal by every rule (``pickOneNodeForPreemption``)."""

    def earliest(candidate: Candidate) -> str:
        top = max((v.priority for v in candidate.victims), default=0)
        return min((v.start_time or "9999" for v in candidate.victims if v.priority == top), default="9999")

    rules: tuple[Callable[[Candidate], int], ...] = (
        lambda c: c.violations,
        lambda c: max((v.priority for v in c.victims), default=-_OFFSET),
        lambda c: sum(v.priority + _OFFSET for v in c.victims),
        lambda c: len(c.victims),
    )
    left = candidates
    for rule in rules:
        best = min(rule(c) for c in left)
        left = [c for c in left if rule(c) == best]
    latest = max(earliest(c) for c in left)
    return [c for c in left if earliest(c) == latest]
