"""How many of the Pods that an autoscaler may ask for come into being, and start."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.chain.quota_room import RoomInQuotas
from kubelens.predict.controllers.podautoscaler.spec import read_autoscaler
from kubelens.predict.controllers.podautoscaler.target import TargetOf
from kubelens.predict.controllers.rollout.room import RoomAt


class RoomToScale(Struct, frozen=True):
    """``created``: Pods that quotas let come into being, ``started``: those of them that find a node; None: all.

    ``why_created`` and ``why_started`` say what stops the next one.
    """

    created: int | None = None
    started: int | None = None
    why_created: str = ""
    why_started: str = ""

    def run(self, replicas: int) -> int:
        """How many of so many replicas run."""
        return min(one for one in (replicas, self.created, self.started) if one is not None)

    def why(self, replicas: int) -> str:
        """What stops the next Pod where not all of so many run, ``""`` where they do."""
        if self.created is not None and self.created < replicas and self.run(replicas) == self.created:
            return self.why_created
        return self.why_started if self.run(replicas) < replicas else ""


class RoomToScaleOf(Struct, frozen=True):
    """How far up can an autoscaler go with Pods that run?"""

    hpa: Resource

    def answer(self, ask: Ask) -> Prediction[RoomToScale]:
        """While all other workloads hold what they have at rest."""
        target, most = ask(TargetOf(self.hpa)).answer, read_autoscaler(self.hpa).most
        if target.workload is None:
            return Prediction(
                RoomToScale(), (), (Assumption("every Pod that it asks for comes into being and finds a node"),)
            )
        if target.refusal:
            return Prediction(RoomToScale())
        resource = target.workload.resource
        rooms = ask(RoomInQuotas(resource)).answer
        tightest = min(rooms, key=lambda room: room.pods, default=None)
        created = tightest.pods if tightest is not None and tightest.pods < most else None
        nodes = ask(RoomAt(resource, most)).answer
        started = nodes.pods if nodes is not None else None
        why_created = str(tightest) if created is not None else ""
        room = RoomToScale(created, started, why_created, str(nodes) if started is not None else "")
        taken: tuple[Assumption, ...] = ()
        if nodes is None:
            how = "of so many it is not looked at" if ask.bundle.all("Node", group="") else "no Node is among the files"
            taken = (Assumption(f"every Pod that it asks for finds room on a node: {how}"),)
        return Prediction(room, (), taken)
