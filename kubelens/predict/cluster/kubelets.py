"""A step of all kubelets: Pods start, become Ready, end, and go away, each at its image's pace."""

from __future__ import annotations

from kubelens.predict.cluster.records import Change, PodRecord
from kubelens.predict.cluster.world import World
from kubelens.predict.kubelet.admission import Verdict, admit, asks_the_kubelet, of_its_kind
from kubelens.predict.scheduler.state import NodeInfo
from kubelens.predict.store.pod import Phase


def step_kubelets(world: World) -> None:
    """One step, on nodes that are there and answer; a Pod that is on none stays as it is."""
    answering = {name for name, node in world.nodes.items() if not node.lost}
    resting, awake = list(world.on_nodes.resting), world.on_nodes.awake()
    for record in resting:
        record.pod.age += 1
    for record in awake:
        pod = record.pod
        if pod.node not in answering:
            continue
        if pod.deleting is not None:
            _terminate(world, record, pod.deleting + 1)
        elif not pod.finished:
            _run(world, record)
            if record.rests(world.pace):
                world.on_nodes.come_to_rest(record)


def _terminate(world: World, record: PodRecord, steps: int) -> None:
    record.pod.deleting = steps
    gone = world.pace.gone(record)
    if gone is None or steps < gone:
        return
    if record.owner is not None and record.owner.kind == "Job":
        world.end_pod(record, Phase.FAILED)
    world.remove_pod(record)


def _admit(world: World, record: PodRecord) -> bool:
    """Whether a kubelet takes a Pod that came to its node; one that was scheduled there has been looked at."""
    if record.admitted:
        return not record.message or _has_all(world, record)
    record.admitted = True
    if not (record.named or asks_the_kubelet(record.info)):
        return _has_all(world, record)
    node = world.nodes[record.pod.node].node()
    others = [r for r in world.on_nodes.on([node.name]) if _runs_there(r, record)]
    info = NodeInfo(node, (r.info for r in others))
    verdict = admit(record.info, info) if record.named else Verdict(of_its_kind(record.info, info))
    for victim in verdict.victims:
        gone = next(r for r in others if r.info is victim)
        world.tell("Preempting", gone.owner or gone.key, "Preempted in order to admit critical pod", warning=True)
        gone.disrupted = True
        world.end_pod(gone, Phase.FAILED)
    alike = (record.owner or record.key, record.pod.template)
    if verdict.rejection is None:
        if alike in world.rejected:
            world.rejected.remove(alike)
            _forget(world, record)
        return _has_all(world, record)
    world.rejected.add(alike)
    world.tell(verdict.rejection.reason, record.owner or record.key, verdict.rejection.message, warning=True)
    record.message = str(verdict.rejection)
    world.end_pod(record, Phase.FAILED)
    return False


def _has_all(world: World, record: PodRecord) -> bool:
    """Whether a Pod has its address and what its containers start with, and one that came past the scheduler its volumes
    and devices: else it waits for them."""
    address = ""
    lacks = world.lacks(record) if record.named else ""
    if not lacks:
        lacks = address = world.addresses.lack(record)
    if not lacks:
        lacks = world.never_starts(record)
    if record.message != lacks:
        if address:
            failed = f"Failed to create pod sandbox: {address}"
            world.tell("FailedCreatePodSandBox", record.owner or record.key, failed, warning=True)
        record.message = lacks
        world.tell_pod(record, Change.MESSAGE)
    return not lacks


def _forget(world: World, record: PodRecord) -> None:
    """Rejections of earlier Pods are history once one of their kind is taken."""
    for other in world.pods.values():
        if other.owner == record.owner and other.message and other.pod.finished:
            other.message = ""
            world.tell_pod(other, Change.MESSAGE)


def _runs_there(other: PodRecord, record: PodRecord) -> bool:
    """Whether a kubelet counts a Pod among those it has (``OtherPods``): what it has taken and what has not ended."""
    taken = other.admitted or other.pod.age > 0 or not other.named
    return other is not record and other.pod.bound and not other.pod.finished and taken


def _run(world: World, record: PodRecord) -> None:
    if not _admit(world, record):
        return
    pod, pace = record.pod, world.pace
    pod.age += 1
    before = (pod.phase, pod.ready_since is None)
    pod.phase = Phase.RUNNING
    wanted = None if world.never_ready(record) else pace.ready(record)
    if wanted is None or pod.age < wanted:
        pod.ready_since = None
    elif pod.ready_since is None:
        pod.ready_since = world.now
    succeeds, fails = pace.succeeded(record), pace.failed(record)
    for ends, phase in ((succeeds, Phase.SUCCEEDED), (fails, Phase.FAILED)):
        if ends is not None and pod.age >= ends:
            world.end_pod(record, phase)
            return
    record.steady = pace if pod.ready and succeeds is None and fails is None else None
    if before != (pod.phase, pod.ready_since is None):
        world.changed(record)
