"""ReplicaSets and ReplicationControllers that stand alone, after ``pkg/controller/replicaset`` and its adapter
``pkg/controller/replication``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.selector import Selector, equality_selector, label_selector
from kubelens.predict.controllers.fields import Label, count, part
from kubelens.predict.controllers.pod_control import PodControl
from kubelens.predict.controllers.replicaset import ReplicaSet
from kubelens.predict.controllers.template import template_key
from kubelens.predict.controllers.ticks.pace import Action, Edit
from kubelens.predict.store.pod import Pod

CONTROLLER: Final = "ReplicationController"
KINDS: Final = ("ReplicaSet", CONTROLLER)


class ReplicationSpec(Struct, frozen=True):
    """The fields that the controller reads, defaults filled in. A new ``template`` counts for new Pods alone."""

    replicas: int
    min_ready: int
    selector: Selector
    template: str
    revision: str
    labels: Mapping[str, str]


def read_replication_spec(value: Mapping[str, Any], label: Label) -> ReplicationSpec:
    """An object of either kind; ``label`` names the revision a template is.

    A ReplicationController without a selector has that of its template's labels (``SetDefaults_ReplicationController``).
    """
    spec = part(value, "spec")
    template = part(spec, "template")
    labels = part(template, "metadata", "labels")
    if value.get("kind") == CONTROLLER:
        selector = equality_selector(part(spec, "selector") or labels)
    else:
        selector = label_selector(part(spec, "selector"))
    replicas, min_ready = count(spec, "replicas", 1), count(spec, "minReadySeconds", 0)
    return ReplicationSpec(replicas, min_ready, selector, template_key(template, as_text=True), label(template), labels)


class Replication:
    """One object with its Pods. ``clock``: whether minReadySeconds counts."""

    def __init__(self, value: Mapping[str, Any], label: Label, control: PodControl, *, clock: bool) -> None:
        self._label = label
        self._clock = clock
        self._counts_terminating = value.get("kind") != CONTROLLER
        self.spec = read_replication_spec(value, label)
        self._labels: dict[str, Mapping[str, str]] = {self.spec.template: self.spec.labels}
        name = str(part(value, "metadata").get("name", ""))
        spec = self.spec
        self._set = ReplicaSet(
            spec.revision, spec.template, 0, spec.replicas, 1, spec.replicas, spec.replicas, stem=name, control=control
        )

    def apply(self, action: Action, now: int) -> None:
        """The object is edited."""
        if isinstance(action, Edit):
            spec = self.spec = read_replication_spec(action.value, self._label)
            self._labels[spec.template] = spec.labels
            self._set.replicas, self._set.template, self._set.revision = spec.replicas, spec.template, spec.revision

    def rest(self, now: int) -> None:
        """As many Pods as asked for (replicaset, manageReplicas)."""
        self._set.fill()

    def adopt(self, pod: Pod) -> None:
        """A Pod without an owner is taken on (``PodControllerRefManager.ClaimPods``)."""
        self._set.pods.append(pod)

    def forget(self, pod: Pod) -> None:
        """A Pod is gone."""
        self._set.forget(pod)

    @property
    def lacking(self) -> bool:
        """Whether the API server keeps Pods out."""
        return self._set.lacking

    def complete(self, now: int) -> bool:
        """Whether as many Pods as asked for are available."""
        return self._set.size == self.spec.replicas == self._available(now)

    def _available(self, now: int) -> int:
        return self._set.available(now, self.spec.min_ready if self._clock else 0)

    def status(self, now: int) -> dict[str, int]:
        """The object's counters, zeros left out (replicaset, calculateStatus)."""
        active = [p for p in self._set.pods if p.active]
        wanted = self.spec.labels.items()
        counters = {
            "replicas": len(active),
            "fullyLabeledReplicas": sum(wanted <= self._labels.get(p.template, {}).items() for p in active),
            "readyReplicas": self._set.ready,
            "availableReplicas": self._available(now),
            "terminatingReplicas": self._set.terminating if self._counts_terminating else 0,
        }
        return {name: number for name, number in counters.items() if number}

    def conditions(self) -> tuple[str, ...]:
        """``Type=Status:Reason`` of the object's conditions."""
        return ("ReplicaFailure=True:FailedCreate",) if self.lacking else ()
