"""The DaemonSet controller, after ``pkg/controller/daemon`` (``syncDaemonSet``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.int_or_percent import IntOrPercent, read_int_or_percent
from kubelens.predict.controllers.daemon_nodes import DaemonNode, read_daemon_nodes, runs_on
from kubelens.predict.controllers.fields import Label, changed_pace, count, part, word
from kubelens.predict.controllers.host_ports import host_ports
from kubelens.predict.controllers.pod_control import ALONE, PodControl
from kubelens.predict.controllers.template import template_key
from kubelens.predict.controllers.ticks.pace import (
    Action,
    ChangeNodes,
    ChangePace,
    DeleteObject,
    DeletePods,
    Edit,
    FailPods,
    Pace,
)
from kubelens.predict.controllers.ticks.pods import is_settled, pick_pods, step_pod
from kubelens.predict.controllers.ticks.timeline import Counts, End, State
from kubelens.predict.store.pod import Phase, Pod

_REST_LIMIT: Final = 10_000
_ONE: Final = IntOrPercent(1, is_percent=False)
_NONE: Final = IntOrPercent(0, is_percent=False)


class DaemonSetSpec(Struct, frozen=True):
    """The fields of a DaemonSet its controller reads, defaults filled in: one unavailable, no surge."""

    on_delete: bool
    surge: IntOrPercent
    unavailable: IntOrPercent
    min_ready: int
    pod: Mapping[str, Any]
    template: str
    revision: str
    host_ports: frozenset[tuple[str, int]] = frozenset()

    @property
    def surges(self) -> bool:
        """Whether a new Pod may stand beside the old one: maxSurge is not zero (daemon, AllowsSurge)."""
        return not self.on_delete and self.surge.of(1, round_up=True) > 0

    def bounds(self, desired: int) -> tuple[int, int]:
        """(surge, unavailable) as Pods; both round up, and are not both zero (daemon, updatedDesiredNodeCounts)."""
        surge = 0 if self.on_delete else self.surge.of(desired, round_up=True)
        unavailable = self.unavailable.of(desired, round_up=True)
        if desired > 0 and surge == 0 and unavailable == 0:
            unavailable = 1
        return surge, unavailable


def read_daemonset_spec(value: Mapping[str, Any], label: Label) -> DaemonSetSpec:
    """A DaemonSet as its controller sees it; ``label`` names the revision a template is."""
    spec = part(value, "spec")
    template = part(spec, "template")
    strategy = part(spec, "updateStrategy")
    rolling = part(strategy, "rollingUpdate")
    surge = read_int_or_percent(rolling.get("maxSurge"))
    unavailable = read_int_or_percent(rolling.get("maxUnavailable"))
    return DaemonSetSpec(
        word(strategy, "type", "RollingUpdate") == "OnDelete",
        _NONE if surge is None else surge,
        _ONE if unavailable is None else unavailable,
        count(spec, "minReadySeconds", 0),
        part(template, "spec"),
        template_key(template, as_text=True),
        label(template),
        host_ports(part(template, "spec")),
    )


def surges(value: Mapping[str, Any]) -> bool:
    """Whether a DaemonSet puts new Pods beside old ones."""
    return read_daemonset_spec(value, lambda template: "").surges


class DaemonSet:
    """A DaemonSet in the tick model. Which node goes first is arbitrary in a cluster; here nodes go in order.

    Two Pods that ask for one host port do not stand on one node: the second waits without one.
    """

    def __init__(
        self,
        value: Mapping[str, Any],
        pace: Pace,
        label: Label,
        nodes: Sequence[Mapping[str, Any]],
        control: PodControl = ALONE,
    ) -> None:
        self._label = label
        self._control = control
        self.spec = read_daemonset_spec(value, label)
        self.pace = pace
        self.nodes: dict[str, DaemonNode] = {n.name: n for n in read_daemon_nodes(nodes)}
        self.pods: list[Pod] = []
        self._born = 0
        self._deleted = ""
        self._woken = True
        self._verdicts: dict[str, tuple[bool, bool]] = {}
        self._by_node: dict[str, list[Pod]] | None = None
        self._status: dict[str, int] = {}
        self._ports: dict[str, frozenset[tuple[str, int]]] = {}

    def standing(self) -> int:
        """How many Pods there are that have not ended."""
        return sum(not pod.finished for pod in self.pods)

    def apply(self, action: Action, now: int) -> None:
        """Edit, change of pace or nodes, Pods deleted or failed by hand, or the object deleted."""
        self._woken |= not isinstance(action, ChangeNodes | ChangePace)
        self._verdicts.clear()
        if isinstance(action, Edit):
            self.spec = read_daemonset_spec(action.value, self._label)
        elif isinstance(action, ChangePace):
            self.pace = changed_pace(self.pace, action)
        elif isinstance(action, ChangeNodes):
            for node in read_daemon_nodes(action.nodes):
                known = self.nodes.get(node.name)
                self.see_node(node if known is None else node.after(known))
        elif isinstance(action, DeletePods):
            for pod in pick_pods(self.pods, action.pods):
                self._delete(pod)
        elif isinstance(action, FailPods):
            for pod in pick_pods(self.pods, action.pods):
                pod.end(Phase.FAILED)
        elif isinstance(action, DeleteObject):
            self._deleted = action.policy
            if action.policy != "Orphan":
                for pod in list(self.pods):
                    self._delete(pod)

    def see_node(self, node: DaemonNode) -> None:
        """A node is there, or has changed."""
        self.nodes[node.name] = node
        self._verdicts.pop(node.name, None)
        self._woken |= self._wakes(node)

    def forget_node(self, name: str) -> None:
        """A node's object is gone: nothing makes the controller look."""
        self.nodes.pop(name, None)
        self._verdicts.pop(name, None)

    def wake(self) -> None:
        """One of its Pods has changed."""
        self._woken = True
        self._by_node = None

    def _wakes(self, node: DaemonNode) -> bool:
        """Whether a changed node makes the controller look (daemon, syncNodeUpdate).

        It does where a Pod is missing or has to go, and where one is there while some are counted as misscheduled.
        """
        should_run, may_stay = self._runs(node)
        scheduled = bool(self._on(node.name))
        misscheduled = self._status.get("numberMisscheduled", 0) > 0
        return (should_run and not scheduled) or (scheduled and (not may_stay or misscheduled))

    def _delete(self, pod: Pod) -> None:
        if self._control.delete(pod):
            self.forget(pod)

    def forget(self, pod: Pod) -> None:
        """A Pod is gone."""
        self.pods = [p for p in self.pods if p is not pod]
        self.wake()

    def step(self, now: int) -> None:
        """One tick of the kubelets."""
        seen = [(p.bound, p.ready_since) for p in self.pods]
        waiting = {id(p) for p in self.pods if self._waits(p)}
        self.pods = [p for p in self.pods if id(p) in waiting or step_pod(p, self.pace, now)]
        self._by_node = None
        self._woken |= seen != [(p.bound, p.ready_since) for p in self.pods]

    def _waits(self, pod: Pod) -> bool:
        """Whether another Pod on its node holds a host port it asks for."""
        ports = self._ports.get(pod.template)
        if pod.bound or pod.terminating or not ports:
            return False
        return any(other.bound and ports & self._ports.get(other.template, frozenset()) for other in self._on(pod.node))

    @property
    def _min_ready(self) -> int:
        return self.spec.min_ready if self.pace.tick_seconds is not None else 0

    def _runs(self, node: DaemonNode) -> tuple[bool, bool]:
        found = self._verdicts.get(node.name)
        if found is None:
            found = self._verdicts[node.name] = runs_on(self.spec.pod, node)
        return found

    def _on(self, node: str) -> list[Pod]:
        if self._by_node is None:
            self._by_node = {}
            for pod in self.pods:
                self._by_node.setdefault(pod.node, []).append(pod)
        return self._by_node.get(node, [])

    def rest(self, now: int) -> None:
        """Let the controller act until it has nothing to do."""
        if not self._woken and self.pace.tick_seconds is None:
            return
        for _ in range(_REST_LIMIT):
            if self._deleted or not self._sync(now):
                break
        self._woken = False
        self._status = self._counters(now)

    def _sync(self, now: int) -> bool:
        if self._manage(now):
            return True
        if self.spec.on_delete:
            return False
        return self._surge(now) if self._bounds()[0] > 0 else self._replace(now)

    def _desired(self) -> list[DaemonNode]:
        return [n for n in self.nodes.values() if self._runs(n)[0]]

    def _bounds(self) -> tuple[int, int]:
        return self.spec.bounds(len(self._desired()))

    def _create(self, node: str) -> bool:
        """A new Pod for a node; False where the API server refuses it."""
        pod = Pod(f"{node}/{self._born}", self.spec.revision, self.spec.template, self._born, node)
        if not self.pace.lets_in(self.spec.revision) or not self._control.create(pod):
            return False
        self._ports[self.spec.template] = self.spec.host_ports
        self.pods.append(pod)
        self._born += 1
        self._by_node = None
        return True

    def _manage(self, now: int) -> bool:
        """(daemon, podsShouldBeOnNode), node by node; whether it created or deleted a Pod."""
        acted = False
        for node in self.nodes.values():
            should_run, may_stay = self._runs(node)
            pods = self._on(node.name)
            if should_run and not pods:
                acted |= self._create(node.name)
                continue
            going = self._superfluous(pods, now) if may_stay else pods
            for pod in going:
                if not pod.terminating:
                    self._delete(pod)
                    acted = True
        return acted

    def _superfluous(self, pods: list[Pod], now: int) -> list[Pod]:
        staying = sorted((p for p in pods if p.active), key=lambda p: (not p.bound, p.created))
        going = [p for p in pods if p.finished]
        if len(staying) <= 1:
            return going
        if not self.spec.surges:
            return [*going, *staying[1:]]
        new = next((p for p in staying if p.template == self.spec.template), None)
        old = next((p for p in staying if p.template != self.spec.template), None)
        going.extend(p for p in staying if p is not new and p is not old)
        if new is not None and old is not None and (not old.ready or new.available(now, self._min_ready)):
            going.append(old)
        return going

    def _new_and_old(self, pods: list[Pod]) -> tuple[Pod | None, Pod | None, bool]:
        """(daemon, findUpdatedPodsOnNode): the Pod of either revision, and whether there is at most one of each."""
        new = [p for p in pods if not p.terminating and p.template == self.spec.template]
        old = [p for p in pods if not p.terminating and p.template != self.spec.template]
        return (new[0] if new else None), (old[0] if old else None), len(new) < 2 and len(old) < 2

    def _replace(self, now: int) -> bool:
        """Without surge: old Pods not available go at once, others within maxUnavailable (daemon, rollingUpdate)."""
        _, limit = self._bounds()
        unavailable = 0
        broken: list[Pod] = []
        candidates: list[Pod] = []
        for node in self._nodes_of_interest():
            new, old, clear = self._new_and_old(self._on(node))
            if not clear or (new is None) == (old is None):
                unavailable += 1
            elif new is not None:
                unavailable += not new.available(now, self._min_ready)
            elif old is not None:
                (candidates if old.available(now, self._min_ready) else broken).append(old)
        going = [*broken, *self._control.pick(candidates, max(0, limit - unavailable - len(broken)))]
        for pod in going:
            self._delete(pod)
        return bool(going)

    def _nodes_of_interest(self) -> list[str]:
        names = dict.fromkeys(n.name for n in self.nodes.values() if self._runs(n)[0] or self._on(n.name))
        names.update(dict.fromkeys(p.node for p in self.pods))
        return list(names)

    def _surge(self, now: int) -> bool:
        """With surge: a new Pod beside the old one, which goes once that is available (daemon, rollingUpdate).

        An available Pod on a node that is to run none any more stays until there is one too many.
        """
        limit, _ = self._bounds()
        surging = there = 0
        allowed: list[str] = []
        candidates: list[str] = []
        going: list[Pod] = []
        leaving: list[Pod] = []
        for node in self._nodes_of_interest():
            new, old, clear = self._new_and_old(self._on(node))
            if not clear:
                surging += 1
                continue
            first = old or new
            there += first is not None and first.available(now, self._min_ready)
            if old is None:
                continue
            if new is None:
                runs = node not in self.nodes or self._runs(self.nodes[node])[0]
                if old.available(now, self._min_ready):
                    candidates.append(node) if runs else leaving.append(old)
                else:
                    allowed.append(node) if runs else going.append(old)
            elif new.available(now, self._min_ready):
                going.append(old)
            else:
                surging += 1
        going += leaving[: max(0, there - len(self._desired()))]
        coming = [*allowed, *candidates[: max(0, limit - surging)]]
        for pod in going:
            self._delete(pod)
        created = [node for node in coming if self._create(node)]
        return bool(going or created)

    def status(self, now: int) -> dict[str, int]:
        """The DaemonSet's counters as of its controller's last look, zeros left out."""
        if self._deleted and not (self._deleted == "Foreground" and self.pods):
            return {}
        return self._status

    def _counters(self, now: int) -> dict[str, int]:
        """Count the Pods of the nodes anew (daemon, updateDaemonSetStatus)."""
        found = dict.fromkeys(
            (
                "desiredNumberScheduled",
                "currentNumberScheduled",
                "updatedNumberScheduled",
                "numberReady",
                "numberAvailable",
                "numberMisscheduled",
            ),
            0,
        )
        for node in self.nodes.values():
            pods = sorted(self._on(node.name), key=lambda p: (not p.bound, p.created))
            if not self._runs(node)[0]:
                found["numberMisscheduled"] += bool(pods)
                continue
            found["desiredNumberScheduled"] += 1
            if pods:
                found["currentNumberScheduled"] += 1
                found["numberReady"] += pods[0].ready
                found["numberAvailable"] += pods[0].available(now, self._min_ready)
                found["updatedNumberScheduled"] += pods[0].template == self.spec.template
        found["numberUnavailable"] = found["desiredNumberScheduled"] - found["numberAvailable"]
        return {name: number for name, number in found.items() if number}

    def state(self, tick: int, now: int) -> State:
        """The Pods by revision and by node, and the status."""
        revisions: dict[str, Counts] = {}
        for pod in self.pods:
            revisions[pod.revision] = revisions.get(pod.revision, Counts()).with_pod(pod.word)
        pods = tuple(sorted((p.node, p.revision, p.word) for p in self.pods))
        return State(tick, revisions, self.status(now), pods=pods)

    def settled(self, now: int) -> bool:
        """Whether no step changes anything any more."""
        return all(self._waits(p) or is_settled(p, self.pace, now, self._min_ready) for p in self.pods) and not any(
            self._waits(p) and self._is_going(p.node) for p in self.pods
        )

    def _is_going(self, node: str) -> bool:
        """Whether a Pod of a node is on its way out, so that one that waits will get its place."""
        return any(p.terminating and self.pace.gone(p.revision) is not None for p in self._on(node))

    def end(self, now: int) -> End:
        """Done where every node that is to run a Pod has an available one of the current revision."""
        if self._deleted or self.spec.on_delete:
            return End.DONE
        for node in self._desired():
            pods = self._on(node.name)
            if len(pods) != 1 or pods[0].template != self.spec.template or not pods[0].available(now, self._min_ready):
                return End.STUCK
        return End.DONE
