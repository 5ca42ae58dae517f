"""A step of all kubelets: Pods start, become Ready, end, and go away, each at its image's pace."""

from __future__ import annotations

from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.cluster.world import World
from kubelens.predict.store.pod import Phase


def step_kubelets(world: World, records: list[PodRecord]) -> None:
    """One step, on nodes that are there and answer; a Pod that is on none stays as it is."""
    for record in records:
        node = world.nodes.get(record.pod.node) if record.pod.bound else None
        if node is None or node.lost:
            continue
        if record.pod.deleting is not None:
            _terminate(world, record, record.pod.deleting + 1)
        elif not record.pod.finished:
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
    for ends, phase in ((pace.succeeded(record), Phase.SUCCEEDED), (pace.failed(record), Phase.FAILED)):
        if ends is not None and pod.age >= ends:
            world.end_pod(record, phase)
            return
    if before != (pod.phase, pod.ready_since is None):
        world.changed(record)
