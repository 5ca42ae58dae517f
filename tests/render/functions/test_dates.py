"""Dates by Go's layouts, durations, and the time of the render, which nobody knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.render.go.function import TemplateFailure
from kubelens.render.go.methods import methods_of
from kubelens.render.go.types import Duration, Int64, type_name
from kubelens.render.origin import Text, unknown_in
from tests.render.functions.calling import call

RFC3339 = "2006-01-02T15:04:05Z07:00"
MOMENT = "2023-07-05T16:09:03+02:00"


@pytest.mark.parametrize(
    ("layout", "shown"),
    [
        ("2006-01-02 15:04:05.000 -0700 MST", "2023-07-05 14:09:03.000 +0000 UTC"),
        ("Monday, 02-Jan-06 3:04PM", "Wednesday, 05-Jul-23 2:09PM"),
        ("January _2 002 __2", "July  5 186 186"),
        ("1/2/06 5 Z07:00 .999", "7/5/23 3 Z "),
        ("Jany Mons _2006", "Jany Mons _2023"),
        ("pm 03 4 -07", "pm 02 9 +00"),
    ],
)
def test_layouts(layout: str, shown: str) -> None:
    assert call("dateInZone", layout, call("toDate", RFC3339, MOMENT), "UTC") == shown


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("date", ("2006-01-02", 1700000000), "2023-11-14"),
        ("date", ("15:04", Int64(86399)), "23:59"),
        ("htmlDate", (86400,), "1970-01-02"),
        ("dateInZone", ("15:04 MST", 1700000000, "America/New_York"), "17:13 EST"),
        ("dateInZone", ("15:04 MST", 1700000000, "../../etc/passwd"), "22:13 UTC"),
        ("unixEpoch", (call("toDate", "2006-01-02", "2024-02-29"),), "1709164800"),
        ("duration", ("3661",), "1h1m1s"),
        ("duration", (95,), "0s"),
        ("durationRound", ("2400h10m5s",), "3mo"),
        ("durationRound", ("90s",), "1m"),
        ("durationSeconds", ("1m30s",), 90.0),
        ("durationDays", ("36h",), 1.5),
        ("durationMilliseconds", ("2.5",), 2500),
        ("durationSeconds", ("x",), 0.0),
    ],
)
def test_results(name: str, arguments: tuple[object, ...], result: object) -> None:
    assert call(name, *arguments) == result


@pytest.mark.parametrize(
    ("layout", "text", "message"),
    [
        ("2006-01-02", "x", 'parsing time "x" as "2006-01-02": cannot parse "x" as "2006"'),
        ("2006-01-02", "2024-13-01", 'parsing time "2024-13-01": month out of range'),
        ("2006-01-02", "2023-02-29", 'parsing time "2023-02-29": day out of range'),
        ("2006-01-02", "2024-05-06x", 'parsing time "2024-05-06x": extra text: "x"'),
        ("15:04", "24:00", 'parsing time "24:00": hour out of range'),
    ],
)
def test_text_that_is_no_time(layout: str, text: str, message: str) -> None:
    with pytest.raises(TemplateFailure) as failure:
        call("mustToDate", layout, text)
    assert failure.value.message == message
    assert call("date", "2006-01-02", call("toDate", layout, text)) == "0001-01-01"


def test_times_have_methods() -> None:
    time = call("toDate", RFC3339, MOMENT)
    methods = methods_of(time)
    assert methods["Hour"].call() == 16
    assert methods["Month"].call() == 7
    later = methods["AddDate"].call(0, 8, 26)
    assert call("date", "2006-01-02", later) == "2024-03-31"
    span = methods_of(later)["Sub"].call(time)
    assert type_name(span) == "time.Duration"
    assert call("toString", span) == "6480h0m0s"
    assert methods_of(span)["Hours"].call() == 6480.0
    assert call("toString", call("dateModify", "-1.5h", time)) == "2023-07-05 14:39:03 +0200 +0200"


def test_the_time_of_the_render_is_unknown() -> None:
    for made in (
        call("date", "2006", call("now")),
        call("date", "2006", "text"),
        call("ago", 0),
        call("unixEpoch", call("now")),
    ):
        assert isinstance(made, Text)
        assert made.unknown
    assert unknown_in([call("dateModify", "1h", call("now"))])
    assert not unknown_in([call("date", "2006", 0)])


@settings(deadline=None, max_examples=100)
@given(st.integers(-(2**63), 2**63 - 1))
def test_a_duration_reads_back(nanoseconds: int) -> None:
    assert call("mustToDuration", call("toString", Duration(nanoseconds))) == nanoseconds


@settings(deadline=None, max_examples=100)
@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)))
def test_days_are_those_of_the_calendar(moment: datetime) -> None:
    seconds = int((moment.replace(microsecond=0, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1))
    shown = call("date", "2006-01-02T15:04:05 Mon 002", seconds)
    assert shown == f"{moment.year:04d}{moment:-%m-%dT%H:%M:%S %a %j}"
    assert call("unixEpoch", call("toDate", "2006-01-02T15:04:05 Mon 002", shown)) == str(seconds)
