"""Whether a PodDisruptionBudget can ever let a Pod go."""

from __future__ import annotations

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, selected_workloads
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.chain.alternatives import seen_from
from kubelens.predict.chain.quota_room import CutShort
from kubelens.predict.controllers.budget_pods import ALL_READY, MetPod, met_pods
from kubelens.predict.controllers.disruption import (
    ACCEPTED,
    Budget,
    BudgetPod,
    BudgetStatus,
    PodState,
    budget_status,
    judge_eviction,
    read_budget,
)
from kubelens.predict.controllers.drain_filters import WHATEVER_BUDGETS_SAY
from kubelens.predict.kubelet.never_ready import NeverReady
from kubelens.predict.references.pods_index import index_of


class Disruptions(Struct, frozen=True):
    """What a budget allows with every Pod Ready that can be; ``blocks``: a drain waits for ever on it.

    ``pods``: the owners of the Pods that a drain would evict, ``workloads`` these as objects.
    """

    status: BudgetStatus
    pods: tuple[str, ...]
    workloads: tuple[Resource, ...]
    blocks: bool
    why: str = ""
    rivals: tuple[str, ...] = field(default=())


class DisruptionsAllowed(Struct, frozen=True):
    """How many Pods does a budget let go, if all the Pods are Ready that the manifests make and that ever can be?"""

    budget: Resource

    def answer(self, ask: Ask) -> Prediction[Disruptions]:
        """The budget's numbers, and whether it can ever let a Pod go; one that has ended goes in any case (``canIgnorePDB``)."""
        budget = read_budget(self.budget.value, self.budget.namespace)
        view = seen_from(self.budget, ask)
        selected = selected_workloads(ask.bundle, budget.selector, self.budget.namespace)
        chosen = [workload for workload in selected if view.sees(workload.resource)]
        met = [(workload, pod) for workload in chosen for pod in met_pods(workload, ask)]
        pods = [_at_its_best(pod) for _, pod in met]
        status = budget_status(budget, pods)
        evicted = [(workload, pod) for workload, pod in met if _is_evicted(pod) and _stays(pod, budget, status)]
        matched = tuple(dict.fromkeys(pod.owner for _, pod in evicted))
        staying = tuple({id(workload): workload.resource for workload, _ in evicted}.values())
        blocks = bool(matched)
        lacking = next(filter(None, (_lacking(workload, ask) for workload in chosen)), "") if blocks else ""
        why = _why(budget, status, lacking) if blocks else ""
        covered = [pod.labels for pod in pods if budget.selector.matches(pod.labels)]
        rivals = tuple(
            dict.fromkeys(
                other.name
                for other in index_of(ask.bundle).selecting_any("PodDisruptionBudget", covered, self.budget.namespace)
                if other.name != self.budget.name and view.sees(other)
            )
        )
        assumption = Assumption(ALL_READY)
        reasons = (Reason(why, self.budget.place.at("spec")),) if why else ()
        return Prediction(Disruptions(status, matched, staying, blocks, why, rivals), reasons, (assumption,))


def _is_evicted(pod: MetPod) -> bool:
    """Whether a drain asks for its eviction, once it has a node, and minds the answer."""
    return not pod.ended and pod.filtered.left not in WHATEVER_BUDGETS_SAY


def _stays(pod: MetPod, budget: Budget, status: BudgetStatus) -> bool:
    """Whether the API server refuses its eviction for the budget's sake, as long as nothing else changes."""
    return judge_eviction(_at_its_best(pod), [(budget, status)]).code != ACCEPTED


def _at_its_best(pod: MetPod) -> BudgetPod:
    """A Pod once it is Ready; one that has ended never is, nor is one of which something keeps a container from it."""
    return pod.seen if pod.ended or pod.never else replace(pod.seen, state=PodState.READY)


def _lacking(workload: Workload, ask: Ask) -> str:
    """Why a workload has fewer healthy Pods than it asks for; ``""`` where it may have all."""
    short = next((told for owner, told in ask(CutShort()).answer if owner is workload.resource), "")
    return short or ask(NeverReady(workload.resource)).answer


def _why(budget: Budget, status: BudgetStatus, lacking: str) -> str:
    if status.failed:
        return "its Pods belong to a controller without a scale, so the budget cannot be computed"
    if status.expected == 0:
        return "no controller with a scale stands behind its Pods, so it expects none and lets none go"
    if lacking:
        return f"it asks for {status.desired} healthy Pod{'s' * (status.desired != 1)}, and there are {status.healthy}: {lacking}"
    if budget.max_unavailable is not None:
        return f"maxUnavailable {budget.max_unavailable} of {status.expected} Pods keeps all {status.desired}"
    return f"minAvailable {budget.min_available} asks for {status.desired} healthy {'Pod' if status.desired == 1 else 'Pods'} of {status.expected}"
