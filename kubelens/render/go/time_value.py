"""``time.Time`` and ``time.Duration`` as templates see them: their methods."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from kubelens.render.go.duration import HOUR, MINUTE, SECOND, duration_text
from kubelens.render.go.function import Function, TemplateFailure
from kubelens.render.go.time import DAY, MONTHS, RFC3339_NANO, STRING_LAYOUT, UTC, WEEKDAYS, Moment, days_of
from kubelens.render.go.types import MAX_INT64, MIN_INT64, Duration, Int64, Named, Struct
from kubelens.render.origin import Text, Unknown

TIME: Final = "time.Time"
DURATION: Final = "time.Duration"
_ZERO: Final = days_of(1, 1, 1) * DAY * SECOND


class Time(Struct):
    """A ``time.Time``."""

    __slots__ = ("moment",)

    def __init__(self, moment: Moment) -> None:
        super().__init__(TIME, {}, {}, text=lambda: self.shown(STRING_LAYOUT), json=lambda: self.shown(RFC3339_NANO))
        self.moment = moment
        self.methods = _Methods(self)

    def shown(self, layout: str) -> str:
        """The moment by a layout."""
        made = self.moment.format(layout)
        return Text.stand_in(made) if isinstance(self, Unknown) else made


class UnknownTime(Time, Unknown):
    """A time that stands in for one that a chart does not decide, such as that of the render."""

    __slots__ = ()


def time_of(value: object) -> Time:
    """The argument as a time; fails on what only looks like one."""
    if not isinstance(value, Time):
        raise TemplateFailure("runtime error: invalid memory address or nil pointer dereference")
    return value


def moved(value: Time, nanoseconds: int) -> Time:
    """So much later; as unknown as the time is."""
    made = Moment(value.moment.nanoseconds + nanoseconds, value.moment.zone)
    return UnknownTime(made) if isinstance(value, Unknown) else Time(made)


class _Methods(Mapping[str, Function]):
    """A time's methods, made when they are asked for."""

    def __init__(self, value: Time) -> None:
        self.value = value

    def __getitem__(self, name: str) -> Function:
        parameters, body = _TIME_METHODS[name]
        value = self.value
        return Function(name, lambda *arguments: body(value, *arguments), parameters)

    def __iter__(self) -> Iterator[str]:
        return iter(_TIME_METHODS)

    def __len__(self) -> int:
        return len(_TIME_METHODS)


def _month(value: Time) -> Named:
    number = value.moment.clock().month
    return Named.make(number, "time.Month", MONTHS[number - 1])


def _weekday(value: Time) -> Named:
    number = value.moment.clock().weekday
    return Named.make(number, "time.Weekday", WEEKDAYS[number])


def _add_date(value: Time, years: int, months: int, days: int) -> Time:
    clock = value.moment.clock()
    first = days_of(clock.year + years, clock.month + months, 1)
    seconds = (first + clock.day - 1 + days) * DAY + clock.second_of_day - clock.offset
    return moved(value, seconds * SECOND + value.moment.fraction - value.moment.nanoseconds)


def _since(value: Time, other: object) -> Duration:
    span = value.moment.nanoseconds - time_of(other).moment.nanoseconds
    return Duration(min(max(span, MIN_INT64), MAX_INT64))


def _seen_in_utc(value: Time) -> Time:
    made = Moment(value.moment.nanoseconds, UTC)
    return UnknownTime(made) if isinstance(value, Unknown) else Time(made)


def _truncated(value: Time, step: int) -> Time:
    return moved(value, -((value.moment.nanoseconds - _ZERO) % step)) if step > 0 else value


def _rounded(value: Time, step: int) -> Time:
    if step <= 0:
        return value
    rest = (value.moment.nanoseconds - _ZERO) % step
    return moved(value, -rest if 2 * rest < step else step - rest)


def _order(value: Time, other: object) -> int:
    return (value.moment.nanoseconds > time_of(other).moment.nanoseconds) - (
        value.moment.nanoseconds < time_of(other).moment.nanoseconds
    )


_TIME_METHODS: Final[dict[str, tuple[tuple[str, ...], Callable[..., object]]]] = {
    "Year": ((), lambda value: value.moment.clock().year),
    "Month": ((), _month),
    "Day": ((), lambda value: value.moment.clock().day),
    "Weekday": ((), _weekday),
    "YearDay": ((), lambda value: value.moment.clock().year_day),
    "Hour": ((), lambda value: value.moment.clock().hour),
    "Minute": ((), lambda value: value.moment.clock().minute),
    "Second": ((), lambda value: value.moment.clock().second),
    "Nanosecond": ((), lambda value: value.moment.fraction),
    "Unix": ((), lambda value: Int64(value.moment.unix)),
    "UnixMilli": ((), lambda value: Int64(value.moment.nanoseconds // 10**6)),
    "UnixMicro": ((), lambda value: Int64(value.moment.nanoseconds // 10**3)),
    "UnixNano": ((), lambda value: Int64(value.moment.nanoseconds)),
    "Format": (("string",), lambda value, layout: value.shown(layout)),
    "String": ((), lambda value: value.shown(STRING_LAYOUT)),
    "Add": ((DURATION,), lambda value, span: moved(value, span)),
    "AddDate": (("int", "int", "int"), _add_date),
    "Sub": ((TIME,), _since),
    "Before": ((TIME,), lambda value, other: _order(value, other) < 0),
    "After": ((TIME,), lambda value, other: _order(value, other) > 0),
    "Equal": ((TIME,), lambda value, other: _order(value, other) == 0),
    "Compare": ((TIME,), _order),
    "IsZero": ((), lambda value: value.moment.nanoseconds == _ZERO),
    "UTC": ((), _seen_in_utc),
    "Local": ((), _seen_in_utc),
    "Truncate": ((DURATION,), _truncated),
    "Round": ((DURATION,), _rounded),
}


NOW: Final = UnknownTime(Moment(days_of(2000, 1, 1) * DAY * SECOND))
"""What stands in for the time of the render."""


def truncated_duration(value: int, step: int) -> Duration:
    """Towards zero, to a multiple (``Duration.Truncate``)."""
    if step <= 0:
        return Duration(value)
    return Duration(value - (abs(value) % step) * (-1 if value < 0 else 1))


def rounded_duration(value: int, step: int) -> Duration:
    """To the nearest multiple, halves away from zero (``Duration.Round``)."""
    if step <= 0:
        return Duration(value)
    rest = abs(value) % step
    nearest = abs(value) - rest if 2 * rest < step else abs(value) + step - rest
    nearest = min(nearest, MAX_INT64)
    return Duration(-nearest if value < 0 else nearest)


def in_units(value: int, unit: int) -> float:
    """The duration in a unit, as Go adds it up: whole units and the rest (``Duration.Hours``)."""
    whole, rest = divmod(abs(value), unit)
    count = whole + rest / unit
    return -count if value < 0 else count


def duration_methods(value: Duration) -> dict[str, Function]:
    """The methods of a duration."""
    nanoseconds = int(value)
    return {
        function.name: function
        for function in (
            Function("String", lambda: duration_text(nanoseconds)),
            Function("Seconds", lambda: in_units(nanoseconds, SECOND)),
            Function("Minutes", lambda: in_units(nanoseconds, MINUTE)),
            Function("Hours", lambda: in_units(nanoseconds, HOUR)),
            Function("Milliseconds", lambda: Int64(_cut(nanoseconds, 10**6))),
            Function("Microseconds", lambda: Int64(_cut(nanoseconds, 10**3))),
            Function("Nanoseconds", lambda: Int64(nanoseconds)),
            Function("Abs", lambda: Duration(min(abs(nanoseconds), MAX_INT64))),
            Function("Truncate", lambda step: truncated_duration(nanoseconds, step), (DURATION,)),
            Function("Round", lambda step: rounded_duration(nanoseconds, step), (DURATION,)),
        )
    }


def _cut(value: int, unit: int) -> int:
    return abs(value) // unit * (-1 if value < 0 else 1)
