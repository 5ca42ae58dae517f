"""Whether a PodDisruptionBudget can ever let a Pod go."""

from __future__ import annotations

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.kube.resource import Resource
from kubelens.kube.workload import selected_workloads
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.controllers.budget_pods import ALL_READY, MetPod, met_pods
from kubelens.predict.controllers.disruption import (
    Budget,
    BudgetPod,
    BudgetStatus,
    PodState,
    budget_status,
    read_budget,
)
from kubelens.predict.controllers.drain_filters import WHATEVER_BUDGETS_SAY
from kubelens.predict.references.pods_index import index_of


class Disruptions(Struct, frozen=True):
    """What a budget allows with every Pod Ready; ``blocks``: a drain waits for ever on it.

    ``pods``: the owners of the Pods that a drain would evict, ``workloads`` these as objects.
    """

    status: BudgetStatus
    pods: tuple[str, ...]
    workloads: tuple[Resource, ...]
    blocks: bool
    why: str = ""
    rivals: tuple[str, ...] = field(default=())


class DisruptionsAllowed(Struct, frozen=True):
    """How many Pods does a budget let go, if all the Pods the manifests make are Ready?"""

    budget: Resource

    def answer(self, ask: Ask) -> Prediction[Disruptions]:
        """The budget's numbers, and whether it can ever let a Pod go; one that has ended goes in any case (``canIgnorePDB``)."""
        budget = read_budget(self.budget.value, self.budget.namespace)
        chosen = selected_workloads(ask.bundle, budget.selector, self.budget.namespace)
        met = [(workload, pod) for workload in chosen for pod in met_pods(workload, ask)]
        pods = [_at_its_best(pod) for _, pod in met]
        status = budget_status(budget, pods)
        evicted = [(workload, pod) for workload, pod in met if _is_evicted(pod)]
        matched = tuple(dict.fromkeys(pod.owner for _, pod in evicted))
        staying = tuple({id(workload): workload.resource for workload, _ in evicted}.values())
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
        assumption = Assumption(ALL_READY)
        reasons = (Reason(why, self.budget.place.at("spec")),) if why else ()
        return Prediction(Disruptions(status, matched, staying, blocks, why, rivals), reasons, (assumption,))


def _is_evicted(pod: MetPod) -> bool:
    """Whether a drain asks for its eviction, once it has a node, and minds the answer."""
    return not pod.ended and pod.filtered.left not in WHATEVER_BUDGETS_SAY


def _at_its_best(pod: MetPod) -> BudgetPod:
    """A Pod once it is Ready; one that has ended never is."""
    return pod.seen if pod.ended else replace(pod.seen, state=PodState.READY)


def _why(budget: Budget, status: BudgetStatus) -> str:
    if status.failed:
        return "its Pods belong to a controller without a scale, so the budget cannot be computed"
    if status.expected == 0:
        return "no controller with a scale stands behind its Pods, so it expects none and lets none go"
    if budget.max_unavailable is not None:
        return f"maxUnavailable {budget.max_unavailable} of {status.expected} Pods keeps all {status.desired}"
    return f"minAvailable {budget.min_available} asks for {status.desired} healthy {'Pod' if status.desired == 1 else 'Pods'} of {status.expected}"
