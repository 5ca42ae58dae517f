"""The virtual cluster: ticks, in each of which kubelets take a step, and everything else comes to rest.

A tick is a step of the kubelets, taint evictions and Pod garbage collection on the Pods as they stood; then controllers
until nothing changes, then the scheduler; then what is done from outside, and rest again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Final

from kubelens.kube.bundle import NEWEST
from kubelens.kube.resource import Resource
from kubelens.predict.cluster.actions import Action, FindNode, LoseNode
from kubelens.predict.cluster.autoscalers import Autoscalers
from kubelens.predict.cluster.budgets import Budgets
from kubelens.predict.cluster.cloud import Cloud
from kubelens.predict.cluster.control_plane import CONTROLLERS, SCHEDULER, ControlPlane
from kubelens.predict.cluster.cronjobs import CronJobs
from kubelens.predict.cluster.endpoints import Endpoints
from kubelens.predict.cluster.evictions import Drains
from kubelens.predict.cluster.kubelets import step_kubelets
from kubelens.predict.cluster.lots import Lots, SeededLots
from kubelens.predict.cluster.nodes import collect_orphans, due_for_eviction, remove_by_force, taint_lost_nodes
from kubelens.predict.cluster.pace import KubeletPace, Pace
from kubelens.predict.cluster.quotas import Quotas
from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.cluster.requests import Requests
from kubelens.predict.cluster.scheduling import Scheduler
from kubelens.predict.cluster.templates import Templates
from kubelens.predict.cluster.volumes import Volumes
from kubelens.predict.cluster.workloads import Workloads
from kubelens.predict.cluster.world import TooMuch, World
from kubelens.predict.controllers.nodelifecycle import OUT_OF_SERVICE
from kubelens.predict.controllers.tainteviction import seconds_tolerated

_REST_LIMIT: Final = 10_000
_MOST_ROUNDS: Final = 300
"""Rounds of all controllers at one moment, beside one for each Pod: they come to rest in few."""


def no_race(node: str) -> bool:
    """A node that is lost in the instant in which the controller stops tainting gets no taint any more."""
    return False


class Cluster:
    """A cluster with everything in it.

    ``seconds`` is how long a tick is; without ``clock`` it is so to taints alone. ``may_taint``: which nodes get
    NoExecute where that is a race. ``most_work``: see ``World``. ``cloud``: whether a cloud's controllers act too.
    """

    def __init__(
        self,
        *,
        release: str = NEWEST,
        pace: Pace | None = None,
        lots: Lots | None = None,
        seconds: int = 10,
        clock: bool = True,
        may_taint: Callable[[str], bool] = no_race,
        most_work: int = 0,
        cloud: bool = False,
    ) -> None:
        self.world = World(
            release, pace or KubeletPace(), lots or SeededLots(), seconds, clock=clock, most_work=most_work
        )
        self.templates = templates = Templates(self.world)
        self.quotas = Quotas(self.world)
        self.workloads = Workloads(self.world, templates, self.quotas)
        self.budgets = Budgets(self.world, self.workloads)
        self.endpoints = Endpoints(self.world)
        self.volumes = Volumes(self.world)
        self.scheduler = Scheduler(self.world, self.workloads, self.budgets, self.volumes)
        self.world.lacks = self.scheduler.lacks
        self.drains = Drains(self.world, self.budgets)
        self.autoscalers = Autoscalers(self.world, self.workloads)
        self.control_plane = ControlPlane(self.world)
        self._missed = 0
        self._unseen: list[LoseNode | FindNode] = []
        self.requests = Requests(
            self.world, self.workloads, self.drains, self.autoscalers, templates, self.quotas, self.control_plane
        )
        self.cronjobs = CronJobs(self.world, self.workloads, self.requests.apply)
        self._may_taint = may_taint
        self._cloud = Cloud(self.world, self.requests.remove_node) if cloud else None

    def start(self, objects: Iterable[Resource]) -> None:
        """Tick 0: objects are applied, controllers come to rest after each, the scheduler waits until the last."""
        for resource in objects:
            self.requests.apply(resource)
            self._controllers()
        self.rest()
        self._autoscale()

    def step(self, actions: Sequence[Action] = ()) -> None:
        """One tick.

        Raises:
            TooMuch: the cluster grows beyond what is played.
        """
        world = self.world
        world.begin_tick()
        self.scheduler.outcomes.clear()
        self.drains.answers.clear()
        if not self.control_plane.answers:
            self._missed += 1
            self._act(actions)
            return
        due = due_for_eviction(world, step=True)
        orphans = collect_orphans(world)
        for _ in range(self._missed + 1):
            step_kubelets(world)
        self._missed = 0
        if not self.control_plane.waits(CONTROLLERS):
            for record in due:
                world.disrupt(record)
            for record in orphans:
                remove_by_force(world, record)
        self.rest()
        if world.clock and not self.control_plane.waits(CONTROLLERS):
            changes = world.changes
            self.cronjobs.sync()
            if world.changes != changes:
                self.rest()
        self._autoscale()
        if actions or self.drains.open:
            self._act(actions)
        if self.control_plane.answers and (actions or self.drains.open):
            self.drains.ask()
            self.rest()
            self._evict_at_once()

    def _act(self, actions: Sequence[Action]) -> None:
        """Do what is done from outside. Without a quorum machines come and go, and no request is answered."""
        for action in actions:
            if isinstance(action, LoseNode):
                self.control_plane.lost(action.node)
            elif isinstance(action, FindNode):
                self.control_plane.found(action.node)
            if self.control_plane.answers:
                for unseen in self._unseen:
                    self.requests.do(unseen)
                self._unseen.clear()
                self.requests.do(action)
            elif isinstance(action, LoseNode | FindNode):
                self._unseen.append(action)
                fault = f"{self.control_plane.fault}: nothing is written, states are the last ones known"
                self.world.tell_node("NoQuorum", action.node, fault)
            else:
                self.requests.unanswered(action, self.control_plane.fault)

    def runs_out(self, record: PodRecord) -> bool:
        """Whether a Pod is under a taint that it does not tolerate for ever."""
        node = self.world.nodes.get(record.pod.node)
        return node is not None and not record.pod.finished and seconds_tolerated(record.info, node.taints) is not None

    def is_given_up(self, record: PodRecord) -> bool:
        """Whether a Pod that is being deleted goes by force, since its node is out of service."""
        node = self.world.nodes.get(record.pod.node)
        return node is not None and any(t.key == OUT_OF_SERVICE for t in node.taints)

    def _evict_at_once(self) -> None:
        due = due_for_eviction(self.world, step=False)
        if self.control_plane.waits(CONTROLLERS):
            return
        for record in due:
            self.world.disrupt(record)
        if due:
            self.rest()

    def _autoscale(self) -> None:
        if self.control_plane.waits(CONTROLLERS):
            return
        for metrics in (False, True):
            if self.autoscalers.look(self.requests.scale, metrics=metrics):
                self.rest()

    def rest(self) -> None:
        """Controllers until nothing changes, then the scheduler, until neither has anything to do."""
        for _ in range(_REST_LIMIT):
            self._controllers()
            if self.control_plane.waits(SCHEDULER) or not self.scheduler.run():
                break
        self._controllers()

    def _controllers(self) -> None:
        if self.control_plane.waits(CONTROLLERS):
            return
        world = self.world
        if self._cloud is not None:
            self._cloud.sync()
        taint_lost_nodes(world, self._may_taint)
        self.workloads.begin_rest()
        for rounds in count():
            before = world.changes
            world.collect()
            self.workloads.rest()
            if world.changes == before:
                break
            if rounds > _MOST_ROUNDS + len(world.pods):
                raise TooMuch("controllers find no rest: what one of them makes another takes away, again and again")
        self.volumes.sync(self.workloads)
        self.budgets.sync()
        self.endpoints.sync()
