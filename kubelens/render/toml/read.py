"""TOML to values, as Go's types."""

from __future__ import annotations

import datetime
import re
import tomllib
from typing import Final

from kubelens.render.go.duration import SECOND
from kubelens.render.go.time import DAY, UTC, Moment, Zone, days_of
from kubelens.render.go.time_value import Time
from kubelens.render.go.types import ANY_MAP, Int64, Slice
from kubelens.syntax.pattern import pattern

_PLACE: Final = pattern(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)\Z", re.DOTALL)
_HEADER: Final = pattern(r"[ \t]*\[\[?([^\[\]]+)\]")
_NO_VALUE: Final = "Invalid value"
_NO_STATEMENT: Final = "Invalid statement"
_AFTER_KEY: Final = "Expected '=' after a key in a key/value pair"


class NotReadable(ValueError):
    """Text that is no TOML; the message is in the library's form."""


def read_toml(text: str) -> dict[str, object]:
    """The map that the text is: integers are ``int64``, dates are times. Raises ``NotReadable``."""
    try:
        found = tomllib.loads(str(text))
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise NotReadable(_problem(str(text), str(fault))) from None
    return {key: _value(item) for key, item in found.items()}


def _value(value: object) -> object:
    if isinstance(value, bool | str | float):
        return value
    if isinstance(value, int):
        return Int64(value)
    if isinstance(value, dict):
        return {str(key): _value(item) for key, item in value.items()}
    if isinstance(value, list):
        items = [_value(item) for item in value]
        if items and all(isinstance(item, dict) for item in items):
            return Slice(items, f"[]{ANY_MAP}")
        return items
    if isinstance(value, datetime.datetime):
        return Time(_moment(value))
    if isinstance(value, datetime.date):
        return Time(Moment(days_of(value.year, value.month, value.day) * DAY * SECOND, Zone("date-local")))
    assert isinstance(value, datetime.time)
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return Time(Moment((days_of(0, 1, 1) * DAY + seconds) * SECOND + value.microsecond * 1000, Zone("time-local")))


def _moment(value: datetime.datetime) -> Moment:
    seconds = days_of(value.year, value.month, value.day) * DAY
    seconds += value.hour * 3600 + value.minute * 60 + value.second
    offset = value.utcoffset()
    if offset is None:
        return Moment(seconds * SECOND + value.microsecond * 1000, Zone("datetime-local"))
    ahead = int(offset.total_seconds())
    return Moment((seconds - ahead) * SECOND + value.microsecond * 1000, Zone("", ahead) if ahead else UTC)


def _problem(text: str, fault: str) -> str:
    """What Python's reader says, in the library's words where they are known."""
    match = _PLACE.match(fault)
    reason = fault if match is None else match[1]
    lines = text.split("\n")
    ends = match is None or match[2] is None
    line = len(lines) if match is None or ends else int(match[2])
    character = "" if match is None or ends else lines[line - 1][int(match[3]) - 1 : int(match[3])] or "\\n"
    if reason == _NO_VALUE:
        key = _last_key(lines[:line])
        expected = f"expected value but found '{character}' instead" if character else "unexpected EOF; expected value"
        return f'toml: line {line} (last key "{key}"): {expected}'
    if reason == _NO_STATEMENT and character == "=":
        return f"toml: line {line}: unexpected '=': key name appears blank"
    if reason == _AFTER_KEY and not character:
        return f"toml: line {line}: unexpected EOF; expected key separator '='"
    if reason in (_AFTER_KEY, _NO_STATEMENT):
        return f"toml: line {line}: expected '.' or '=', but got '{character}' instead"
    return f"toml: line {line}: {reason}"


def _last_key(lines: list[str]) -> str:
    """The key of the last line, with the table that it stands in."""
    key = lines[-1].partition("=")[0].strip()
    for line in reversed(lines):
        header = _HEADER.match(line)
        if header is not None:
            return f"{header[1].strip()}.{key}"
    return key
