"""Cron schedules and time zones, after robfig/cron's ``ParseStandard`` as Kubernetes uses it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

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
_DESCRIPTORS: Final = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_DURATION: Final = re.compile(r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+\Z")


def schedule_problem(schedule: str) -> str:
    """What is wrong with a schedule, ``""`` where nothing is. A ``TZ=`` or ``CRON_TZ=`` before it is skipped."""
    if not schedule:
        return "is empty"
    if schedule.startswith(("TZ=", "CRON_TZ=")):
        zone, _, schedule = schedule.partition(" ")
        if not is_time_zone(zone.partition("=")[2]):
            return f"{zone!r} names no IANA time zone"
        schedule = schedule.strip()
    if schedule.startswith("@"):
        if schedule in _DESCRIPTORS:
            return ""
        if schedule.startswith("@every "):
            return "" if _DURATION.match(schedule[7:]) else f"{schedule[7:]!r} is no duration such as 90m"
        return f"{schedule!r} is no descriptor such as @daily"
    fields = schedule.split()
    if len(fields) != 5:
        return f"has {len(fields)} fields in place of 5 (minute hour day month weekday)"
    for text, (name, low, high, names) in zip(fields, _FIELDS, strict=True):
        if problem := _field_problem(text, low, high, names):
            return f"{name} {text!r}: {problem}"
    return ""


def _field_problem(text: str, low: int, high: int, names: dict[str, int]) -> str:
    parts = [part for part in text.split(",") if part]
    if not parts and text:
        return ""
    for part in parts:
        if problem := _range_problem(part, low, high, names):
            return problem
    return ""


def _range_problem(part: str, low: int, high: int, names: dict[str, int]) -> str:
    pieces = part.split("/")
    bounds = pieces[0].split("-")
    if bounds[0] in ("*", "?"):
        start, end = low, high
    else:
        first = _number(bounds[0], names)
        if first is None:
            return f"{bounds[0]!r} is no number"
        start = end = first
        if len(bounds) == 2:
            second = _number(bounds[1], names)
            if second is None:
                return f"{bounds[1]!r} is no number"
            end = second
        elif len(bounds) > 2:
            return "too many dashes"
    step = 1
    if len(pieces) == 2:
        found = _number(pieces[1], {})
        if found is None:
            return f"{pieces[1]!r} is no number"
        step = found
        if len(bounds) == 1:
            end = high
    elif len(pieces) > 2:
        return "too many slashes"
    if start < low:
        return f"{start} is below {low}"
    if end > high:
        return f"{end} is above {high}"
    if start > end:
        return f"{start} is after {end}"
    return "a step of 0" if step == 0 else ""


def _number(text: str, names: dict[str, int]) -> int | None:
    named = names.get(text.lower())
    if named is not None:
        return named
    body = text[1:] if text[:1] == "+" else text
    return int(body) if body.isascii() and body.isdigit() else None


@lru_cache(maxsize=64)
def is_time_zone(name: str) -> bool:
    """Whether the IANA database has a zone; where there is no database at all, every zone is taken for one."""
    return _has_zone(name) or not _has_zone("Etc/UTC")


def _has_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
