"""Schedules of CronJobs as robfig/cron reads them."""

from __future__ import annotations

import pytest

from kubelens.kube.cron import STAR, CronError, read_cron


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("* * * *", "has 4 fields"),
        ("@often", "no descriptor"),
        ("60 * * * *", "60 is above 59"),
        ("* * 0 * *", "0 is below 1"),
        ("5-3 * * * *", "5 is after 3"),
        ("1-2-3 * * * *", "too many dashes"),
        ("*/1/2 * * * *", "too many slashes"),
        ("*/0 * * * *", "a step of 0"),
        ("x * * * *", "'x' is no number"),
        ("9" * 5000 + " * * * *", "no number of 64 bits"),
        ("@every x", "no duration"),
        ("@every " + "9" * 400 + "h", "longer than 292 years"),
        ("@every 2562048h", "longer than 292 years"),
        ("TZ=Nowhere/Nowhere * * * * *", "no IANA time zone"),
    ],
)
def test_what_the_library_refuses(text: str, says: str) -> None:
    with pytest.raises(CronError, match=says):
        read_cron(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90m", 5400), ("1h30m", 5400), ("1.5h", 5400), ("1ns", 1), ("-5m", 1), ("2562047h", 2562047 * 3600)],
)
def test_delays_are_whole_seconds(text: str, seconds: int) -> None:
    assert read_cron(f"@every {text}").every == seconds


def test_fields_hold_what_is_chosen() -> None:
    minutes, hours, days, months, weekdays = read_cron("0,30 8-10/2 ? jan,MAR 1-5").fields
    assert (minutes, hours, months, weekdays) == ({0, 30}, {8, 10}, {1, 3}, {1, 2, 3, 4, 5})
    assert days == {*range(1, 32), STAR}
    assert read_cron("5/20 * * * *").fields[0] == {5, 25, 45}
    assert STAR not in read_cron("*/5 * * * *").fields[0]
    assert read_cron("TZ=Europe/Berlin @daily").zone == "Europe/Berlin"


def test_a_long_text_is_refused_in_time_that_grows_with_its_length() -> None:
    with pytest.raises(CronError):
        read_cron("@every " + "1" * 200_000)
