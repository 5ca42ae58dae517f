"""Which Pods are replaced, how that goes, and where it looks as if they were and none is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube import fields
from kubelens.kube.conversion import converted, todays_group
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.placing import without_node
from kubelens.plan.sides import Sides, stood_before
from kubelens.predict.chain.scale import SCALED, ScaleOf
from kubelens.predict.controllers.fields import count
from kubelens.predict.controllers.rollout.rollout import Rollout, RolloutOf
from kubelens.syntax.pattern import pattern

_IMAGE: Final = pattern(r"spec\.containers\[(.+)\]\.image")
_KINDS: Final = ("Deployment", "StatefulSet", "DaemonSet")
_BY_OTHERS: Final = {
    ("argoproj.io", "Rollout"): "Argo Rollouts",
    ("apps.openshift.io", "DeploymentConfig"): "OpenShift",
}
_BY_NOBODY: Final = frozenset({("apps", "ReplicaSet"), ("", "ReplicationController")})


def rollouts(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each changed workload whose Pods change, or seem to."""
    for change in changes:
        old, new = change.old, change.new
        if change.action is not Action.CHANGE or old is None or new is None:
            continue
        if new.kind == "Pod" and not new.gvk.group:
            yield from _in_place(change)
        if change.touches("spec.template"):
            yield from _of_other_kinds(new)
        if new.kind not in _KINDS:
            continue
        if old.partial or new.partial or todays_group(old.gvk) != todays_group(new.gvk):
            continue
        if started := list(_from_nothing(sides, old, new)):
            yield from started
            continue
        before = sides.old.ask(ScaleOf(old)).answer
        stood = stood_before(sides, old)
        was, now = converted(old), converted(new)
        rollout = sides.new.ask(RolloutOf(now, was, before=stood)).answer
        if rollout.refusal or rollout.timeline is None or rollout.change is None:
            continue
        if rollout.change.rolls_out:
            held = without_node(sides, new)
            if 0 < len(held) < sides.new.ask(ScaleOf(new)).answer and new.kind != "DaemonSet":
                told = f"{len(held)} of its Pods find{'s' * (len(held) == 1)} no node: {held[0]}"
                yield consequence("rollout-stuck", new, f"rolls out and never ends: {told}")
                continue
            missing = ""
            if held and new.kind != "DaemonSet":
                missing = f"its new Pods find no node ({held[0]}); "
                rollout = sides.new.ask(RolloutOf(now, was, never_ready=True, before=stood)).answer
            yield _rolls(change, rollout, missing, before, guessed=not sides.new.bundle.has("Node", group=""))
        elif change.touches("spec.replicas") and _replicas(change) != count(new.spec, "replicas", 1):
            yield _scaled(change)
        elif change.touches("spec.template"):
            yield consequence(
                "nothing-restarts", new, "no Pod restarts: the Pod template is the same for its controller"
            )


def _from_nothing(sides: Sides, old: Resource, new: Resource) -> Iterator[Consequence]:
    """Where the server did not take the old object, or none of its Pods, and takes the new one: nothing rolls from the old."""
    if not sides.new.stands(new) or sides.new.has_no_pods(new):
        return
    if not sides.old.stands(old):
        text = (
            "is taken from now on: what was written before was refused, and what the cluster has instead is not known"
        )
        yield consequence("not-known", new, text)
    elif sides.old.has_no_pods(old):
        after = sides.new.ask(ScaleOf(new)).answer
        made = "its Pods are let in" if new.kind == "DaemonSet" else f"0 -> {after} Pod{'s' * (after != 1)}"
        yield consequence("scaled", new, f"{made}: until now none was let in")


def _of_other_kinds(new: Resource) -> Iterator[Consequence]:
    """Pod templates of kinds whose Pods are replaced by somebody else, or by nobody."""
    who = _BY_OTHERS.get((new.gvk.group, new.kind))
    if who:
        yield consequence(
            "not-known", new, f"{who} replaces its Pods by the steps of its strategy, which are not played"
        )
    elif (new.gvk.group, new.kind) in _BY_NOBODY:
        yield consequence(
            "nothing-restarts", new, f"no Pod restarts: a {new.kind} makes new Pods alone from its template"
        )


def _in_place(change: ObjectChange) -> Iterator[Consequence]:
    """A Pod's containers with another image, which the kubelet restarts (``computePodActions``, containerChanged)."""
    images = [found[1] for field in change.fields if (found := _IMAGE.fullmatch(field.name))]
    for name in images:
        text = f"container {name} restarts in place with its new image, and does not serve meanwhile"
        yield consequence("rollout-drops", change.resource, text)


def _rolls(change: ObjectChange, rollout: Rollout, missing: str, before: int, *, guessed: bool) -> Consequence:
    """``missing``: why no new Pod gets ready; ``before``: how many Pods there were at rest; ``guessed``: the nodes are not known."""
    new = change.resource
    timeline = rollout.timeline
    assert timeline is not None
    if new.kind != "DaemonSet" and count(new.spec, "replicas", 1) == 0 < _replicas(change):
        return _scaled(change)
    if why := _waits(change):
        return consequence("nothing-restarts", new, why)
    steps = timeline.last.tick
    taken = [f"the nodes are not known: {timeline.last.ready} are taken"] if new.kind == "DaemonSet" and guessed else []
    scales = new.kind in SCALED
    most = max(state.total_with_terminating for state in timeline.states)
    asked = timeline.last.ready if new.kind == "DaemonSet" else min(before, rollout.replicas)
    if new.kind == "DaemonSet" and guessed and most == 0:
        return consequence("rollout", new, "rolls out on the nodes that it asks for, which are not known")
    if most == 0 and not rollout.stuck:
        return consequence("nothing-restarts", new, _no_pods(new))
    of = f"({before} before, {rollout.replicas} after)" if scales and before != rollout.replicas else f"of {asked}"
    stood = asked if timeline.before is None else timeline.before.ready
    kept = f"never below {timeline.min_ready} ready {of}"
    if asked and not stood:
        kept = f"none was ready before, {timeline.last.ready} of {rollout.replicas} at the end"
    figures = f"{kept}, at most {most} Pod{'s' * (most != 1)}"
    stops = timeline.min_ready == 0 and asked > 0 and stood > 0
    if rollout.stuck or not rollout.finishes:
        why = rollout.stuck or rollout.too_late
        kind = "rollout-stops" if stops else "rollout-stuck"
        return consequence(kind, new, f"rolls out and never ends: {missing}{why}", [figures, *taken])
    text = f"rolls out: {steps} step{'s' * (steps != 1)}, {rollout.total}, {figures}"
    if stops:
        return consequence("rollout-stops", new, text, ["at some time none of its Pods is ready", *taken])
    return consequence("rollout-drops" if timeline.min_ready < min(asked, stood) else "rollout", new, text, taken)


def _no_pods(new: Resource) -> str:
    """Why a new template replaces nothing where there is no Pod: the controller makes its next ones from it.

    ``pkg/controller/deployment`` and ``statefulset`` count the replicas that are asked for, 0 too; a DaemonSet makes a Pod for
    each node that it fits (``nodeShouldRunDaemonPod``).
    """
    if new.kind == "DaemonSet":
        return "no Pod restarts: it has none, as no node takes one; the new template counts once one does"
    return "no Pod restarts: it has none (0 replicas); the new template counts once it is scaled up"


def _replicas(change: ObjectChange) -> int:
    """The Pods that are asked for before the change."""
    spec = change.old.spec if change.old is not None else {}
    return count(spec, "replicas", 1)


def _waits(change: ObjectChange) -> str:
    """Why a new Pod template replaces no Pod by itself, ``""`` where it does."""
    new = change.resource
    if new.kind == "Deployment" and new.spec.get("paused") is True:
        return "no Pod restarts: the Deployment is paused"
    strategy = fields.mapping(converted(new).spec, "updateStrategy")
    if fields.text(strategy, "type") == "OnDelete":
        return "no Pod restarts: updateStrategy OnDelete waits for somebody to delete each Pod"
    partition = fields.integer(fields.mapping(strategy, "rollingUpdate"), "partition") or 0
    if new.kind == "StatefulSet" and partition >= count(new.spec, "replicas", 1):
        return f"no Pod restarts: partition {partition} keeps every Pod at its revision"
    return ""


def _scaled(change: ObjectChange) -> Consequence:
    before, after = _replicas(change), count(change.resource.spec, "replicas", 1)
    text = f"{before} -> {after} Pod{'s' * (after != 1)}, none restarts"
    if after == 0 and before > 0:
        return consequence("rollout-stops", change.resource, f"{before} -> 0 Pods: nothing serves any more")
    return consequence("scaled", change.resource, text)
