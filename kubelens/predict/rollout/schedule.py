"""Cron schedules as the CronJob controller's library reads them (robfig/cron v3, standard parser).

Not croniter: it disagrees on ``*/n`` beside a day of the week, on ``7`` for Sunday, on ``@every`` and on times that
a change of clocks skips or repeats.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from msgspec import Struct

_STAR: Final = -1
_YEARS: Final = 5
_MONTHS: Final = {
    m: n for n, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_DAYS: Final = {d: n for n, d in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_FIELDS: Final[tuple[tuple[str, int, int, dict[str, int]], ...]] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of month", 1, 31, {}),
    ("month", 1, 12, _MONTHS),
    ("day of week", 0, 6, _DAYS),
)
_WORDS: Final = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_DURATION: Final = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


class ScheduleError(ValueError):
    """A schedule the controller cannot read."""


class Every(Struct, frozen=True):
    """``@every``: a constant delay, in seconds."""

    seconds: int

    def next(self, after: datetime) -> datetime | None:
        """The next time after one."""
        return after.replace(microsecond=0) + timedelta(seconds=self.seconds)


class Times(Struct, frozen=True):
    """Minutes, hours, days and months, in a time zone."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    zone: tzinfo = UTC

    def _day_matches(self, local: datetime) -> bool:
        day, weekday = local.day in self.days, local.isoweekday() % 7 in self.weekdays
        return (day and weekday) if _STAR in self.days or _STAR in self.weekdays else (day or weekday)

    def next(self, after: datetime) -> datetime | None:  # noqa: C901 - the library's search is one loop
        """The next time after one; None where there is none in five years (cron, SpecSchedule.Next)."""
        zone = self.zone
        t = after.astimezone(zone).replace(microsecond=0)
        t = _shift(t, timedelta(seconds=1))
        added = False
        limit = t.year + _YEARS
        while True:
            if t.year > limit:
                return None
            wrapped = False
            while t.month not in self.months:
                if not added:
                    added, t = True, _date(t.year, t.month, 1, 0, zone)
                t = _date(t.year + t.month // 12, t.month % 12 + 1, t.day, t.hour, zone, t.minute)
                if t.month == 1:
                    wrapped = True
                    break
            if wrapped:
                continue
            while not self._day_matches(t):
                if not added:
                    added, t = True, _date(t.year, t.month, t.day, 0, zone)
                t = _date(t.year, t.month, t.day + 1, t.hour, zone, t.minute)
                if t.hour:
                    t = _shift(t, timedelta(hours=24 - t.hour if t.hour > 12 else -t.hour))
                if t.day == 1:
                    wrapped = True
                    break
            if wrapped:
                continue
            while t.hour not in self.hours:
                if not added:
                    added, t = True, _date(t.year, t.month, t.day, t.hour, zone)
                t = _shift(t, timedelta(hours=1))
                if t.hour == 0:
                    wrapped = True
                    break
            if wrapped:
                continue
            while t.minute not in self.minutes:
                if not added:
                    added, t = True, t.replace(second=0)
                t = _shift(t, timedelta(minutes=1))
                if t.minute == 0:
                    wrapped = True
                    break
            if wrapped:
                continue
            while t.second:
                added = True
                t = _shift(t, timedelta(seconds=1))
                if t.second == 0:
                    wrapped = True
                    break
            if not wrapped:
                return t


def _shift(t: datetime, by: timedelta) -> datetime:
    return (t.astimezone(UTC) + by).astimezone(t.tzinfo)


def _date(year: int, month: int, day: int, hour: int, zone: tzinfo, minute: int = 0) -> datetime:
    """A wall-clock time as Go's ``time.Date`` takes it, days past the end of the month and gaps included."""
    naive = datetime(year, month, 1, hour, minute, tzinfo=UTC) + timedelta(days=day - 1)
    offset = naive.astimezone(zone).utcoffset() or timedelta()
    offset = (naive - offset).astimezone(zone).utcoffset() or timedelta()
    return (naive - offset).astimezone(zone)


Schedule = Every | Times


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - few schedules name a zone

    return ZoneInfo(name)


def read_schedule(text: str, zone: str | None = None) -> Schedule:
    """A CronJob's ``schedule`` in its ``timeZone`` (default UTC, as most controllers run).

    Raises:
        ScheduleError: the text is no schedule, or the zone is not known.
    """
    try:
        place = _zone(zone) if zone else UTC
    except (ValueError, OSError, KeyError):
        raise ScheduleError(f"unknown time zone {zone!r}") from None
    text = text.strip()
    if text.startswith("@every "):
        return Every(_duration(text.removeprefix("@every ").strip()))
    if text.startswith("@"):
        if text not in _WORDS:
            raise ScheduleError(f"unrecognized descriptor {text!r}")
        text = _WORDS[text]
    pieces = text.split()
    if len(pieces) != len(_FIELDS):
        raise ScheduleError(f"{text!r} has {len(pieces)} fields, a schedule has {len(_FIELDS)}")
    minutes, hours, days, months, weekdays = (_field(p, *f) for p, f in zip(pieces, _FIELDS, strict=True))
    return Times(minutes, hours, days, months, weekdays, place)


def _duration(text: str) -> int:
    seconds, end = 0.0, 0
    for match in _DURATION.finditer(text):
        if match.start() != end:
            break
        seconds += float(match[1]) * _UNITS[match[2]]
        end = match.end()
    if not text or end != len(text):
        raise ScheduleError(f"{text!r} is no duration")
    return max(1, int(seconds))


def _field(text: str, name: str, low: int, high: int, names: dict[str, int]) -> frozenset[int]:
    found: set[int] = set()
    for piece in text.split(","):
        found |= _range(piece, name, low, high, names)
    return frozenset(found)


def _range(piece: str, name: str, low: int, high: int, names: dict[str, int]) -> set[int]:
    bounds, slash, step_text = piece.partition("/")
    first, dash, last = bounds.partition("-")
    star = False
    if first in ("*", "?") and not dash:
        start, end, star = low, high, True
    else:
        start = _number(first, name, names)
        end = _number(last, name, names) if dash else start
    step = 1
    if slash:
        step = _number(step_text, name, {})
        if not dash and not star:
            end = high
        star = star and step <= 1
    if start < low or end > high or start > end or step == 0:
        raise ScheduleError(f"{piece!r} is no {name} ({low} to {high})")
    return set(range(start, end + 1, step)) | ({_STAR} if star else set())


def _number(text: str, name: str, names: dict[str, int]) -> int:
    if text.lower() in names:
        return names[text.lower()]
    if not text.isascii() or not text.isdigit():
        raise ScheduleError(f"{text!r} is no {name}")
    return int(text)
