"""What is said of a rollout that goes no further, or that is done later than the Deployment waits."""

from __future__ import annotations

from kubelens.kube.resource import Resource
from kubelens.predict.controllers.deployment_spec import NO_DEADLINE
from kubelens.predict.controllers.fields import count
from kubelens.predict.controllers.rollout.capacity import Limit
from kubelens.predict.controllers.rollout.durations import ready_deadline
from kubelens.predict.controllers.ticks.timeline import Timeline


def serving(timeline: Timeline) -> str:
    """How many ready Pods are left where a rollout goes no further."""
    ready = timeline.last.ready
    if ready == 1:
        return "1 ready Pod keeps serving"
    return f"{ready} ready Pods keep serving" if ready else "no Pod is ready: nothing serves"


def told_of_kept_out(new: Resource, refusal: str, timeline: Timeline) -> str:
    """How the controller tells it: a Deployment by its condition, the others by events."""
    told = "ReplicaFailure: FailedCreate" if new.kind == "Deployment" else "FailedCreate"
    return f"{refusal} ({told}); {serving(timeline)}{deadline_told(new)}"


def too_late(new: Resource) -> str:
    """Why a Deployment reports failure although its Pods get ready in the end (``DeploymentTimedOut``)."""
    late = ready_deadline(new) if new.kind == "Deployment" else None
    if late is None:
        return ""
    _, seconds, deadline = late
    return (
        f"ProgressDeadlineExceeded after {deadline} s: a Pod is ready after {seconds} s at the earliest; "
        "the controller goes on, and kubectl rollout status ends with an error"
    )


def why_stuck(
    timeline: Timeline, limits: tuple[Limit, ...], capacity: int | None, *, never: bool, why: str, waits: str
) -> str:
    """Why a rollout whose Pods are created goes no further, and what serves then.

    ``capacity``: the Pods that run at one time; ``never``: the new ones are never ready, ``why``; ``waits``: why those before
    the change are not. A Deployment and a DaemonSet make away with these first (``cleanupUnhealthyReplicas``,
    ``rollingUpdate``); an ordered StatefulSet waits for them (``stateful_set_control.go`` processReplica).
    """
    who = serving(timeline)
    tight = next((limit for limit in limits if limit.pods is not None and limit.pods == capacity), None)
    if tight is not None and (not never or not timeline.last.total):
        return f"{tight.reason}, and the rollout needs one more; {who}"
    if waits and not never:
        return f"before the change, {waits}: no Pod is replaced until that one is ready, or deleted by hand; {who}"
    if timeline.before is None:
        return f"{why + ': ' if why else ''}its Pods are never ready; {who}"
    return f"{why + ': ' if why else ''}the new Pods are never ready, and no more old ones may go; {who}"


def deadline_told(new: Resource) -> str:
    """What a Deployment says of it in the end."""
    seconds = count(new.spec, "progressDeadlineSeconds", 600)
    return f"; ProgressDeadlineExceeded after {seconds} s" if new.kind == "Deployment" and seconds < NO_DEADLINE else ""
