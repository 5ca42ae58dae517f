"""A recorded timeline played again by the tick model: its actions, its kubelets, and how long it was watched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from msgspec.structs import replace

from kubelens.predict.controllers.daemonset import DaemonSet
from kubelens.predict.controllers.job import Job
from kubelens.predict.controllers.job_policy import Ending, Script
from kubelens.predict.controllers.statefulset import StatefulSet
from kubelens.predict.controllers.ticks.deployment import Deployment
from kubelens.predict.controllers.ticks.pace import (
    Action,
    ChangeNodes,
    ChangePace,
    DeleteObject,
    DeletePods,
    Edit,
    FailPods,
    Pace,
    PickedPods,
)
from kubelens.predict.controllers.ticks.ticks import Controller as TickController
from kubelens.predict.controllers.ticks.ticks import run as run_ticks
from kubelens.predict.controllers.ticks.timeline import Timeline

PATIENCE = 5
LONGEST_TICK = 90
"""Seconds the recorder waits for a back-off to end before it takes a step all the same: 80 at least, 106 at most."""
SIX_NODES: list[dict[str, Any]] = [
    {"name": f"n{n}", "labels": {"pool": "a" if n < 5 else "b"}, "taints": []} for n in range(1, 7)
]
SIX_NODES[5]["taints"] = [{"key": "dedicated", "value": "x", "effect": "NoSchedule"}]


def merge(target: Any, patch: Any) -> Any:
    """A JSON merge patch applied."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


def image_of(template: Mapping[str, Any]) -> str:
    """The image that names the revision in the recordings."""
    return str(template.get("spec", {}).get("containers", [{}])[0].get("image", ""))


def pace_table(table: Mapping[str, Any]) -> dict[str, int | None]:
    """Ticks by image, ``never`` as None."""
    return {name: None if ticks == "never" else int(ticks) for name, ticks in table.items()}


def picked(entry: Any) -> PickedPods:
    """The Pods an action names."""
    if isinstance(entry, list):
        return PickedPods(names=tuple(entry))
    if "names" in entry:
        return PickedPods(names=tuple(entry["names"]))
    return PickedPods(revision=entry.get("image"), count=entry.get("count"))


def read_actions(record: Mapping[str, Any]) -> dict[int, tuple[Action, ...]]:
    """The record's actions by tick."""
    value = record["before"]
    actions: dict[int, tuple[Action, ...]] = {}
    for action in record["actions"]:
        found: list[Action] = []
        if "patch" in action:
            value = merge(value, action["patch"])
            found.append(Edit(value))
        if "kubelet" in action:
            tables = action["kubelet"]
            found.append(
                ChangePace(pace_table(tables.get("ready_after", {})), pace_table(tables.get("terminate_after", {})))
            )
        if "delete_pods" in action:
            found.append(DeletePods(picked(action["delete_pods"])))
        if "fail_pods" in action:
            found.append(FailPods(picked(action["fail_pods"])))
        if "nodes" in action:
            found.append(ChangeNodes(tuple(action["nodes"])))
        if "delete_object" in action:
            found.append(DeleteObject(str(action["delete_object"])))
        actions[action["tick"]] = (*actions.get(action["tick"], ()), *found)
    return actions


def controller_for(record: Mapping[str, Any]) -> TickController | None:
    """The controller of the record's kind in its first state."""
    kubelet = record["kubelet"]
    pace = Pace(
        pace_table(kubelet.get("ready_after", {})),
        pace_table(kubelet.get("terminate_after", {})),
        record.get("tick_seconds"),
    )
    if record["kind"] == "Deployment":
        return Deployment(record["before"], pace, image_of)
    if record["kind"] == "StatefulSet":
        return StatefulSet(record["before"], pace, image_of)
    if record["kind"] == "DaemonSet":
        return DaemonSet(record["before"], pace, image_of, record.get("nodes") or SIX_NODES)
    if record["kind"] == "Job":
        return Job(record["before"], pace, image_of, read_script(record), LONGEST_TICK)
    return None


def read_script(record: Mapping[str, Any]) -> Script:
    """How the record's Pods end."""
    kubelet = record["kubelet"]
    if kubelet.get("script"):
        table = {key: tuple(_ending(entry) for entry in entries) for key, entries in kubelet["script"].items()}
        after = kubelet.get("ends_after") or record.get("ends_after") or 1
        return Script(table, after.get("*", 1) if isinstance(after, Mapping) else after)
    for name, code in (("succeed", 0), ("fail", 1)):
        if kubelet.get(name):
            return Script({"*": (Ending(code),)}, next(iter(kubelet[name].values())))
    return Script({"*": (None,)})


def _ending(text: str) -> Ending | None:
    if text == "run":
        return None
    if text == "disrupted":
        return Ending(137, disrupted=True)
    return Ending(int(text.removeprefix("exit:"))) if text.startswith("exit:") else Ending()


class LateLook:
    """A controller that does not look in time after one step of the kubelets: the state is recorded before it does."""

    def __init__(self, controller: TickController, step: int) -> None:
        self._controller = controller
        self._steps_left = step
        self._late = False
        self._owes_a_look = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._controller, name)

    def step(self, now: int) -> None:
        """One tick of the kubelets."""
        self._controller.step(now)
        self._steps_left -= 1
        self._late = self._steps_left == 0

    def rest(self, now: int) -> None:
        """Rest, except the first time after the step in question."""
        if not self._late:
            self._controller.rest(now)
        self._owes_a_look, self._late = self._late, False

    def settled(self, now: int) -> bool:
        """Not before the look it owes."""
        return not self._owes_a_look and self._controller.settled(now)


def late_timelines(record: Mapping[str, Any]) -> Iterator[Timeline]:
    """The record's timelines with the controller late after the first, the second, ... step of the kubelets.

    Each beginning with another node: which goes first is arbitrary.
    """
    nodes = record.get("nodes") or SIX_NODES
    for order in (nodes[first:] + nodes[:first] for first in range(len(nodes))):
        for step in range(1, record.get("max_ticks", 60)):
            controller = controller_for({**record, "nodes": order})
            if controller is not None:
                yield _played(record, cast("TickController", LateLook(controller, step)))


def predicted(record: Mapping[str, Any]) -> Timeline | None:
    """The record's timeline as the tick model gives it."""
    controller = controller_for(record)
    return None if controller is None else _played(record, controller)


def _played(record: Mapping[str, Any], controller: TickController) -> Timeline:
    timeline = run_ticks(
        controller,
        read_actions(record),
        max_ticks=record.get("max_ticks", 60),
        settle=not record.get("record_from_start"),
        settle_ticks=record.get("settle_ticks"),
    )
    return cut(timeline, record.get("patience", PATIENCE), goes_on_until(record))


def goes_on_until(record: Mapping[str, Any]) -> int:
    """The tick up to which the recorder did not give up: random walks were watched to their last action."""
    return max(read_actions(record), default=0) if record["feature"] == "walk" else 0


def cut(timeline: Timeline, patience: int, until: int) -> Timeline:
    """The timeline as far as the recorder watched.

    It gives up once nothing has changed for ``patience`` ticks, not before ``goes_on_until``.
    """
    same = 0
    for number, (before, after) in enumerate(zip(timeline.states, timeline.states[1:], strict=False)):
        same = same + 1 if after.same_as(before) and after.tick > until else 0
        if same >= patience:
            return replace(timeline, states=timeline.states[: number + 2 - same])
    return timeline
