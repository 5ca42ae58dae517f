"""Schedules of CronJobs as written, after ``ParseStandard`` of robfig/cron v3.

The API server checks a schedule with it and the CronJob controller runs by it, so both predictions read here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from msgspec import Struct

from kubelens.kube.go_int import parse_int
from kubelens.syntax.pattern import pattern

STAR: Final = -1
"""Stands among the values of a field that is ``*`` or ``?``."""
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
_DESCRIPTORS: Final = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_PART: Final = r"(\d+(?:\.\d*)?|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)"
_DURATION: Final = pattern(rf"[-+]?(?:0\Z|(?:{_PART})+\Z)")
_PARTS: Final = pattern(_PART)
_LONGEST_SECONDS: Final = (2**63 - 1) / 10**9
_UNITS: Final = {
    "ns": 1e-9,
    "us": 1e-6,
    "\u00b5s": 1e-6,
    "\u03bcs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
}


class CronError(ValueError):
    """Why a text is no schedule, in words that follow it: ``has 4 fields in place of 5``."""


class Cron(Struct, frozen=True):
    """A schedule as read: a delay of ``every`` seconds, or (where that is 0) the values of its five ``fields``.

    ``zone`` is the IANA name after ``TZ=``, ``""`` where there is none.
    """

    zone: str = ""
    every: int = 0
    fields: tuple[frozenset[int], ...] = ()


def read_cron(text: str) -> Cron:
    """A schedule, with ``TZ=`` or ``CRON_TZ=`` before it or without.

    Raises:
        CronError: the library refuses it.
    """
    if not text:
        raise CronError("is empty")
    zone = ""
    if text.startswith(("TZ=", "CRON_TZ=")):
        named, _, text = text.partition(" ")
        zone = named.partition("=")[2]
        if not is_time_zone(zone):
            raise CronError(f"begins with {named!r}, which names no IANA time zone")
        text = text.strip()
    if text.startswith("@every "):
        return Cron(zone, every=_seconds(text.removeprefix("@every ")))
    if text.startswith("@"):
        if text not in _DESCRIPTORS:
            raise CronError(f"{text!r} is no descriptor such as @daily")
        text = _DESCRIPTORS[text]
    words = text.split()
    if len(words) != len(_FIELDS):
        raise CronError(f"has {len(words)} fields in place of 5 (minute hour day month weekday)")
    return Cron(zone, fields=tuple(_field(word, *known) for word, known in zip(words, _FIELDS, strict=True)))


def _seconds(text: str) -> int:
    """A Go duration in whole seconds; less than one, or a negative one, is one second (cron, ``Every``)."""
    if not _DURATION.match(text):
        raise CronError(f"{text!r} is no duration such as 90m")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _PARTS.findall(text))
    if seconds > _LONGEST_SECONDS:
        raise CronError(f"{text!r} is longer than 292 years, more nanoseconds than 64 bits count")
    return max(1, int(-seconds if text[0] == "-" else seconds))


def _field(text: str, name: str, low: int, high: int, names: dict[str, int]) -> frozenset[int]:
    found: set[int] = set()
    try:
        for part in text.split(","):
            if part:
                found |= _range(part, low, high, names)
    except CronError as error:
        raise CronError(f"{name} {text!r}: {error}") from None
    return frozenset(found)


def _range(part: str, low: int, high: int, names: dict[str, int]) -> set[int]:
    """The values of ``*``, ``n``, ``n-m``, each with ``/step`` or without (cron, ``getRange``)."""
    pieces = part.split("/")
    bounds = pieces[0].split("-")
    star = bounds[0] in ("*", "?")
    if star:
        start, end = low, high
    elif len(bounds) > 2:
        raise CronError("too many dashes")
    else:
        start = _number(bounds[0], names)
        end = _number(bounds[1], names) if len(bounds) == 2 else start
    step = 1
    if len(pieces) > 2:
        raise CronError("too many slashes")
    if len(pieces) == 2:
        step = _number(pieces[1], {})
        end = high if len(bounds) == 1 else end
        star = star and step <= 1
    if start < low:
        raise CronError(f"{start} is below {low}")
    if end > high:
        raise CronError(f"{end} is above {high}")
    if start > end:
        raise CronError(f"{start} is after {end}")
    if step == 0:
        raise CronError("a step of 0")
    return {*range(start, end + 1, step), *((STAR,) if star else ())}


def _number(text: str, names: dict[str, int]) -> int:
    named = names.get(text.lower())
    if named is not None:
        return named
    body = text[1:] if text[:1] == "+" else text
    if not (body.isascii() and body.isdigit()):
        raise CronError(f"{text!r} is no number")
    number = parse_int(body)
    if number is None:
        raise CronError(f"{text!r} is no number of 64 bits")
    return number


@lru_cache(maxsize=64)
def is_time_zone(name: str) -> bool:
    """Whether the IANA database has a zone; where there is no database at all, every zone is taken for one."""
    return _has_zone(name) or not _has_zone("Etc/UTC")


def _has_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - few schedules name a zone

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
