"""When a CronJob runs, as the CronJob controller's library counts (robfig/cron v3, ``SpecSchedule.Next``).

Not croniter: it disagrees on ``*/n`` beside a day of the week, on ``7`` for Sunday, on ``@every`` and on times that
a change of clocks skips or repeats.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from msgspec import Struct

from kubelens.kube.cron import STAR, CronError, read_cron

_YEARS: Final = 5


class ScheduleError(ValueError):
    """A schedule the controller cannot read."""


class Every(Struct, frozen=True):
    """``@every``: a constant delay, in seconds."""

    seconds: int

    def next(self, after: datetime) -> datetime | None:
        """The next time after one; None where calendars end before."""
        try:
            return after.replace(microsecond=0) + timedelta(seconds=self.seconds)
        except OverflowError:
            return None


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
        return (day and weekday) if STAR in self.days or STAR in self.weekdays else (day or weekday)

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

    A zone in the schedule itself goes before ``timeZone`` (cronjob, ``formatSchedule``).

    Raises:
        ScheduleError: the text is no schedule, or the zone is not known.
    """
    try:
        cron = read_cron(text)
    except CronError as error:
        raise ScheduleError(f"the schedule {text!r} {error}") from None
    if cron.every:
        return Every(cron.every)
    zone = cron.zone or zone
    try:
        place = _zone(zone) if zone else UTC
    except (ValueError, OSError, KeyError):
        raise ScheduleError(f"unknown time zone {zone!r}") from None
    minutes, hours, days, months, weekdays = cron.fields
    return Times(minutes, hours, days, months, weekdays, place)
