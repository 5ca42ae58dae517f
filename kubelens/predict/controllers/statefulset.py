"""The StatefulSet controller, after ``pkg/controller/statefulset`` (``stateful_set_control.go``, updateStatefulSet)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.int_or_percent import read_int_or_percent
from kubelens.predict.controllers.claims import Claims, RetentionPolicy, read_retention
from kubelens.predict.controllers.fields import Label, changed_pace, count, part, word
from kubelens.predict.controllers.pod_control import ALONE, PodControl
from kubelens.predict.controllers.template import template_key
from kubelens.predict.controllers.ticks.pace import Action, ChangePace, DeleteObject, DeletePods, Edit, FailPods, Pace
from kubelens.predict.controllers.ticks.pods import is_settled, pick_pods, step_pod
from kubelens.predict.controllers.ticks.timeline import Counts, End, State
from kubelens.predict.store.pod import Phase, Pod

ORDERED: Final = "OrderedReady"
ON_DELETE: Final = "OnDelete"
_REST_LIMIT: Final = 100_000


class StatefulSetSpec(Struct, frozen=True):
    """The fields of a StatefulSet its controller reads, defaults filled in.

    ``max_unavailable``: Pods that an update may have down at a time, at least 1 (getStatefulSetMaxUnavailable); None
    where the gate MaxUnavailableStatefulSet is off: then one goes after the other.
    """

    name: str
    replicas: int
    start: int
    ordered: bool
    on_delete: bool
    partition: int
    min_ready: int
    claims: tuple[str, ...]
    retention: RetentionPolicy
    template: str
    revision: str
    max_unavailable: int | None = None

    @property
    def ordinals(self) -> range:
        """The ordinals its Pods have."""
        return range(self.start, self.start + self.replicas)


def makes_in_turn(value: Mapping[str, Any]) -> bool:
    """Whether a StatefulSet makes a Pod only once those before it are Ready (``podManagementPolicy: OrderedReady``)."""
    return word(part(value, "spec"), "podManagementPolicy", ORDERED) == ORDERED


def read_statefulset_spec(value: Mapping[str, Any], label: Label, *, several: bool = False) -> StatefulSetSpec:
    """A StatefulSet as its controller sees it; ``label`` names the revision a template is.

    ``several``: whether the gate MaxUnavailableStatefulSet is on.
    """
    spec = part(value, "spec")
    template = part(spec, "template")
    strategy = part(spec, "updateStrategy")
    claims = spec.get("volumeClaimTemplates")
    names = (
        [word(part(c, "metadata"), "name", "") for c in claims if isinstance(c, dict)]
        if isinstance(claims, list)
        else []
    )
    replicas = count(spec, "replicas", 1)
    most = read_int_or_percent(part(strategy, "rollingUpdate").get("maxUnavailable"))
    return StatefulSetSpec(
        word(part(value, "metadata"), "name", ""),
        replicas,
        count(part(spec, "ordinals"), "start", 0),
        makes_in_turn(value),
        word(strategy, "type", "RollingUpdate") == ON_DELETE,
        count(part(strategy, "rollingUpdate"), "partition", 0),
        count(spec, "minReadySeconds", 0),
        tuple(names),
        read_retention(spec),
        template_key(template, as_text=True),
        label(template),
        max(1, most.of(replicas, round_up=False) if most is not None else 1) if several else None,
    )


class StatefulSet:
    """A StatefulSet in the tick model. ``several``: see :func:`read_statefulset_spec`."""

    def __init__(
        self,
        value: Mapping[str, Any],
        pace: Pace,
        label: Label,
        control: PodControl = ALONE,
        *,
        several: bool = False,
    ) -> None:
        self._label = label
        self._several = several
        self._control = control
        self._refused = False
        self.spec = read_statefulset_spec(value, label, several=several)
        self.pace = pace
        self.pods: dict[int, Pod] = {}
        self._born = 0
        self._current = (self.spec.template, self.spec.revision)
        self._claims = Claims()
        self._deleted = ""

    def apply(self, action: Action, now: int) -> None:
        """Edit, change of pace, Pods deleted or failed by hand, or the object deleted."""
        if isinstance(action, Edit):
            self.spec = read_statefulset_spec(action.value, self._label, several=self._several)
        elif isinstance(action, ChangePace):
            self.pace = changed_pace(self.pace, action)
        elif isinstance(action, DeletePods):
            for pod in pick_pods(self.pods.values(), action.pods):
                self._delete(pod)
        elif isinstance(action, FailPods):
            for pod in pick_pods(self.pods.values(), action.pods):
                pod.end(Phase.FAILED)
        elif isinstance(action, DeleteObject):
            self._deleted = action.policy
            self._claims.set_deleted(orphan=action.policy == "Orphan")
            if action.policy != "Orphan":
                for pod in list(self.pods.values()):
                    self._delete(pod)

    def _ordinal(self, pod: Pod) -> int:
        return int(pod.name.rpartition("-")[2])

    def _delete(self, pod: Pod) -> None:
        if self._control.delete(pod):
            self.forget(pod)

    def forget(self, pod: Pod) -> None:
        """A Pod is gone."""
        ordinal = self._ordinal(pod)
        if self.pods.get(ordinal) is pod:
            del self.pods[ordinal]

    def standing(self) -> int:
        """How many Pods there are that have not ended."""
        return sum(not pod.finished for pod in self.pods.values())

    def step(self, now: int) -> None:
        """One tick of the kubelets."""
        self.pods = {o: p for o, p in self.pods.items() if step_pod(p, self.pace, now)}

    @property
    def _min_ready(self) -> int:
        return self.spec.min_ready if self.pace.tick_seconds is not None else 0

    def _unavailable(self, pod: Pod | None, now: int) -> bool:
        return pod is None or pod.terminating or not pod.available(now, self._min_ready)

    def rest(self, now: int) -> None:
        """Let the controller act until it has nothing to do."""
        for _ in range(_REST_LIMIT):
            self._claims.collect({p.name: p.created for p in self.pods.values()})
            if self._deleted or not self._sync(now):
                break
        self._claims.collect({p.name: p.created for p in self.pods.values()})
        self._complete(now)

    def _sync(self, now: int) -> bool:
        """One pass (statefulset, updateStatefulSet); whether it created or deleted a Pod."""
        spec = self.spec
        condemned = [self.pods[o] for o in sorted(self.pods, reverse=True) if o not in spec.ordinals]
        unhealthy = next((o for o in spec.ordinals if self._unavailable(self.pods.get(o), now)), None)
        if unhealthy is None:
            unhealthy = next((self._ordinal(p) for p in reversed(condemned) if self._unavailable(p, now)), None)
        acted = self._refused = False
        for batch in self._batches():
            for ordinal in batch:
                changed, blocked = self._process(ordinal, now)
                acted |= changed
                if blocked and spec.ordered:
                    return acted
            if self._refused:
                return acted
        for pod in condemned:
            self._claims.retain(pod.name, pod.created, spec.retention, condemned=True)
        for pod in condemned:
            if pod.terminating:
                if spec.ordered:
                    return acted
                continue
            if spec.ordered and self._unavailable(pod, now) and self._ordinal(pod) != unhealthy:
                return acted
            self._delete(pod)
            acted = True
            if spec.ordered:
                return acted
        return self._update(now) or acted

    def _batches(self) -> Iterator[list[int]]:
        """The ordinals looked at at one time: one after the other, or in batches that double (slowStartBatch)."""
        ordinals, first, size = self.spec.ordinals, 0, 1
        while first < len(ordinals):
            yield self._control.order(ordinals[first : first + size])
            first += size
            size = 1 if self.spec.ordered else 2 * size

    def _process(self, ordinal: int, now: int) -> tuple[bool, bool]:
        """(statefulset, processReplica): (acted, blocks those after it)."""
        pod = self.pods.get(ordinal)
        if pod is not None and pod.finished:
            if pod.terminating:
                return False, True
            self._delete(pod)
            return True, True
        created = False
        if pod is None:
            name = f"{self.spec.name}-{ordinal}"
            pod = None if self._claims.stale(name) else self._create(ordinal, name)
            if pod is None:
                return False, True
            created = True
            if self.spec.ordered:
                return True, True
        if self._unavailable(pod, now) and self.spec.ordered:
            return created, True
        if not created:
            self._claims.retain(pod.name, pod.created, self.spec.retention, condemned=False)
        return created, False

    def _revision_of(self, ordinal: int) -> tuple[str, str]:
        """(template, revision) that a new Pod of an ordinal gets."""
        spec = self.spec
        below = not spec.on_delete and ordinal < spec.start + spec.partition
        return self._current if below else (spec.template, spec.revision)

    def _create(self, ordinal: int, name: str) -> Pod | None:
        """(statefulset, newVersionedStatefulSetPod): below the partition the current revision, else the update's.

        None where the API server refuses it.
        """
        spec = self.spec
        template, revision = self._revision_of(ordinal)
        pod = Pod(name, revision, template, self._born)
        if not self.pace.lets_in(revision) or not self._control.create(pod):
            self._refused = True
            return None
        self._born += 1
        self.pods[ordinal] = pod
        self._claims.create([f"{claim}-{name}" for claim in spec.claims], name, pod.created, spec.retention)
        return pod

    def _update(self, now: int) -> bool:
        """Highest ordinal first, one at a time; ``partition`` counts positions, not ordinals, as upstream does."""
        spec = self.spec
        if spec.on_delete:
            return False
        if spec.max_unavailable is not None:
            return self._update_several(spec.max_unavailable, now)
        for position in range(spec.replicas - 1, spec.partition - 1, -1):
            pod = self.pods.get(spec.start + position)
            if pod is None:
                return False
            if pod.template != spec.template and not pod.terminating:
                self._delete(pod)
                return True
            if self._unavailable(pod, now):
                return False
        return False

    def _update_several(self, most: int, now: int) -> bool:
        """As many at a time as may be down (statefulset, updateStatefulSetAfterInvariantEstablished).

        With Parallel, old Pods that are down already go first and whatever is allowed: they cost nothing.
        """
        spec = self.spec
        pods = [self.pods.get(ordinal) for ordinal in reversed(spec.ordinals)]
        down = sum(self._unavailable(pod, now) for pod in pods)
        stale = [pod for pod in pods if pod is not None and pod.template != spec.template and not pod.terminating]
        broken = [] if spec.ordered else [pod for pod in stale if self._unavailable(pod, now)]
        if down >= most and not broken:
            return False
        reached = [pod for pod in stale if self._ordinal(pod) >= spec.start + spec.partition]
        going = [pod for pod in reached if pod in broken]
        others = [pod for pod in reached if pod not in broken]
        going += others[: max(0, most - down)]
        for pod in going:
            self._delete(pod)
        return bool(going)

    def _complete(self, now: int) -> None:
        """The update's revision becomes the current one once every Pod has it (statefulset, completeRollingUpdate)."""
        status = self._counters(now)
        wanted = self.spec.replicas
        counted = (status["updatedReplicas"], status["replicas"], status["readyReplicas"])
        if not self.spec.on_delete and counted == (wanted, wanted, wanted):
            self._current = (self.spec.template, self.spec.revision)

    def _counters(self, now: int) -> dict[str, int]:
        """(statefulset, computeReplicaStatus): Pods being deleted count, but as neither current nor updated."""
        pods = list(self.pods.values())
        staying = [p for p in pods if not p.terminating]
        return {
            "replicas": len(pods),
            "readyReplicas": sum(p.ready for p in pods),
            "availableReplicas": sum(p.available(now, self._min_ready) for p in pods),
            "currentReplicas": sum(p.template == self._current[0] for p in staying),
            "updatedReplicas": sum(p.template == self.spec.template for p in staying),
        }

    def status(self, now: int) -> dict[str, int]:
        """The StatefulSet's counters, zeros left out; empty once it is gone."""
        if self._deleted and not (self._deleted == "Foreground" and self.pods):
            return {}
        return {name: number for name, number in self._counters(now).items() if number}

    def state(self, tick: int, now: int) -> State:
        """The Pods by revision and by name, the claims, and the status."""
        revisions: dict[str, Counts] = {}
        for pod in self.pods.values():
            revisions[pod.revision] = revisions.get(pod.revision, Counts()).with_pod(pod.word)
        pods = tuple((p.name, p.revision, p.word) for _, p in sorted(self.pods.items()))
        return State(tick, revisions, self.status(now), pods=pods, claims=self._claims.seen())

    def claims(self) -> tuple[tuple[str, tuple[str, ...], str], ...]:
        """Its claims: (name, kinds of owners, ``terminating`` or empty), by name."""
        return self._claims.seen()

    def settled(self, now: int) -> bool:
        """Whether no step changes anything any more."""
        return all(is_settled(p, self.pace, now, self._min_ready) for p in self.pods.values())

    def end(self, now: int) -> End:
        """Done where every Pod that the controller updates is, and all are available."""
        spec = self.spec
        if self._deleted:
            return End.DONE
        for ordinal in spec.ordinals:
            pod = self.pods.get(ordinal)
            if pod is None or self._unavailable(pod, now):
                return End.STUCK
            if not spec.on_delete and ordinal >= spec.start + spec.partition and pod.template != spec.template:
                return End.STUCK
        return End.DONE if len(self.pods) == spec.replicas else End.STUCK
