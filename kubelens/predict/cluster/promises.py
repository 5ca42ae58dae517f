"""What a scenario promises: judged state by state, from the first event on, and at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Protocol

from msgspec import Struct

from kubelens.cel.evaluate import program
from kubelens.cel.steps import Budget
from kubelens.cel.values import CelError, Unmodelled
from kubelens.predict.cluster.seen import Seen
from kubelens.predict.first_names import first_names

_MOST_NAMED: Final = 3
_STUCK: Final = ("bound", "failed")
"""States of Pods on a node that, with a message, do not start there."""


class Broken(Struct, frozen=True):
    """A promise that does not hold: when, and how it stood then."""

    second: int
    why: str


class Promise(Protocol):
    """Something that has to hold."""

    @property
    def name(self) -> str:
        """What it is called."""

    def judge(self, states: Sequence[Seen], *, finished: bool) -> Broken | None:
        """The first state in which it does not hold; ``finished``: every step was taken and nothing moves any more."""


class MinReady(Struct, frozen=True):
    """A Service never has fewer ready endpoints than ``count``."""

    name: str
    service: str
    count: int

    def judge(self, states: Sequence[Seen], *, finished: bool) -> Broken | None:
        """The first state with fewer."""
        for seen in states:
            found = seen.data["services"].get(self.service)
            ready = found["ready"] if found is not None else 0
            if ready < self.count:
                return Broken(seen.second, f"Service {self.service} has {ready} ready endpoints")
        return None


class MaxPods(Struct, frozen=True):
    """A workload never has more Pods than ``count``, those being deleted included."""

    name: str
    target: str
    count: int

    def judge(self, states: Sequence[Seen], *, finished: bool) -> Broken | None:
        """The first state with more."""
        for seen in states:
            pods = sum(p["owner"] == self.target for p in seen.data["pods"])
            if pods > self.count:
                return Broken(seen.second, f"{self.target} has {pods} Pods")
        return None


class NeverPending(Struct, frozen=True):
    """No Pod is ever without a node at rest, or rejected by the kubelet there."""

    name: str

    def judge(self, states: Sequence[Seen], *, finished: bool) -> Broken | None:
        """The first state with one."""
        for seen in states:
            if (broken := _pending(seen)) is not None:
                return broken
        return None


class Fits(Struct, frozen=True):
    """In the end every Pod has a node, and the kubelet there takes it."""

    name: str

    def judge(self, states: Sequence[Seen], *, finished: bool) -> Broken | None:
        """The last state, where one has none."""
        return _pending(states[-1])


def _pending(seen: Seen) -> Broken | None:
    waiting = [p for p in seen.data["pods"] if p["state"] == "pending" or (p["state"] in _STUCK and p["message"])]
    if not waiting:
        return None
    first, *others = [f"{pod['namespace']}/{pod['name']}" for pod in waiting]
    more = f"; {first_names(others, _MOST_NAMED)} {'waits' if len(others) == 1 else 'wait'} too" if others else ""
    return Broken(seen.second, f"Pod {first}: {waiting[0]['message']}{more}")


class FinishesWithin(Struct, frozen=True):
    """Every step is taken and nothing moves any more, ``seconds`` after the start at the latest."""

    name: str
    seconds: int

    def judge(self, states: Sequence[Seen], *, finished: bool) -> Broken | None:
        """The last state, where it is too late or not the end."""
        last = states[-1].second
        if not finished:
            return Broken(last, f"not finished after {last} s")
        return Broken(last, f"finished after {last} s") if last > self.seconds else None


class Completes(Struct, frozen=True):
    """In the end every workload has as many Pods as it asks for, of its last template and available."""

    name: str

    def judge(self, states: Sequence[Seen], *, finished: bool) -> Broken | None:
        """The last state, where one has not (kubectl rollout status; a Job: where it is not
        complete, a CronJob's: where it has failed)."""
        last = states[-1]
        for name, status in last.data["workloads"].items():
            if why := _unfinished(name.rpartition("/")[0].rpartition("/")[2], status):
                return Broken(last.second, f"{name}: {why}")
        return None


def _unfinished(kind: str, status: Mapping[str, Any]) -> str:
    if kind == "Job":
        conditions = " ".join(status["conditions"])
        runs_on = bool(status["owner"]) and "Failed=True" not in conditions
        return "" if runs_on or "Complete=True" in conditions else "it is not complete"
    wanted, updated, there, available = (
        ("desiredNumberScheduled", "updatedNumberScheduled", "currentNumberScheduled", "numberAvailable")
        if kind == "DaemonSet"
        else ("desired", "updatedReplicas", "replicas", "availableReplicas")
    )
    asked = status.get(wanted, 0)
    counted = [("updated", updated), ("there", there), ("available", available)]
    if kind in ("ReplicaSet", "ReplicationController"):
        del counted[0]
    return next(
        (f"{status.get(k, 0)} of {asked} Pods are {how}" for how, k in counted if status.get(k, 0) != asked), ""
    )


class NoDisruption(Struct, frozen=True):
    """No Service that had ready endpoints is ever without one."""

    name: str

    def judge(self, states: Sequence[Seen], *, finished: bool) -> Broken | None:
        """The first state in which one has lost its last."""
        served: set[str] = set()
        for seen in states:
            services = seen.data["services"]
            lost = [name for name, found in services.items() if not found["ready"] and name in served]
            if lost:
                more = f", nor have {', '.join(lost[1:])}" if len(lost) > 1 else ""
                return Broken(seen.second, f"Service {lost[0]} has no ready endpoint{more}")
            served.update(name for name, found in services.items() if found["ready"])
        return None


class When(StrEnum):
    """When a condition has to hold."""

    ALWAYS = "always"
    IN_THE_END = "in-the-end"
    AT_SOME_TIME = "at-some-time"


class Holds(Struct, frozen=True):
    """A CEL condition over the state holds always, in the end, or at some time."""

    name: str
    expression: str
    when: When = When.ALWAYS

    def judge(self, states: Sequence[Seen], *, finished: bool) -> Broken | None:
        """The first state in which it does not hold; the last where it never does and should."""
        broken: Broken | None = None
        for seen in states[-1:] if self.when is When.IN_THE_END else states:
            broken = self._judge(seen)
            if (broken is None) == (self.when is When.AT_SOME_TIME):
                return broken
        return broken

    def _judge(self, seen: Seen) -> Broken | None:
        try:
            value = program(self.expression).evaluate(seen.data, Budget())
        except (CelError, Unmodelled) as error:
            return Broken(seen.second, f"{self.expression}: {error}")
        return None if value is True else Broken(seen.second, f"{self.expression} is {value}")
