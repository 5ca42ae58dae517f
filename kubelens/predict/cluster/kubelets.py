"""A step of all kubelets: Pods start, become Ready, end, and go away, each at its image's pace."""

from __future__ import annotations

from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.cluster.world import World
from kubelens.predict.store.pod import Phase


def step_kubelets(world: World, records: list[PodRecord]) -> None:
    """One step, on nodes that are there and answer; a Pod that is on none stays as it is."""
    answering = {name for name, node in world.nodes.items() if not node.lost}
    pace = world.pace
    for record in records:
        pod = record.pod
        if not pod.bound or pod.node not in answering:
            continue
        if record.rests(pace):
            pod.age += 1
        elif pod.deleting is not None:
            _terminate(world, record, pod.deleting + 1)
        elif not pod.finished:
            _run(world, record)


def _terminate(world: World, record: PodRecord, steps: int) -> None:
    record.pod.deleting = steps
    gone = world.pace.gone(record)
    if gone is None or steps < gone:
        return
    if record.owner is not None and record.owner.kind == "Job":
        world.end_pod(record, Phase.FAILED)
    world.remove_pod(record)


def _run(world: World, record: PodRecord) -> None:
    pod, pace = record.pod, world.pace
    pod.age += 1
    before = (pod.phase, pod.ready_since is None)
    pod.phase = Phase.RUNNING
    wanted = pace.ready(record)
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
