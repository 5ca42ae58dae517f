"""Deployments step by step."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.predict.controllers.fenceposts import read_strategy
from kubelens.predict.controllers.ticks.deployment import Deployment
from kubelens.predict.controllers.ticks.pace import Edit, Pace
from kubelens.predict.controllers.ticks.ticks import run
from kubelens.predict.controllers.ticks.timeline import End, Timeline


def deployment(image: str, replicas: int, **spec: Any) -> dict[str, Any]:
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "main", "image": image}]},
    }
    return {"metadata": {"name": "web"}, "spec": {"replicas": replicas, "template": template, **spec}}


def rolling(surge: int | str, unavailable: int | str) -> dict[str, Any]:
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}


def image_of(template: Any) -> str:
    return str(template["spec"]["containers"][0]["image"])


def roll(old: dict[str, Any], new: dict[str, Any], pace: Pace | None = None, capacity: int | None = None) -> Timeline:
    controller = Deployment(old, pace or Pace(), image_of, capacity)
    return run(controller, {0: (Edit(new),)}, max_ticks=400)


sizes = st.one_of(st.integers(0, 12), st.integers(0, 100).map(lambda p: f"{p}%"))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 40), sizes, sizes, st.integers(1, 4), st.one_of(st.none(), st.integers(1, 4)), st.integers(1, 4))
def test_never_beyond_the_fenceposts(
    replicas: int, surge: int | str, unavailable: int | str, old_ready: int, new_ready: int | None, gone: int
) -> None:
    strategy = rolling(surge, unavailable)
    pace = Pace({"v1": old_ready, "v2": new_ready}, {"*": gone})
    timeline = roll(deployment("v1", replicas, strategy=strategy), deployment("v2", replicas, strategy=strategy), pace)
    bounds = read_strategy({"strategy": strategy})
    assert timeline.max_pods <= replicas + bounds.max_surge(replicas)
    assert timeline.min_ready >= replicas - bounds.max_unavailable(replicas)
    if new_ready is not None:
        assert timeline.end is End.DONE
        assert timeline.last.ready == replicas


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 30), st.integers(0, 30), sizes, sizes)
def test_scaling_ends_at_the_size_asked_for(before: int, after: int, surge: int | str, unavailable: int | str) -> None:
    strategy = rolling(surge, unavailable)
    timeline = roll(deployment("v1", before, strategy=strategy), deployment("v1", after, strategy=strategy))
    assert timeline.end is End.DONE
    assert timeline.last.total == timeline.last.ready == after
    assert "v2" not in timeline.last.revisions


def test_a_broken_version_rests_at_the_fenceposts() -> None:
    old, new = deployment("v1", 10), deployment("v2", 10)
    timeline = roll(old, new, Pace({"v1": 1, "v2": None}))
    assert timeline.end is End.STUCK
    assert timeline.last.revisions["v1"].ready == 8
    assert timeline.last.revisions["v2"].pods == 5


def test_recreate_waits_for_the_last_old_pod() -> None:
    strategy = {"type": "Recreate"}
    timeline = roll(deployment("v1", 3, strategy=strategy), deployment("v2", 3, strategy=strategy), Pace({}, {"*": 3}))
    assert all(not ({"v1", "v2"} <= set(state.revisions)) for state in timeline.states)
    assert timeline.min_ready == 0


def test_paused_does_not_roll() -> None:
    timeline = roll(deployment("v1", 3), deployment("v2", 3, paused=True))
    assert timeline.end is End.PAUSED
    assert timeline.last.revisions["v1"].ready == 3


@pytest.mark.parametrize(("capacity", "end"), [(3, End.STUCK), (4, End.DONE)])
def test_room_for_one_pod_more(capacity: int, end: End) -> None:
    strategy = rolling(1, 0)
    old, new = deployment("v1", 3, strategy=strategy), deployment("v2", 3, strategy=strategy)
    assert roll(old, new, capacity=capacity).end is end


def test_going_back_keeps_the_old_pods() -> None:
    controller = Deployment(deployment("v1", 4), Pace({"v1": 1, "v2": None}), image_of)
    timeline = run(controller, {0: (Edit(deployment("v2", 4)),), 3: (Edit(deployment("v1", 4)),)}, max_ticks=40)
    assert timeline.end is End.DONE
    assert set(timeline.last.revisions) == {"v1"}
    assert timeline.min_ready == 3
