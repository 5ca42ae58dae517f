"""Parts of moments and durations (cel-go ``common/types/timestamp.go``, ``duration.go``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from kubelens.cel.values import CelError, Duration, Timestamp, Unmodelled, no_overload
from kubelens.syntax.pattern import pattern

_OFFSET: Final = pattern(r"([+-]?)(\d\d):(\d\d)\Z", re.ASCII)


def _in_zone(moment: datetime, name: str) -> datetime:
    """A moment as clocks show it in a zone; Go takes any number of hours (``time.FixedZone``)."""
    found = _OFFSET.match(name)
    if found is not None:
        shift = timedelta(hours=int(found[2]), minutes=int(found[3]))
        try:
            return moment - shift if found[1] == "-" else moment + shift
        except OverflowError:
            raise Unmodelled("a moment beyond the year 9999 or before the year 1") from None
    return moment.astimezone(_zone(name))


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - only for named zones

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CelError(f"unknown time zone {name}") from None


def _of_moment(name: str, part: Callable[[datetime], int]) -> Callable[..., int]:
    def run(value: Any, zone: Any = None) -> int:
        if type(value) is not Timestamp or (zone is not None and type(zone) is not str):
            raise no_overload(name, value)
        moment = value.moment
        return part(moment if zone is None else _in_zone(moment, zone))

    return run


def _of_either(name: str, part: Callable[[datetime], int], nanos: int, *, within: int = 0) -> Callable[..., int]:
    """A part that durations have too, there as all of it (or what is left ``within`` a larger unit)."""
    of_moment = _of_moment(name, part)

    def run(value: Any, zone: Any = None) -> int:
        if type(value) is Duration and zone is None:
            whole = abs(value.nanos) % within if within else abs(value.nanos)
            return whole // nanos if value.nanos >= 0 else -(whole // nanos)
        return of_moment(value, zone)

    return run


METHODS: Final[Mapping[str, Callable[..., Any]]] = {
    "getFullYear": _of_moment("getFullYear", lambda moment: moment.year),
    "getMonth": _of_moment("getMonth", lambda moment: moment.month - 1),
    "getDate": _of_moment("getDate", lambda moment: moment.day),
    "getDayOfMonth": _of_moment("getDayOfMonth", lambda moment: moment.day - 1),
    "getDayOfWeek": _of_moment("getDayOfWeek", lambda moment: moment.isoweekday() % 7),
    "getDayOfYear": _of_moment("getDayOfYear", lambda moment: moment.timetuple().tm_yday - 1),
    "getHours": _of_either("getHours", lambda moment: moment.hour, 3600 * 10**9),
    "getMinutes": _of_either("getMinutes", lambda moment: moment.minute, 60 * 10**9),
    "getSeconds": _of_either("getSeconds", lambda moment: moment.second, 10**9),
    "getMilliseconds": _of_either("getMilliseconds", lambda moment: moment.microsecond // 1000, 10**6, within=10**9),
}
