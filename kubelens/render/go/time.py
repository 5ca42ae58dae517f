"""Moments as Go's ``time.Time`` has them: nanoseconds since 1970 in UTC, seen in a time zone.

The zone called Local is UTC here, as where a chart is rendered in a container.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC as WORLD_TIME
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from kubelens.render.go.duration import SECOND
from kubelens.render.go.time_layout import layout_parts

DAY: Final = 86_400
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
STRING_LAYOUT: Final = "2006-01-02 15:04:05.999999999 -0700 MST"
RFC3339_NANO: Final = "2006-01-02T15:04:05.999999999Z07:00"
_EPOCH: Final = 719_468
"""Days from 0000-03-01 to 1970-01-01."""


class UnknownZone(ValueError):
    """A name that no time zone has."""


class Zone(msgspec.Struct, frozen=True):
    """A time zone: a fixed offset in seconds, or the name of one whose offset changes."""

    name: str = "UTC"
    offset: int = 0
    changes: str = ""

    def at(self, seconds: int) -> tuple[str, int]:
        """The abbreviation and the offset at a moment."""
        if not self.changes:
            return self.name, self.offset
        moment = datetime(1970, 1, 1, tzinfo=WORLD_TIME) + timedelta(
            seconds=min(max(seconds, -(6 * 10**10)), 2 * 10**11)
        )
        local = moment.astimezone(ZoneInfo(self.changes))
        return local.tzname() or "", int((local.utcoffset() or timedelta()).total_seconds())


UTC: Final = Zone()


@lru_cache(maxsize=64)
def load_zone(name: str) -> Zone:
    """The zone of that name (``time.LoadLocation``); raises ``UnknownZone``."""
    if name in ("", "UTC", "Local"):
        return UTC
    if ".." in name or name[0] in "/\\" or "\\" in name:
        raise UnknownZone(name)
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise UnknownZone(name) from None
    return Zone(changes=name)


class Moment(msgspec.Struct, frozen=True):
    """A point in time, and the zone that it is seen in."""

    nanoseconds: int
    zone: Zone = UTC

    @property
    def unix(self) -> int:
        """Whole seconds since 1970."""
        return self.nanoseconds // SECOND

    @property
    def fraction(self) -> int:
        """Nanoseconds within the second."""
        return self.nanoseconds % SECOND

    def clock(self) -> Clock:
        """Date and time in the zone."""
        name, offset = self.zone.at(self.unix)
        days, seconds = divmod(self.unix + offset, DAY)
        year, month, day = civil_date(days)
        first = days_of(year, 1, 1)
        return Clock(year, month, day, seconds, days - first + 1, (days + 4) % 7, name, offset)

    def format(self, layout: str) -> str:
        """The moment by a layout (``Time.Format``)."""
        clock = self.clock()
        return "".join(
            _shown(part.standard, clock, self.fraction) if part.standard else part.text for part in layout_parts(layout)
        )


class Clock(msgspec.Struct, frozen=True):
    """A date and a time of day; ``second_of_day`` counts from midnight, ``weekday`` from Sunday."""

    year: int
    month: int
    day: int
    second_of_day: int
    year_day: int
    weekday: int
    zone: str
    offset: int

    @property
    def hour(self) -> int:
        """0 to 23."""
        return self.second_of_day // 3600

    @property
    def minute(self) -> int:
        """0 to 59."""
        return self.second_of_day // 60 % 60

    @property
    def second(self) -> int:
        """0 to 59."""
        return self.second_of_day % 60


def civil_date(days: int) -> tuple[int, int, int]:
    """Year, month and day of the day that is so many days after 1970-01-01, in the calendar of today."""
    if -719_162 <= days <= 2_932_896:
        found = date.fromordinal(days + 719_163)
        return found.year, found.month, found.day
    era, day_of_era = divmod(days + _EPOCH, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


def days_of(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date; a month or day out of range counts on (``time.Date``)."""
    year += (month - 1) // 12
    month = (month - 1) % 12 + 1
    shifted_year = year - (month <= 2)
    era, year_of_era = divmod(shifted_year, 400)
    day_of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - _EPOCH + day - 1


def days_in(month: int, year: int) -> int:
    """Days of a month."""
    return days_of(year, month + 1, 1) - days_of(year, month, 1)


def _shown(standard: str, clock: Clock, fraction: int) -> str:
    if standard[0] in "-Z":
        return _offset(standard, clock.offset)
    if standard[0] in ".,":
        return _fraction(standard, fraction)
    return _PARTS[standard](clock)


def _offset(standard: str, offset: int) -> str:
    if standard[0] == "Z" and offset == 0:
        return "Z"
    colon = ":" if ":" in standard else ""
    parts = f"{abs(offset) // 3600:02d}", f"{abs(offset) // 60 % 60:02d}", f"{abs(offset) % 60:02d}"
    shown = {3: 1, 5: 2, 6: 2, 7: 3, 9: 3}[len(standard)]
    return ("-" if offset < 0 else "+") + colon.join(parts[:shown])


def _fraction(standard: str, fraction: int) -> str:
    size = len(standard) - 1
    digits = f"{fraction:09d}".ljust(size, "0")[:size]
    if standard[1] == "9":
        digits = digits.rstrip("0")
    return standard[0] + digits if digits else ""


def _abbreviation(clock: Clock) -> str:
    """The zone's name, or its offset where it has none."""
    return clock.zone or _offset("-0700", clock.offset)


def _twelve(clock: Clock) -> int:
    return clock.hour % 12 or 12


def _year(clock: Clock) -> str:
    return f"{clock.year:04d}" if clock.year >= 0 else f"-{-clock.year:04d}"


_PARTS: Final[dict[str, Callable[[Clock], str]]] = {
    "2006": _year,
    "06": lambda clock: f"{clock.year % 100:02d}",
    "January": lambda clock: MONTHS[clock.month - 1],
    "Jan": lambda clock: MONTHS[clock.month - 1][:3],
    "01": lambda clock: f"{clock.month:02d}",
    "1": lambda clock: str(clock.month),
    "Monday": lambda clock: WEEKDAYS[clock.weekday],
    "Mon": lambda clock: WEEKDAYS[clock.weekday][:3],
    "02": lambda clock: f"{clock.day:02d}",
    "_2": lambda clock: f"{clock.day:2d}",
    "2": lambda clock: str(clock.day),
    "002": lambda clock: f"{clock.year_day:03d}",
    "__2": lambda clock: f"{clock.year_day:3d}",
    "15": lambda clock: f"{clock.hour:02d}",
    "03": lambda clock: f"{_twelve(clock):02d}",
    "3": lambda clock: str(_twelve(clock)),
    "04": lambda clock: f"{clock.minute:02d}",
    "4": lambda clock: str(clock.minute),
    "05": lambda clock: f"{clock.second:02d}",
    "5": lambda clock: str(clock.second),
    "PM": lambda clock: "PM" if clock.hour >= 12 else "AM",
    "pm": lambda clock: "pm" if clock.hour >= 12 else "am",
    "MST": _abbreviation,
}
