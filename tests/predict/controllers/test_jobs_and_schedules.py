"""Jobs, CronJob schedules, budgets, autoscalers and equal templates."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelens.kube.selector import label_selector
from kubelens.predict.controllers.cron_times import ScheduleError, read_schedule
from kubelens.predict.controllers.cronjob import due_run
from kubelens.predict.controllers.disruption import (
    Budget,
    BudgetPod,
    Controller,
    PodState,
    budget_status,
    judge_eviction,
    read_budget,
)
from kubelens.predict.controllers.job import Job
from kubelens.predict.controllers.job_policy import Ending, Script, read_indexes, write_indexes
from kubelens.predict.controllers.template import template_key
from kubelens.predict.controllers.ticks.pace import Pace
from kubelens.predict.controllers.ticks.ticks import run
from tests.predict.controllers.test_deployment import image_of

NOON = datetime(2026, 1, 30, 12, tzinfo=UTC)


def job(**spec: Any) -> dict[str, Any]:
    return {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "v1"}]}}, **spec}}


@pytest.mark.parametrize(
    ("spec", "endings", "reason"),
    [
        ({"completions": 3, "parallelism": 2}, (Ending(),), "Complete=True:CompletionsReached"),
        ({"backoffLimit": 1}, (Ending(1),), "Failed=True:BackoffLimitExceeded"),
        (
            {"podFailurePolicy": {"rules": [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [7]}}]}},
            (Ending(7),),
            "Failed=True:PodFailurePolicy",
        ),
        (
            {
                "backoffLimit": 0,
                "podFailurePolicy": {
                    "rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]
                },
            },
            (Ending(137, disrupted=True), Ending()),
            "Complete=True:CompletionsReached",
        ),
        ({"completions": 0, "suspend": True}, (Ending(),), "Complete=True:CompletionsReached"),
    ],
)
def test_how_jobs_end(spec: dict[str, Any], endings: tuple[Ending, ...], reason: str) -> None:
    timeline = run(Job(job(**spec), Pace(), image_of, Script({"*": endings})), {}, settle=False)
    assert reason in timeline.last.conditions


def test_pods_that_go_because_the_job_failed_count_as_failed() -> None:
    script = Script({"*": (Ending(1), None)})
    value = job(completions=2, parallelism=2, backoffLimit=0)
    assert run(Job(value, Pace(), image_of, script), {}, settle=False).last.status["failed"] == 2


def test_a_long_back_off_takes_ticks_where_a_tick_has_a_length() -> None:
    def failed(longest_tick: int | None) -> list[int]:
        value = job(backoffLimit=5)
        states = run(Job(value, Pace(), image_of, Script({"*": (Ending(1),)}), longest_tick), {}, settle=False).states
        return [state.status.get("failed", 0) for state in states]

    assert failed(None) == [0, 1, 2, 3, 4, 5, 6]
    assert failed(100) == [0, 1, 2, 3, 4, 5, 5, 6]


@given(st.sets(st.integers(0, 60)))
def test_indexes_there_and_back(indexes: set[int]) -> None:
    assert read_indexes(write_indexes(indexes)) == indexes


@pytest.mark.parametrize(
    ("text", "zone", "after", "expected"),
    [
        ("*/15 * * * *", None, NOON, "2026-01-30T12:15:00+00:00"),
        ("0 0 31 * *", None, datetime(2026, 2, 1, tzinfo=UTC), "2026-03-31T00:00:00+00:00"),
        ("0 0 13 * 5", None, datetime(2026, 3, 1, tzinfo=UTC), "2026-03-06T00:00:00+00:00"),
        ("30 2 * * *", "Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC), "2026-03-30T02:30:00+02:00"),
        ("TZ=Europe/Berlin 30 2 * * *", None, datetime(2026, 3, 28, 12, tzinfo=UTC), "2026-03-30T02:30:00+02:00"),
        ("@every 90s", None, NOON, "2026-01-30T12:01:30+00:00"),
        ("@every -5m", None, NOON, "2026-01-30T12:00:01+00:00"),
    ],
)
def test_next_runs(text: str, zone: str | None, after: datetime, expected: str) -> None:
    found = read_schedule(text, zone).next(after)
    assert found is not None
    assert found.isoformat() == expected


@pytest.mark.parametrize(
    "text", ["", "* * * *", "60 * * * *", "* * * * 7", "@noon", "@every x", "5-1 * * * *", "*/0 * * * *"]
)
def test_schedules_the_controller_cannot_read(text: str) -> None:
    with pytest.raises(ScheduleError):
        read_schedule(text)


def test_a_date_that_does_not_exist_never_runs() -> None:
    assert read_schedule("59 23 31 2 *").next(NOON) is None
    assert due_run({"schedule": "59 23 31 2 *"}, NOON, NOON.replace(year=2027)) is None


def budget(**spec: Any) -> Budget:
    return read_budget({"metadata": {"name": "web"}, "spec": {"selector": {}, **spec}})


def pods(ready: int, unready: int = 0) -> list[BudgetPod]:
    owner = Controller("Deployment", "web", ready + unready)
    states = [PodState.READY] * ready + [PodState.UNREADY] * unready
    return [BudgetPod(f"web-{n}", {}, state, owner) for n, state in enumerate(states)]


@pytest.mark.parametrize(
    ("spec", "ready", "allowed"),
    [
        ({"minAvailable": 2}, 3, 1),
        ({"minAvailable": "51%"}, 2, 0),
        ({"maxUnavailable": "1%"}, 3, 1),
        ({"maxUnavailable": 0}, 3, 0),
        ({"maxUnavailable": "100%"}, 3, 3),
    ],
)
def test_disruptions_allowed(spec: dict[str, Any], ready: int, allowed: int) -> None:
    assert budget_status(budget(**spec), pods(ready)).allowed == allowed


def test_evictions() -> None:
    tight = budget(minAvailable=1)
    everyone = pods(1, 1)
    judged = [(tight, budget_status(tight, everyone))]
    assert judge_eviction(everyone[0], judged).code == 429
    assert judge_eviction(everyone[1], judged).code == 201
    assert judge_eviction(everyone[0], judged * 2).code == 500
    assert label_selector({}).matches({})


def template(**container: Any) -> dict[str, Any]:
    return {"spec": {"containers": [{"name": "main", "image": "v1", **container}]}}


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"imagePullPolicy": "Always"}, True),
        ({"env": []}, True),
        ({"tty": False}, True),
        ({"resources": {}}, True),
        ({"securityContext": {}}, False),
        ({"securityContext": {"privileged": False}}, False),
        ({"args": ["-v"]}, False),
    ],
)
def test_which_templates_are_one(changed: dict[str, Any], same: bool) -> None:
    assert (template_key(template()) == template_key(template(**changed))) is same


CLAIM = {
    "volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"], "dataSourceRef": {"kind": "K", "name": "n"}}}
}


@pytest.mark.parametrize(
    ("source", "value", "path", "same"),
    [
        ({"fc": {"targetWWNs": ["x"]}}, 0, ("fc", "lun"), False),
        ({"iscsi": {"iqn": "x", "targetPortal": "x"}}, 0, ("iscsi", "lun"), True),
        ({"ephemeral": CLAIM}, {}, ("ephemeral", "volumeClaimTemplate", "spec", "resources"), True),
        ({"ephemeral": CLAIM}, "", ("ephemeral", "volumeClaimTemplate", "spec", "dataSourceRef", "namespace"), False),
    ],
)
def test_which_volumes_are_one(source: dict[str, Any], value: object, path: tuple[str, ...], same: bool) -> None:
    def with_volume(volume: dict[str, Any]) -> dict[str, Any]:
        return {"spec": {**template()["spec"], "volumes": [{"name": "v", **volume}]}}

    changed = deepcopy(source)
    target = changed
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    assert (template_key(with_volume(source)) == template_key(with_volume(changed))) is same


def test_quantities_in_other_words_are_the_same() -> None:
    one = template(resources={"requests": {"cpu": "500m", "memory": "1Gi"}})
    other = template(resources={"requests": {"cpu": 0.5, "memory": "1024Mi"}})
    assert template_key(one) == template_key(other)
    assert template_key(one, as_text=True) == template_key(other, as_text=True)
