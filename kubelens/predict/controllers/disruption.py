"""PodDisruptionBudgets: how many Pods may go, and which eviction is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.int_or_percent import IntOrPercent, read_int_or_percent
from kubelens.kube.selector import Selector, label_selector
from kubelens.predict.controllers.endpointslice import ENDED, is_ready, is_terminating
from kubelens.predict.controllers.fields import word

WITHOUT_SCALE: Final = frozenset({"CronJob", "DaemonSet", "Job", "Node"})
"""Owners of Pods that have no subresource ``scale``: budgets that count from it cannot be computed."""


class PodState(StrEnum):
    """What of a Pod matters to a budget.

    ``PENDING`` is what no budget guards (eviction subresource, ``canIgnorePDB``): a Pod that waits, has ended or is going.
    """

    READY = "ready"
    UNREADY = "unready"
    PENDING = "pending"


def state_of(pod: Mapping[str, Any]) -> PodState:
    """As a Pod's own status says; one without a status is taken for Ready."""
    status = fields.mapping(pod, "status")
    if is_terminating(pod) or fields.text(status, "phase") in (*ENDED, "Pending"):
        return PodState.PENDING
    return PodState.READY if not status or is_ready(pod) else PodState.UNREADY


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
