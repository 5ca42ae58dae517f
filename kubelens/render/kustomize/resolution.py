"""What go-yaml v3 takes a bare scalar for: its tag and the JSON value (``resolve``).

Unlike v2 it reads ``yes`` and ``on`` as text, and points in time as such.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Final

from kubelens.kube.scalar import decode_scalar
from kubelens.render.yaml.scalar_text import is_timestamp
from kubelens.syntax.pattern import pattern

STR: Final = "!!str"
INT: Final = "!!int"
FLOAT: Final = "!!float"
BOOL: Final = "!!bool"
NULL: Final = "!!null"
BINARY: Final = "!!binary"
TIMESTAMP: Final = "!!timestamp"
MERGE: Final = "!!merge"

_LONG: Final = "tag:yaml.org,2002:"
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INFINITE: Final = pattern(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_STARTS_NUMBER: Final = frozenset("+-.0123456789")
_WHOLE: Final = pattern(r"[1-9][0-9]{0,19}", re.ASCII)
_TIME: Final = pattern(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[-+]\d\d:\d\d)?)?", re.ASCII
)


class NotJson(ValueError):
    """A value that JSON has no form for; ``str`` of it is encoding/json's error."""


def short_tag(tag: str) -> str:
    """``!!str`` for ``tag:yaml.org,2002:str``."""
    return "!!" + tag.removeprefix(_LONG) if tag.startswith(_LONG) else tag


@lru_cache(maxsize=16384)
def resolve(text: str) -> tuple[str, Any]:
    """(tag, JSON value) of a bare scalar; of a number that is not finite the value is a ``float`` all the same."""
    if text in _NULLS:
        return NULL, None
    if (known := _BOOLS.get(text)) is not None:
        return BOOL, known
    first = text[0]
    if first == "<" and text == "<<":
        return MERGE, text
    if first not in _STARTS_NUMBER:
        return STR, text
    if _INFINITE.fullmatch(text) is not None:
        return FLOAT, float(text.replace(".", "", 1).lower())
    if is_timestamp(text):
        return TIMESTAMP, rfc3339(text)
    value = decode_scalar(text, "", None)
    if isinstance(value, str):
        return STR, text
    if isinstance(value, float) and _WHOLE.fullmatch(text) is not None and int(text) < 2**64:
        return INT, int(text)
    if isinstance(value, float) or _looks_like_float(text):
        return FLOAT, value
    return INT, value


def _looks_like_float(text: str) -> bool:
    """Whether a number that equals a whole one is written as a float (``1e3``, ``1.0``)."""
    if text[:3].lower().lstrip("+-").startswith("0x"):
        return False
    return (
        "." in text or "e" in text or "E" in text or (text.lstrip("+-")[:1] == "0" and set(text) & {"8", "9"} != set())
    )


def rfc3339(text: str) -> str:
    """A point in time as encoding/json writes a ``time.Time``."""
    match = _TIME.fullmatch(text)
    if match is None:
        return text
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if hour is None:
        return f"{year}-{int(month):02}-{int(day):02}T00:00:00Z"
    moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=_zone(zone))
    shown = moment.strftime("%Y-%m-%dT%H:%M:%S")
    if len(year) == 4 and not shown.startswith(year):
        shown = year + shown[shown.index("-") :]
    fraction = (fraction or "")[:9].rstrip("0")
    return shown + (f".{fraction}" if fraction else "") + ("Z" if zone in (None, "Z", "+00:00", "-00:00") else zone)


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[4:6])))
