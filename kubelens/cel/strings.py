"""Methods of texts (cel-go ``ext/strings.go``, version 2; apiserver ``pkg/cel/library/regex.go``)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from kubelens.cel.sizes import LONGEST_TEXT, Steps, bound_text
from kubelens.cel.values import CelError, Duration, Timestamp, Type, UInt, no_overload, type_name
from kubelens.syntax.pattern import pattern

_VERB: Final = pattern(r"%(?:\.(\d{1,3}))?(.)", re.DOTALL)
_QUOTED: Final = {
    "\a": r"\a",
    "\b": r"\b",
    "\f": r"\f",
    "\n": r"\n",
    "\r": r"\r",
    "\t": r"\t",
    "\v": r"\v",
    "\\": r"\\",
    '"': r"\"",
}


def double_text(value: float) -> str:
    """A double as Go's ``strconv.FormatFloat(x, 'g', -1, 64)`` writes it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    digits, _, exponent = f"{value:.17e}".partition("e")
    shortest = repr(value)
    mantissa, _, power = shortest.partition("e")
    scale = int(exponent)
    if -4 <= scale < 21:
        return (
            shortest.removesuffix(".0")
            if not power
            else f"{value:.{max(0, len(mantissa.partition('.')[2]) - int(power))}f}"
        )
    figures = mantissa.replace(".", "").lstrip("-").strip("0")
    sign = "-" if digits.startswith("-") else ""
    body = figures[0] + (f".{figures[1:]}" if len(figures) > 1 else "")
    return f"{sign}{body}e{'-' if scale < 0 else '+'}{abs(scale):02}"


def _texts(name: str, *values: Any) -> None:
    if any(type(value) is not str for value in values):
        raise no_overload(name, *values)


def _whole(name: str, *values: Any) -> None:
    if any(type(value) is not int for value in values):
        raise no_overload(name, *values)


def _char_at(text: Any, position: Any) -> str:
    _texts("charAt", text)
    _whole("charAt", position)
    if not 0 <= position <= len(text):
        raise CelError(f"index out of range: {position}")
    return str(text[position : position + 1])


def _index_of(text: Any, other: Any, start: Any = 0) -> int:
    _texts("indexOf", text, other)
    _whole("indexOf", start)
    if not 0 <= start <= len(text):
        if not other:
            return int(start)
        raise CelError(f"index out of range: {start}")
    return int(text.find(other, start))


def _last_index_of(text: Any, other: Any, start: Any = None) -> int:
    _texts("lastIndexOf", text, other)
    if start is None:
        return int(text.rfind(other))
    _whole("lastIndexOf", start)
    if not 0 <= start < max(len(text), 1):
        if not other:
            return int(start)
        raise CelError(f"index out of range: {start}")
    return int(text.rfind(other, 0, start + len(other)))


def _replace(text: Any, old: Any, new: Any, count: Any = -1) -> str:
    _texts("replace", text, old, new)
    _whole("replace", count)
    bound_text(len(text) + (text.count(old) if old else len(text) + 1) * len(new))
    return str(text.replace(old, new, count) if count >= 0 else text.replace(old, new))


def _split(text: Any, separator: Any, count: Any = -1) -> list[str]:
    _texts("split", text, separator)
    _whole("split", count)
    if count == 0:
        return []
    if not separator:
        parts = list(text)
        return parts if count < 0 or len(parts) <= count else [*parts[: count - 1], "".join(parts[count - 1 :])]
    return list(text.split(separator) if count < 0 else text.split(separator, count - 1))


def _substring(text: Any, start: Any, end: Any = None) -> str:
    _texts("substring", text)
    _whole("substring", start)
    end = len(text) if end is None else end
    _whole("substring", end)
    if not 0 <= start <= len(text) or not 0 <= end <= len(text) or start > end:
        raise CelError(f"invalid substring range. start: {start}, end: {end}")
    return str(text[start:end])


def _trim(text: Any) -> str:
    _texts("trim", text)
    return str(text).strip(
        " \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
    )


def _lower(text: Any) -> str:
    _texts("lowerAscii", text)
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


def _upper(text: Any) -> str:
    _texts("upperAscii", text)
    return "".join(chr(ord(c) - 32) if "a" <= c <= "z" else c for c in text)


def _reverse(text: Any) -> str:
    _texts("reverse", text)
    return str(text)[::-1]


def _join(items: Any, separator: Any = "") -> str:
    if not isinstance(items, list | tuple) or type(separator) is not str:
        raise no_overload("join", items)
    _texts("join", *items)
    bound_text(sum(map(len, items)) + len(items) * len(separator))
    return separator.join(items)


def _quote(text: Any) -> str:
    _texts("strings.quote", text)
    bound_text(2 * len(text))
    return '"' + "".join(_QUOTED.get(c, c) for c in text) + '"'


def _format(text: Any, values: Any) -> str:
    """``'%s is %.2f'.format([...])``."""
    if type(text) is not str or not isinstance(values, list | tuple):
        raise no_overload("format", text, values)
    rest = list(values)
    steps = Steps()
    left = LONGEST_TEXT

    def put(found: re.Match[str]) -> str:
        nonlocal left
        verb = found[2]
        if verb == "%":
            return "%"
        if not rest:
            raise CelError("index out of range: not enough values to format")
        shown = _formatted(verb, rest.pop(0), steps, int(found[1] or 6))
        left -= len(shown)
        bound_text(LONGEST_TEXT - left)
        return shown

    return _VERB.sub(put, text)


def _formatted(verb: str, value: Any, steps: Steps, precision: int = 6) -> str:
    kind = type(value)
    if verb == "s":
        return _plain(value, steps)
    if kind is float and verb in "def" and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if verb in "fe" and kind in (int, UInt, float):
        return f"{value:.{precision}{verb}}"
    if verb == "d" and kind in (int, UInt):
        return str(int(value))
    if verb in "xXob" and kind in (int, UInt):
        return f"{int(value):{verb}}"
    if verb == "b" and kind is bool:
        return str(int(value))
    if verb in "xX" and kind in (str, bytes):
        digits = (value if kind is bytes else value.encode("utf-8", "surrogatepass")).hex()
        return str(digits.upper() if verb == "X" else digits)
    raise CelError(f"could not parse formatting clause: %{verb} of {type_name(value)}")


def _joined(opening: str, parts: Iterable[str], closing: str) -> str:
    found: list[str] = []
    length = 0
    for part in parts:
        length += len(part) + 2
        bound_text(length)
        found.append(part)
    return f"{opening}{', '.join(found)}{closing}"


def _plain(value: Any, steps: Steps) -> str:
    """A value as ``%s`` shows it."""
    kind = type(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is float:
        if not math.isfinite(value):
            return _formatted("f", value, steps)
        return double_text(value)
    if value is None:
        return "null"
    if kind is bytes:
        return str(value, "utf-8", "replace")
    if isinstance(value, list | tuple):
        steps.take(len(value))
        return _joined("[", (_plain(item, steps) for item in value), "]")
    if kind is dict:
        steps.take(len(value))
        shown = sorted((_plain(key, steps), _plain(item, steps)) for key, item in value.items())
        return _joined("{", (f"{key}: {item}" for key, item in shown), "}")
    if kind in (str, int, UInt, Duration, Timestamp, Type):
        return str(int(value)) if kind is UInt else str(value)
    raise CelError(f"could not convert argument {type_name(value)} to string")


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {"strings.quote": _quote}

METHODS: Final[Mapping[str, Callable[..., Any]]] = {
    "charAt": _char_at, "indexOf": _index_of, "lastIndexOf": _last_index_of, "replace": _replace, "split": _split,
    "substring": _substring, "trim": _trim, "lowerAscii": _lower, "upperAscii": _upper, "reverse": _reverse,
    "join": _join, "format": _format,
}  # fmt: skip
