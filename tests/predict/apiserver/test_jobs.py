from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelens.kube.cron import CronError, is_time_zone, read_cron
from tests.predict.apiserver.judging import blamed, blamed_change, job

INDEXED = {"completionMode": "Indexed", "completions": 3, "parallelism": 3}
RULE = {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [1]}}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, set()),
        ({"parallelism": -1}, {("parallelism", "Invalid")}),
        ({"selector": {"matchLabels": {"a": "b"}}}, {("selector", "Invalid"), ("template.metadata.labels", "Invalid")}),
        ({"manualSelector": True}, {("selector", "Required"), ("template.metadata.labels", "Invalid")}),
        ({"completionMode": "Indexed"}, set()),
        ({"completionMode": "Indexed", "parallelism": 2}, {("completions", "Required")}),
        ({"backoffLimitPerIndex": 1}, {("backoffLimitPerIndex", "Invalid")}),
        ({**INDEXED, "maxFailedIndexes": 4}, {("backoffLimitPerIndex", "Required"), ("maxFailedIndexes", "Invalid")}),
        (
            {"podFailurePolicy": {"rules": [{**RULE, "action": "FailIndex"}]}},
            {("podFailurePolicy.rules[0].action", "Invalid")},
        ),
        (
            {"podFailurePolicy": {"rules": [{**RULE, "onExitCodes": {"operator": "In", "values": [2, 1, 1, 0]}}]}},
            {
                ("podFailurePolicy.rules[0].onExitCodes.values", "Invalid"),
                ("podFailurePolicy.rules[0].onExitCodes.values[2]", "Duplicate"),
                ("podFailurePolicy.rules[0].onExitCodes.values[3]", "Invalid"),
            },
        ),
        (
            {"podFailurePolicy": {"rules": [RULE]}, "podReplacementPolicy": "TerminatingOrFailed"},
            {("podReplacementPolicy", "NotSupported")},
        ),
        ({"successPolicy": {"rules": [{"succeededCount": 1}]}}, {("successPolicy", "Invalid")}),
        (
            {**INDEXED, "successPolicy": {"rules": [{"succeededIndexes": "0-3"}]}},
            {("successPolicy.rules[0].succeededIndexes", "Invalid")},
        ),
        (
            {**INDEXED, "successPolicy": {"rules": [{"succeededIndexes": "0,2", "succeededCount": 3}]}},
            {("successPolicy.rules[0].succeededCount", "Invalid")},
        ),
        ({"managedBy": ""}, {("managedBy", "Required")}),
    ],
)
def test_a_job(spec: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert blamed("Job", job(**spec)) == {(f"spec.{field}", reason) for field, reason in expected}


@pytest.mark.parametrize(
    ("policy", "expected"), [("Always", "Required"), ("never", "NotSupported"), ("OnFailure", None)]
)
def test_how_its_pods_restart(policy: str, expected: str | None) -> None:
    value = job()
    value["spec"]["template"]["spec"]["restartPolicy"] = policy
    fields = dict(blamed("Job", value))
    assert fields == ({"spec.template.spec.restartPolicy": expected} if expected else {})


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"completions": 1, "parallelism": 2, "backoffLimit": 1}, set()),
        ({}, {"completions": 2}, {("spec.completions", "Invalid")}),
        (INDEXED, {**INDEXED, "completions": 5, "parallelism": 5}, set()),
        (INDEXED, {**INDEXED, "completions": 5}, {("spec.completions", "Invalid")}),
        (INDEXED, {"completions": 3, "parallelism": 3}, {("spec.completionMode", "Invalid")}),
    ],
)
def test_what_can_change(before: dict[str, Any], after: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert blamed_change("Job", job(**before), job(**after)) == expected


@pytest.mark.parametrize(("suspend", "field"), [(True, "spec.template.spec"), (False, "spec.template")])
def test_a_suspended_job_can_still_be_steered(suspend: bool, field: str) -> None:
    steered, restarted = job(suspend=suspend), job(suspend=suspend)
    steered["spec"]["template"]["spec"]["nodeSelector"] = {"disk": "ssd"}
    restarted["spec"]["template"]["spec"]["restartPolicy"] = "OnFailure"
    assert blamed_change("Job", job(suspend=suspend), steered) == (set() if suspend else {(field, "Invalid")})
    assert blamed_change("Job", job(suspend=suspend), restarted) == {(field, "Invalid")}


@pytest.mark.parametrize(
    ("schedule", "good"),
    [
        ("*/5 0 1,15 * 1-5", True),
        ("@hourly", True),
        ("@every 1h30m", True),
        ("0 0 * JAN sun", True),
        ("0-10/2 ? * * ?", True),
        ("* * * *", False),
        ("60 * * * *", False),
        ("* * 0 * *", False),
        ("* * * * 7", False),
        ("5-1 * * * *", False),
        ("*/0 * * * *", False),
        (",,, * * * *", True),
        ("+5 0 * * *", True),
        ("@every 0", True),
        ("@every -5m", True),
        ("@Hourly", False),
        (" @hourly", False),
        ("1-2-3 * * * *", False),
        ("@every 1 hour", False),
    ],
)
def test_a_schedule(schedule: str, good: bool) -> None:
    with nullcontext() if good else pytest.raises(CronError):
        read_cron(schedule)


@given(st.lists(st.integers(0, 59), min_size=1, max_size=5), st.integers(1, 59))
def test_any_minutes_of_an_hour_are_a_schedule(minutes: list[int], step: int) -> None:
    assert read_cron(f"{','.join(map(str, minutes))} */{step} * * *").fields[0] == set(minutes)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, set()),
        ({"schedule": "TZ=UTC * * * * *"}, {("schedule", "Invalid")}),
        ({"timeZone": ""}, {("timeZone", "Invalid")}),
        ({"timeZone": "Local"}, {("timeZone", "Invalid")}),
        ({"timeZone": "Etc/UTC"}, set()),
        ({"concurrencyPolicy": "forbid"}, {("concurrencyPolicy", "NotSupported")}),
        ({"successfulJobsHistoryLimit": -1}, {("successfulJobsHistoryLimit", "Invalid")}),
    ],
)
def test_a_cron_job(spec: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    value = {
        "metadata": {"name": "nightly"},
        "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": job()["spec"]}, **spec},
    }
    assert blamed("CronJob", value) == {(f"spec.{field}", reason) for field, reason in expected}


def test_an_unknown_time_zone_is_told_from_a_known_one() -> None:
    assert is_time_zone("Europe/Berlin")
    assert not is_time_zone("Europe/Bonn")


def test_an_indexed_job_s_name_may_be_generated() -> None:
    value = job(completionMode="Indexed", completions=3)
    value["metadata"] = {"generateName": "train-"}
    assert blamed("Job", value) == set()
    value["metadata"] = {"generateName": "t" * 70}
    assert ("metadata.name", "Invalid") in blamed("Job", value)
