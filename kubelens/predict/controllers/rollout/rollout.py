"""The question ``RolloutOf``: how does a change roll out, step by step?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube.gates import has
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.edited import Edited, before_edit
from kubelens.predict.chain.mutation import MutationOf
from kubelens.predict.chain.quota_room import HeldByQuotas
from kubelens.predict.chain.scale import at_scale, with_replicas
from kubelens.predict.chain.updated import is_deleted_first
from kubelens.predict.controllers.daemonset import DaemonSet
from kubelens.predict.controllers.fenceposts import read_strategy
from kubelens.predict.controllers.fields import count, part
from kubelens.predict.controllers.job import Job
from kubelens.predict.controllers.pod_control import ALONE, WithinQuota
from kubelens.predict.controllers.rollout.at_size import statefulset_at_size
from kubelens.predict.controllers.rollout.before import NO_REASON, UNBOUNDED, Before, Rooms, never_since, shut_out
from kubelens.predict.controllers.rollout.capacity import Limit, limits_of, scheduler_limit
from kubelens.predict.controllers.rollout.change import Change, StartsRollout
from kubelens.predict.controllers.rollout.durations import (
    gone_time,
    ready_time,
    step_times,
    total_time,
)
from kubelens.predict.controllers.rollout.room import RoomFor, told_of_preemptions
from kubelens.predict.controllers.rollout.stuck import deadline_told, told_of_kept_out, too_late, why_stuck
from kubelens.predict.controllers.rollout.taken import of_controllers, of_room, until_heard
from kubelens.predict.controllers.statefulset import StatefulSet
from kubelens.predict.controllers.template import template_key
from kubelens.predict.controllers.ticks.deployment import Deployment
from kubelens.predict.controllers.ticks.pace import EVERY, Action, Edit, Pace
from kubelens.predict.controllers.ticks.ticks import Controller, run
from kubelens.predict.controllers.ticks.timeline import End, Timeline
from kubelens.predict.kubelet.interval import INSTANT, Interval
from kubelens.predict.kubelet.last_requests import LastRequestsOf
from kubelens.predict.kubelet.never_ready import unanswered_probe

OLD: Final = "old"
NEW: Final = "new"
MANY_AT_ONCE: Final = "MaxUnavailableStatefulSet"
KINDS: Final = ("Deployment", "StatefulSet", "DaemonSet", "Job")
MOST_NAMED: Final = 300
MOST_ALIKE: Final = 20_000
"""Pods of a StatefulSet that go one way each."""
MOST_COUNTED: Final = 1_000_000
STEPS: Final = 400


class Rollout(Struct, frozen=True):
    """A rollout. ``refusal`` says why there is none to show, and is empty otherwise; then there is a timeline.

    ``capacity``: Pods that find room at one time where that is bounded. ``stuck``: why nothing moves any more.
    ``times``: how long each step takes. ``nodes_needed``: free nodes without which it gets stuck, where each Pod needs one
    of its own and the nodes are not known. ``too_late``: why it is reported to have failed although it goes on.
    ``sent_away``: as in :class:`Room`. ``senseless``: there is nothing to ask about, whatever an API server says.
    ``same_node``: it gets stuck unless new Pods land on the node that has their volume, and where they land is not known.
    """

    kind: str
    name: str
    replicas: int
    refusal: str = ""
    timeline: Timeline | None = None
    change: Change | None = None
    limits: tuple[Limit, ...] = ()
    capacity: int | None = None
    stuck: str = ""
    times: tuple[Interval, ...] = ()
    total: Interval = INSTANT
    nodes_needed: int | None = None
    too_late: str = ""
    same_node: bool = False
    senseless: bool = False
    sent_away: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def finishes(self) -> bool:
        """Whether ``kubectl rollout status`` ends well, on as many nodes as are needed."""
        return self.end is not End.STUCK and not self.too_late

    @property
    def end(self) -> End | None:
        """How it ends."""
        return self.timeline.end if self.timeline is not None else None


class RolloutOf(Struct, frozen=True):
    """How does ``new`` roll out over ``old`` (None: it is created)?

    ``ready_after``/``gone_after``: steps until a Pod is Ready and until a deleted one is gone; ``never_ready``: Pods
    of the new revision never become Ready. ``on_nodes``: ask the scheduler whether the nodes of the bundle hold them.
    ``before``: the Pods of ``old`` as the objects before the edit tell; None: as if all were there.
    """

    new: Resource
    old: Resource | None = None
    ready_after: int = 1
    gone_after: int = 1
    never_ready: bool = False
    on_nodes: bool = False
    before: Before | None = None

    def answer(self, ask: Ask) -> Prediction[Rollout]:
        """The timeline with what bounds it; a refusal where the question makes no sense."""
        asked = self.new
        if self.old is not None and is_deleted_first(asked, self.old, ask):
            anew = ask(replace(self, old=None, before=None))
            why = Reason("the edit is one that the API server refuses: the old object is deleted first", asked.place)
            return replace(anew, reasons=(why, *anew.reasons))
        new, old = self._at_scale(ask)
        replicas = count(new.spec, "replicas", 1)
        nodes = [node.value for node in ask.bundle.all("Node")] or _some_nodes(new)
        refusal = _refusal(new, old, replicas, len(nodes))
        if refusal:
            return _senseless(new, replicas, refusal)
        change = ask(StartsRollout(asked, self.old)).answer if self.old is not None else None
        if change is not None and change.rejected:
            refusal = f"the API server refuses this edit: {change.refusals[0]}"
            return Prediction(
                Rollout(new.kind, new.name, replicas, refusal, change=change), (Reason(refusal, new.place),)
            )
        change = change if new.kind != "Job" else None
        admitted = ask(Admitted(asked))
        if admitted.answer.of_object:
            return Prediction(
                Rollout(new.kind, new.name, replicas, admitted.answer.refusal, change=change), admitted.reasons
            )
        kept_out = admitted.answer.denial is not None and (change is None or change.rolls_out)
        room_found = ask(RoomFor(asked, self.old)) if self.on_nodes else Prediction(None)
        on_nodes = room_found.answer
        limits = (*limits_of(asked, ask, created=old is None), *scheduler_limit(asked, on_nodes))
        capacity = min((limit.pods for limit in limits if limit.pods is not None), default=None)
        rolls = change is None or change.rolls_out
        past = self._past()
        waits = past.waits
        unready = (
            never_since(asked, past if old is not None else None, ask) if new.kind != "Job" and rolls else NO_REASON
        )
        never = self.never_ready or bool(unready.answer)
        cut, made = admitted.answer.cut, admitted.answer.made
        lacking = on_nodes.lacking if on_nodes is not None else frozenset()
        by_name = cut is not None and (new.kind == "Job" or old is not None) and rolls
        if cut is not None and made is not None and by_name:
            lacking |= cut.missing(made.numbers, replaced=old is not None)
        pace = Pace(
            {EVERY: None if waits else self.ready_after, NEW: None if never else self.ready_after},
            {EVERY: self.gone_after},
            refused=frozenset(({NEW} if kept_out else set()) | ({OLD} if shut_out(self.old, past, ask) else set())),
            homeless={NEW: lacking} if lacking else {},
            room=on_nodes.pods if on_nodes is not None else None,
        )
        room = min((limit.pods for limit in limits if limit.quota and limit.pods is not None), default=None)
        if new.kind == "DaemonSet" and not ask.bundle.all("Node"):
            room = None
        denied = admitted.answer.denial is not None and not rolls
        rooms = Rooms(past.there if denied else room, room if self.before is None and not denied else past.there)
        several = has(MANY_AT_ONCE, ask.bundle.release)
        others = min((one.pods for one in limits if one.pods is not None and not one.quota), default=None)
        timeline = _timeline(new, old, pace, others, nodes, rooms, several=several)
        if timeline is None:
            most = f"{replicas} replicas are more than the {MOST_NAMED} such a StatefulSet is played through with"
            return _senseless(new, replicas, most)
        pod = part(new.spec, "template", "spec")
        ready = _plus(ready_time(pod), count(new.spec, "minReadySeconds", 0))
        ready = Interval(ready.lowest, None) if never else ready
        gone = gone_time(part((old or new).spec, "template", "spec"))
        times = step_times(timeline, ready, gone)
        total = Interval(total_time(times).lowest, None) if timeline.end is End.GOING else total_time(times)
        stuck = ""
        if timeline.end is End.STUCK:
            if kept_out:
                stuck = told_of_kept_out(new, admitted.answer.refusal, timeline)
            elif new.kind == "DaemonSet" and not never and _on_any_nodes(new, old, pace, nodes) is End.STUCK:
                stuck = "a new Pod asks for the host port that the old one on its node holds: it waits, and the old one serves"
            elif cut is not None and by_name and not never:
                stuck = told_of_kept_out(new, cut.why if old is None else cut.why_not_replaced, timeline)
            else:
                stuck = why_stuck(timeline, limits, capacity, never=never, why=unready.answer, waits=waits)
                stuck += deadline_told(new)
        needed = None
        if timeline.end is End.DONE and capacity is None and any(limit.apart for limit in limits):
            needed = self._nodes_needed(pace, nodes)
        together = timeline.end is End.DONE and capacity is None and any(limit.together for limit in limits)
        if together and on_nodes is not None:
            together = not on_nodes.together
        alone = replicas if old is not None else 1
        apart = _timeline(new, old, pace, alone, nodes, UNBOUNDED, several=False) if together else None
        same_node = apart is not None and apart.end is not End.DONE
        late = too_late(new) if not stuck and (change is None or change.rolls_out) else ""
        pushing = on_nodes.sent_away if on_nodes is not None and timeline.last.tick else ()
        rollout = Rollout(
            new.kind,
            new.name,
            replicas,
            "",
            timeline,
            change,
            limits,
            capacity,
            stuck,
            times,
            total,
            needed,
            late,
            same_node,
            sent_away=pushing,
        )
        reasons = [*admitted.reasons, *unready.reasons, *(Reason(limit.reason, limit.place) for limit in limits)]
        reasons += [Reason(text, new.place) for text in told_of_preemptions(pushing)]
        reasons += [Reason(cut.why, new.place)] if cut is not None and by_name and not stuck else []
        if change is not None and not change.rolls_out:
            reasons.append(Reason("the Pod template is the same for the server: no new revision", new.place))
        known, changes = bool(ask.bundle.all("Node")), old is not None
        stood = past.told if changes else ""
        taken = [*of_controllers(new.kind, new.spec, stood=stood, nodes_known=known, several=several)]
        if self.on_nodes:
            taken += of_room(new, on_nodes, changes=changes, nodes_known=known)
        if self.never_ready:
            taken.append(Assumption("no Pod of the new revision becomes Ready"))
        if change is not None and change.rolls_out and old is not None and timeline.end is not End.STUCK:
            taken += until_heard(ask(LastRequestsOf(old)).answer)
        if timeline.last.unnamed:
            taken.append(Assumption("each Pod goes as those of a smaller StatefulSet do, which were played through"))
        taken += ask(HeldByQuotas(new.namespace)).assumptions if self.on_nodes else ()
        taken += room_found.assumptions
        if same_node:
            taken.append(Assumption("new Pods land on the node that has their volume"))
        return Prediction(rollout, tuple(reasons), (*admitted.assumptions, *taken))

    def _past(self) -> Before:
        """The Pods before, as the template alone tells where nothing else does."""
        if self.old is None:
            return Before()
        return self.before or Before(never=unanswered_probe(self.old))

    def _at_scale(self, ask: Ask) -> tuple[Resource, Resource | None]:
        """The object as it arrives and the one that is there, each with the Pods that it comes to rest at."""
        if self.old is None:
            return at_scale(ask(MutationOf(self.new)).answer.resource, ask).answer, None
        old = before_edit(self.new, self.old, ask)
        scale = self.before.scale if self.before is not None else None
        old = at_scale(old, ask).answer if scale is None else with_replicas(old, scale)
        return at_scale(ask(Edited(self.new, self.old)).answer.resource, ask).answer, old

    def _nodes_needed(self, pace: Pace, nodes: list[Mapping[str, Any]]) -> int | None:
        """The least number of nodes, each for one Pod, on which the rollout ends; None where as many as Pods do."""
        least = count(self.new.spec, "replicas", 1)
        most = least + read_strategy(self.new.spec).max_surge(least)
        if self.old is None or most > MOST_NAMED:
            return None
        sizes = range(least, most + 1)
        needed = next((n for n in sizes if _run(self.new, self.old, pace, n, nodes).end is End.DONE), None)
        return needed if needed != least else None


def _senseless(new: Resource, replicas: int, why: str) -> Prediction[Rollout]:
    return Prediction(Rollout(new.kind, new.name, replicas, why, senseless=True), (Reason(why, new.place),))


def _refusal(new: Resource, old: Resource | None, replicas: int, nodes: int) -> str:
    if new.kind not in KINDS:
        return f"a {new.kind or 'object without kind'} does not roll out; asked for are {', '.join(KINDS)}"
    if old is not None and old.kind != new.kind:
        return (
            f"{old.kind} {old.name!r} and {new.kind} {new.name!r} are of different kinds: one cannot become the other"
        )
    if old is not None and old.name != new.name:
        return f"{old.kind} {old.name!r} and {new.name!r} have different names: they are two objects side by side"
    if not isinstance(new.spec.get("template"), Mapping):
        return f"{new.kind} {new.name!r} has no Pod template"
    largest = max(replicas, count(old.spec, "replicas", 1) if old is not None else 0)
    if new.kind == "Job":
        largest = max(count(new.spec, "parallelism", 1), count(new.spec, "completions", 1))
    if new.kind == "DaemonSet" and nodes > MOST_NAMED:
        return f"{nodes} nodes are more than the {MOST_NAMED} a DaemonSet is played through with"
    limit = {"Deployment": MOST_COUNTED, "StatefulSet": MOST_ALIKE}.get(new.kind, MOST_NAMED)
    if largest > limit:
        return f"{largest} replicas are more than the {limit} a {new.kind} is played through with"
    return ""


def _label(old: Resource | None, new: Resource) -> Callable[[Mapping[str, Any]], str]:
    as_text = new.kind != "Deployment"
    first = template_key(part((old or new).spec, "template"), as_text=as_text)
    single = old is None

    def label(template: Mapping[str, Any]) -> str:
        return OLD if not single and template_key(template, as_text=as_text) == first else NEW

    return label


def _timeline(
    new: Resource,
    old: Resource | None,
    pace: Pace,
    capacity: int | None,
    nodes: list[Mapping[str, Any]],
    rooms: Rooms,
    *,
    several: bool,
) -> Timeline | None:
    """The states of a rollout; None for a StatefulSet whose many Pods do not go one way each."""
    replicas = count(new.spec, "replicas", 1)
    many = max(replicas, count(old.spec, "replicas", 1) if old is not None else 0) > MOST_NAMED
    if new.kind != "StatefulSet" or not many:
        return _run(new, old, pace, capacity, nodes, rooms, several=several)
    if rooms.bounded or pace.homeless or (old is not None and count(old.spec, "replicas", 1) != replicas):
        return None
    return statefulset_at_size(new, old, pace, _label(old, new), several=several)


def _run(
    new: Resource,
    old: Resource | None,
    pace: Pace,
    capacity: int | None,
    nodes: list[Mapping[str, Any]],
    rooms: Rooms = UNBOUNDED,
    *,
    several: bool = False,
) -> Timeline:
    """``capacity``: Pods that run at one time beside what quotas say; ``several``: of StatefulSets."""
    first = rooms.before if old is not None else rooms.now
    quota = WithinQuota(first) if rooms.bounded else ALONE
    label = _label(old, new)
    start = (old or new).value
    controller: Controller
    if new.kind == "Deployment":
        if old is not None:  # one that is paused was not when its Pods came
            start = {**start, "spec": {**part(start, "spec"), "paused": False}}
        controller = Deployment(start, pace, label, capacity, first)
    elif new.kind == "StatefulSet":
        controller = StatefulSet(start, pace, label, quota, several=several)
    elif new.kind == "DaemonSet":
        controller = DaemonSet(start, pace, label, nodes, control=quota)
    else:
        controller = Job(start, pace, label, control=quota)
    if isinstance(quota, WithinQuota) and isinstance(controller, StatefulSet | DaemonSet | Job):
        quota.watch(controller.standing)
    actions: dict[int, tuple[Action, ...]] = {0: (Edit(new.value),)} if old is not None else {}

    def edited() -> None:
        for one in (quota, controller):
            if isinstance(one, WithinQuota | Deployment):
                one.allow(rooms.now)

    return run(controller, actions, max_ticks=STEPS, settle=old is not None, after_settling=edited)


def _on_any_nodes(new: Resource, old: Resource | None, pace: Pace, nodes: list[Mapping[str, Any]]) -> End:
    """How a DaemonSet's rollout would end if its Pods found room on every node."""
    return _run(new, old, replace(pace, homeless={}, room=None), None, nodes).end


def _plus(time: Interval, seconds: int) -> Interval:
    return time + Interval(seconds, seconds)


def _some_nodes(resource: Resource) -> list[Mapping[str, Any]]:
    """Three nodes with the labels that the Pods ask for."""
    labels = dict(part(resource.spec, "template", "spec", "nodeSelector"))
    return [{"metadata": {"name": f"node-{n}", "labels": labels}} for n in (1, 2, 3)]


class NextRollout(Struct, frozen=True):
    """How would the next change of this object's Pod template roll out, everything else as it is?"""

    resource: Resource
    never_ready: bool = False

    def answer(self, ask: Ask) -> Prediction[Rollout]:
        """The rollout of a new annotation in the Pod template."""
        template = part(self.resource.spec, "template")
        metadata = part(template, "metadata")
        noted = {**metadata, "annotations": {**part(metadata, "annotations"), "kubelens.dev/next": "next"}}
        spec = {**self.resource.spec, "template": {**template, "metadata": noted}}
        changed = replace(self.resource, value={**self.resource.value, "spec": spec})
        return ask(RolloutOf(changed, self.resource, never_ready=self.never_ready))
