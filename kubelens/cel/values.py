"""Values of CEL beside Python's own: unsigned integers, times, optionals, types, and what Kubernetes adds.

``int`` is a Python int, ``double`` a float, ``list`` a list, ``map`` a dict. Times count nanoseconds.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from kubelens.syntax.pattern import pattern

SECOND: Final = 10**9
_UNITS: Final = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3600 * SECOND,
}
_DURATION: Final = pattern(r"([-+]?)(0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)\Z", re.ASCII)
_PART: Final = pattern(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_MOST_DIGITS: Final = 19
"""Of a number that fits 64 bits; Go reads no more of a fraction, either (``leadingFraction``)."""
_TIMESTAMP: Final = pattern(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))\Z", re.ASCII
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST: Final = -62135596800 * SECOND
_LATEST: Final = 253402300800 * SECOND - 1


class CelError(Exception):
    """An expression that ends in an error instead of a value, as it does in an API server."""


class Unmodelled(Exception):
    """A function whose result is not known here; not an error of the expression."""


class Unknown:
    """In place of a value that cannot be known: an expression that asks for the variable raises ``Unmodelled(why)``."""

    __slots__ = ("why",)

    def __init__(self, why: str) -> None:
        self.why = why


def no_overload(function: str, *values: Any) -> CelError:
    """The error of an operator or function for types it does not take."""
    kinds = ", ".join(type_name(value) for value in values)
    return CelError(f"no such overload: {function}({kinds})")


class UInt(int):
    """An unsigned integer."""

    __slots__ = ()


class Record(dict[str, Any]):
    """An object of a declared type: it has fields, which cannot be listed or looked up by index."""

    __slots__ = ()


class Unordered(list[Any]):
    """A list of type set (``keys`` is empty) or map: equal to another whatever the order; joining merges."""

    __slots__ = ("keys",)

    def __init__(self, items: list[Any], keys: tuple[str, ...] = ()) -> None:
        super().__init__(items)
        self.keys = keys


class _Nanos:
    __slots__ = ("nanos",)

    def __init__(self, nanos: int) -> None:
        self.nanos = nanos

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.nanos == self.nanos

    def __hash__(self) -> int:
        return hash((type(self), self.nanos))

    def __lt__(self, other: Any) -> bool:
        return bool(self.nanos < other.nanos)


class Duration(_Nanos):
    """A stretch of time.

    Raises:
        CelError: it is longer than 64 bits of nanoseconds can say.
    """

    __slots__ = ()

    def __init__(self, nanos: int) -> None:
        if not -(2**63) <= nanos < 2**63:
            raise CelError("integer overflow")
        super().__init__(nanos)

    def __str__(self) -> str:
        sign, nanos = ("-", -self.nanos) if self.nanos < 0 else ("", self.nanos)
        whole, rest = divmod(nanos, SECOND)
        return f"{sign}{whole}.{rest:09}".rstrip("0").rstrip(".") + "s"


class Timestamp(_Nanos):
    """A moment, counted from 1970 in UTC.

    Raises:
        CelError: it lies outside the years 1 to 9999.
    """

    __slots__ = ()

    def __init__(self, nanos: int) -> None:
        if not _EARLIEST <= nanos <= _LATEST:
            raise CelError("timestamp overflow")
        super().__init__(nanos)

    @property
    def moment(self) -> datetime:
        """To the microsecond, in UTC."""
        return _EPOCH + timedelta(microseconds=self.nanos // 1000)

    def __str__(self) -> str:
        fraction = f"{self.nanos % SECOND:09}".rstrip("0")
        text = f"{self.moment.replace(microsecond=0, tzinfo=None).isoformat()}"
        return f"{text}.{fraction}Z" if fraction else f"{text}Z"


class Type:
    """A type as a value: what ``type(x)`` gives."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Type) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __str__(self) -> str:
        return self.name


class Optional:
    """A value that may be absent; ``present`` tells."""

    __slots__ = ("present", "value")

    def __init__(self, value: Any = None, *, present: bool = True) -> None:
        self.value = value
        self.present = present


NONE: Final = Optional(present=False)


def parse_duration(text: str) -> Duration:
    """``1h30m``, ``-1.5s`` (Go's ``time.ParseDuration``).

    Raises:
        CelError: the text is no duration.
    """
    found = _DURATION.match(text)
    if found is None:
        raise CelError(f"invalid duration: {text!r}")
    total = 0
    for number, unit in _PART.findall(found[2]):
        whole, _, fraction = number.partition(".")
        whole, fraction = whole.lstrip("0"), fraction[:_MOST_DIGITS]
        if len(whole) > _MOST_DIGITS:
            raise CelError(f"invalid duration: {text!r}")
        size = _UNITS[unit]
        total += int(whole or 0) * size + (int(fraction) * size // 10 ** len(fraction) if fraction else 0)
    return Duration(-total if found[1] == "-" else total)


def parse_timestamp(text: str) -> Timestamp:
    """A moment in RFC 3339.

    Raises:
        CelError: the text is no moment.
    """
    found = _TIMESTAMP.match(text)
    if found is None:
        raise CelError(f"invalid timestamp: {text!r}")
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise CelError(f"invalid timestamp: {text!r}") from None
    seconds = int((moment - _EPOCH).total_seconds())
    if found[8] is None:
        shift = int(found[10]) * 3600 + int(found[11]) * 60
        seconds -= shift if found[9] == "+" else -shift
    nanos = int((found[7] or "0")[:9].ljust(9, "0"))
    return Timestamp(seconds * SECOND + nanos)


_NAMES: Final[dict[type[Any], str]] = {
    bool: "bool", int: "int", UInt: "uint", float: "double", str: "string", bytes: "bytes", type(None): "null_type",
    list: "list", Unordered: "list", tuple: "list", dict: "map", Record: "object",
    Duration: "google.protobuf.Duration", Timestamp: "google.protobuf.Timestamp", Type: "type",
    Optional: "optional_type",
}  # fmt: skip


def type_name(value: Any) -> str:
    """The name of a value's type."""
    known = _NAMES.get(type(value))
    return known if known is not None else str(getattr(value, "cel_type", "dyn"))
