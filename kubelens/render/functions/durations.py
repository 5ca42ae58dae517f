"""Durations in numbers (Helm 4, ``asDuration`` and what uses it)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from kubelens.render.functions.family import Family
from kubelens.render.go.duration import HOUR, MINUTE, SECOND, NotADuration, parse_duration
from kubelens.render.go.function import ANY, TemplateFailure
from kubelens.render.go.printing import format_value
from kubelens.render.go.strconv import NotANumber, format_float, parse_float, quote
from kubelens.render.go.time_value import in_units, rounded_duration, truncated_duration
from kubelens.render.go.types import MAX_INT64, MIN_INT64, Duration, Int64, type_name
from kubelens.render.go.unicode import SPACES

DURATIONS = Family()
_MOST_SECONDS: Final = MAX_INT64 // SECOND


@DURATIONS.function("mustToDuration", takes=(ANY,), new=True)
def must_to_duration(value: object) -> Duration:
    """The duration that a text or a number of seconds is; fails if it is none."""
    if isinstance(value, Duration):
        return value
    if isinstance(value, str):
        return _from_text(value)
    if value is None:
        raise TemplateFailure("invalid duration")
    if isinstance(value, bool):
        raise TemplateFailure(f"unsupported duration type {type_name(value)}")
    if isinstance(value, int):
        if abs(value) > _MOST_SECONDS:
            raise TemplateFailure(f"duration seconds overflow: {int(value)}")
        return Duration(value * SECOND)
    if isinstance(value, float):
        return _from_seconds(value)
    raise TemplateFailure(f"unsupported duration type {type_name(value)}")


def _from_text(text: str) -> Duration:
    trimmed = text.strip(SPACES)
    if not trimmed:
        raise TemplateFailure("empty duration")
    try:
        return parse_duration(trimmed)
    except NotADuration:
        pass
    try:
        return _from_seconds(parse_float(trimmed))
    except NotANumber:
        raise TemplateFailure(f"could not parse duration {quote(text)}") from None


def _from_seconds(seconds: float) -> Duration:
    if not math.isfinite(seconds):
        raise TemplateFailure(f"invalid duration seconds: {format_float(seconds)}")
    if abs(seconds) > MAX_INT64 / SECOND:
        raise TemplateFailure(f"duration seconds overflow: {format_float(seconds)}")
    nanoseconds = seconds * SECOND
    if not MIN_INT64 <= nanoseconds <= float(MAX_INT64):
        raise TemplateFailure(f"duration nanoseconds overflow: {format_value(nanoseconds)}")
    return Duration(min(int(nanoseconds), MAX_INT64))


def _known(value: object) -> int:
    """The duration in nanoseconds, 0 for what is none."""
    try:
        return int(must_to_duration(value))
    except TemplateFailure:
        return 0


def _in(unit: int) -> Callable[[object], float]:
    return lambda value: in_units(_known(value), unit)


def _whole(unit: int) -> Callable[[object], Int64]:
    return lambda value: Int64(abs(_known(value)) // unit * (-1 if _known(value) < 0 else 1))


DURATIONS.function("durationSeconds", takes=(ANY,), new=True)(_in(SECOND))
DURATIONS.function("durationMinutes", takes=(ANY,), new=True)(_in(MINUTE))
DURATIONS.function("durationHours", takes=(ANY,), new=True)(_in(HOUR))
DURATIONS.function("durationMilliseconds", takes=(ANY,), new=True)(_whole(10**6))
DURATIONS.function("durationMicroseconds", takes=(ANY,), new=True)(_whole(10**3))
DURATIONS.function("durationNanoseconds", takes=(ANY,), new=True)(_whole(1))


@DURATIONS.function("durationDays", takes=(ANY,), new=True)
def duration_days(value: object) -> float:
    """The duration in days."""
    return in_units(_known(value), HOUR) / 24


@DURATIONS.function("durationWeeks", takes=(ANY,), new=True)
def duration_weeks(value: object) -> float:
    """The duration in weeks."""
    return in_units(_known(value), HOUR) / 24 / 7


@DURATIONS.function("durationRoundTo", takes=(ANY, ANY), new=True)
def duration_round_to(value: object, step: object) -> Duration:
    """The duration, rounded to a multiple of the step; as it is if that is none."""
    return rounded_duration(_known(value), _known(step))


@DURATIONS.function("durationTruncateTo", takes=(ANY, ANY), new=True)
def duration_truncate_to(value: object, step: object) -> Duration:
    """The duration, cut to a multiple of the step; as it is if that is none."""
    return truncated_duration(_known(value), _known(step))
