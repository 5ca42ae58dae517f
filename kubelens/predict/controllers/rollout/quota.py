"""What the workloads of a namespace ask for together when every autoscaler is at its highest number."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kubelens.kube.quantity import Quantity, read_quantity
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, workloads
from kubelens.predict.api import Ask, Prediction, Reason
from kubelens.predict.chain.alternatives import seen_from
from kubelens.predict.controllers.fields import part
from kubelens.predict.controllers.podautoscaler.questions import ReplicasRange, Scaler
from kubelens.predict.controllers.rollout.capacity import needs_of

_COUNTED = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Rollout")


class Excess(Struct, frozen=True):
    """A quota entry that is passed, what is needed at the top, and the autoscalers that lead there."""

    resource: str
    hard: Quantity
    needed: Quantity
    scalers: tuple[Resource, ...]


class QuotaAtMax(Struct, frozen=True):
    """Which entries of a ResourceQuota do the namespace's workloads pass when its autoscalers are at the top?

    Quotas with scopes, and workloads that end (Jobs, CronJobs) or follow the nodes (DaemonSets) are left out: the sum
    is a lower bound.
    """

    quota: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[Excess, ...]]:
        """The entries that hold at rest and not at the top."""
        spec = self.quota.spec
        if spec.get("scopes") or spec.get("scopeSelector"):
            return Prediction(())
        rows: list[tuple[Workload, Mapping[str, int], int, Resource | None]] = []
        view = seen_from(self.quota, ask)
        for workload in workloads(ask.bundle, self.quota.namespace):
            if workload.kind in _COUNTED and view.sees(workload.resource):
                scaler = ask(Scaler(workload.resource)).answer
                most = ask(ReplicasRange(scaler)).answer[1] if scaler is not None else workload.desired
                rows.append((workload, needs_of(workload, ask), max(workload.desired, most), scaler))
        found: list[Excess] = []
        for name, written in part(spec, "hard").items():
            hard = read_quantity(written)
            if hard is None:
                continue
            rest = sum(needs.get(name, 0) * workload.desired for workload, needs, _, _ in rows)
            top = sum(needs.get(name, 0) * most for _, needs, most, _ in rows)
            scalers = tuple(
                s for w, needs, most, s in rows if s is not None and needs.get(name, 0) and most > w.desired
            )
            if rest <= hard.nanos < top:
                found.append(Excess(name, hard, Quantity(top, hard.format), scalers))
        reasons = tuple(Reason(f"{e.resource}: {e.hard} allowed", self.quota.place) for e in found)
        return Prediction(tuple(found), reasons)
