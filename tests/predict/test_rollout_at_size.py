"""StatefulSets too large to name their Pods: what is counted for them is what playing them would show."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.api import Oracle
from kubelens.predict.controllers.rollout import rollout
from kubelens.predict.controllers.rollout.at_size import at_size, statefulset_at_size
from kubelens.predict.controllers.rollout.rollout import EVERY, NEW, OLD, Pace, Rollout, RolloutOf
from kubelens.predict.controllers.statefulset import StatefulSet
from kubelens.predict.controllers.ticks.pace import Action, Edit
from kubelens.predict.controllers.ticks.ticks import run
from kubelens.predict.controllers.ticks.timeline import Counts, End, State, Timeline
from kubelens.testing import resources_from_text

TEXT = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: REPLICAS
  serviceName: db
  podManagementPolicy: POLICY
  updateStrategy: {type: RollingUpdate, rollingUpdate: {ROLLING}}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "registry.example.com/db:TAG"}]}
"""


def database(replicas: int, tag: int, policy: str = "OrderedReady", rolling: str = "") -> Resource:
    words = {"REPLICAS": str(replicas), "POLICY": policy, "{ROLLING}": f"{{{rolling}}}", "TAG": str(tag)}
    text = TEXT
    for word, value in words.items():
        text = text.replace(word, value)
    return resources_from_text(text)[0]


def counted(timeline: Timeline) -> list[tuple[int, dict[str, Counts], dict[str, Any]]]:
    states = [*([timeline.before] if timeline.before else []), *timeline.states]
    return [(state.tick, {k: c for k, c in state.revisions.items() if c}, dict(state.status)) for state in states]


@settings(max_examples=25, deadline=None)
@given(
    replicas=st.integers(60, 75),
    policy=st.sampled_from(["OrderedReady", "Parallel"]),
    rolling=st.sampled_from(["", "partition: 3", "maxUnavailable: 2", "maxUnavailable: 10%", "partition: 30"]),
    ready=st.integers(1, 3),
    gone=st.integers(1, 2),
    never=st.booleans(),
    several=st.booleans(),
    created=st.booleans(),
)
def test_what_is_counted_is_what_is_played(
    replicas: int, policy: str, rolling: str, ready: int, gone: int, never: bool, several: bool, created: bool
) -> None:
    new = database(replicas, 2, policy, rolling)
    old = None if created else database(replicas, 1, policy, rolling)
    pace = Pace({EVERY: ready, **({NEW: None} if never else {})}, {EVERY: gone})
    label = rollout._label(old, new)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kubelens.predict.controllers.rollout.at_size._MOST_STATES", 0)
        told = statefulset_at_size(new, old, pace, label, several=several)
    controller = StatefulSet((old or new).value, pace, label, several=several)
    actions: dict[int, tuple[Action, ...]] = {0: (Edit(new.value),)} if old is not None else {}
    played = run(controller, actions, max_ticks=1000, settle=old is not None)
    assert told is not None or "10%" in rolling
    if told is None:
        return
    assert told.end is played.end
    assert counted(told) == counted(played)


def asked(new: Resource, old: Resource | None = None) -> Rollout:
    return Oracle(Bundle([new], "1.37"))(RolloutOf(new, old)).answer


def test_thousands_go_one_after_the_other() -> None:
    answer = asked(database(5000, 2), database(5000, 1))
    assert answer.end is End.DONE
    assert answer.timeline is not None
    assert answer.timeline.last.tick == 10_000
    assert answer.timeline.min_ready == 4999
    assert answer.timeline.last.revisions == {NEW: Counts(5000, 5000)}
    assert answer.timeline.states[5000].revisions[OLD].ready + answer.timeline.states[5000].revisions[NEW].ready >= 4998


def test_thousands_that_start_at_once_are_played() -> None:
    answer = asked(database(2000, 1, "Parallel"))
    assert (answer.end, answer.timeline and answer.timeline.last.tick) == (End.DONE, 1)


@pytest.mark.parametrize(("before", "after"), [(5000, 4000), (10, 5000)])
def test_thousands_that_become_others_are_left_alone(before: int, after: int) -> None:
    assert "more than the 300" in asked(database(after, 2), database(before, 1)).refusal


def test_what_does_not_go_on_evenly_has_no_answer() -> None:
    def play(pods: int) -> Timeline:
        states = tuple(State(tick, {NEW: Counts(pods, min(pods, tick * tick))}, {}) for tick in range(pods))
        return Timeline(None, states, End.DONE)

    assert at_size(play, 8, 1, 5000) is None
