"""Where scenarios begin: a cluster on which everything is applied and at rest, kept to begin from again and again."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.cluster.cluster import Cluster
from kubelens.predict.cluster.control_plane import CONTROLLERS, SCHEDULER
from kubelens.predict.cluster.lots import SeededLots
from kubelens.predict.cluster.pace import Bound, ProbedPace, highest, lowest
from kubelens.predict.cluster.readiness import Readiness
from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.cluster.scenario import Scenario
from kubelens.predict.controllers.disruption import ACCEPTED
from kubelens.predict.controllers.tainteviction import NO_EXECUTE
from kubelens.predict.kubelet.interval import Interval

_SETTLING: Final = 200
"""Ticks that the objects get to come to rest before anything happens."""
QUIET: Final = 2
"""Ticks in a row in which nothing moves, after which a cluster is at rest."""


class Start(Struct, frozen=True):
    """A cluster at rest, of which any number of equal ones can be had: its lots are drawn in the same way in each."""

    kept: bytes

    @classmethod
    def of(cls, cluster: Cluster) -> Start:
        """The start that a cluster is at now."""
        return cls(pickle.dumps(cluster, pickle.HIGHEST_PROTOCOL))

    def cluster(self) -> Cluster:
        """A cluster as that one was. Nothing of it is garbage while it is made, so nothing is collected meanwhile."""
        collecting = gc.isenabled()
        gc.disable()
        try:
            found: Cluster = pickle.loads(self.kept)  # noqa: S301 - made above, by this process
        finally:
            if collecting:
                gc.enable()
        return found


def at_rest(
    scenario: Scenario,
    objects: Sequence[Resource],
    nodes: Sequence[Mapping[str, Any]],
    *,
    release: str,
    seed: int,
    number: int,
) -> Cluster:
    """A cluster with everything applied, before anything happens.

    ``number``: that of the run, from 0: its lots are drawn from ``seed`` + ``number``; kubelets are as quick as they can be
    in the first, as slow in the second, in between in others.
    """
    pace = ProbedPace(scenario.tick, _bound(number, seed), scenario.pace)
    lots = SeededLots(seed + number)
    cluster = Cluster(
        release=release, pace=pace, lots=lots, seconds=scenario.tick, most_work=scenario.most_work, cloud=scenario.cloud
    )
    readiness = Readiness(cluster.world)
    cluster.world.never_starts, cluster.world.never_ready = readiness.never_starts, readiness.never_ready
    for node in nodes:
        cluster.requests.add_node(node)
    cluster.start(objects)
    quiet = 0
    for _ in range(_SETTLING):
        if quiet >= QUIET:
            break
        cluster.step()
        quiet = quiet + 1 if is_settled(cluster, jobs=False) else 0
    cluster.cronjobs.begin(scenario.start)
    cluster.scheduler.lay_aside()
    return cluster


class _Between:
    """Any second of an interval, drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - a simulation, nothing secret

    def __call__(self, interval: Interval) -> int:
        return self._random.randint(interval.lowest, max(interval.lowest, highest(interval)))


def _bound(number: int, seed: int) -> Bound:
    return (lowest, highest)[number] if number < 2 else _Between(seed + number)


def is_settled(cluster: Cluster, *, jobs: bool = True) -> bool:
    """Whether no Pod is on its way: all have come as far as they get, and no toleration is running out.

    ``jobs``: False where Pods of Jobs that run are not waited for; those of CronJobs never are: the next run comes.
    """
    world = cluster.world
    if any(map(cluster.control_plane.waits, (CONTROLLERS, SCHEDULER))):
        return False
    if cluster.drains.open and any(e.answer.code == ACCEPTED for e in cluster.drains.answers):
        return False
    for workload in cluster.workloads:
        if workload.job is not None and workload.job.clock.is_idle(world.now):
            return False
        status = workload.stand().status
        if status.get("readyReplicas", 0) != status.get("availableReplicas", 0):
            return False
    restless = [name for name, node in world.nodes.items() if node.lost or (node.taints and node.bears(NO_EXECUTE))]
    there = world.on_nodes
    for record in (*there.awake(), *there.on([*restless, *there.elsewhere(world.nodes)])):
        if cluster.cronjobs.owns(record.owner):
            continue
        node = world.nodes.get(record.pod.node)
        if node is None:
            return False
        if node.lost:
            if cluster.is_given_up(record) if record.pod.terminating else cluster.runs_out(record):
                return False
        elif _moves(cluster, record, jobs=jobs):
            return False
    return True


def _moves(cluster: Cluster, record: PodRecord, *, jobs: bool) -> bool:
    """Whether a Pod on a node that answers is on its way to somewhere that it will get to."""
    pod, pace = record.pod, cluster.world.pace
    if pod.terminating:
        return pace.gone(record) is not None
    if pod.finished:
        return False
    stands = record.message or (record.owner or record.key, pod.template) in cluster.world.rejected
    if not record.running and stands:
        return False
    comes_up = pace.ready(record) is not None and not cluster.world.never_ready(record)
    if not pod.ready and (not record.running or comes_up):
        return True
    ends = pace.succeeded(record) is not None or pace.failed(record) is not None
    return (jobs and ends) or cluster.runs_out(record)
