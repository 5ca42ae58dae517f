"""Quantities, versions and named formats (apiserver ``pkg/cel/library/quantity.go``, ``semverlib.go``, ``format.go``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from kubelens.cel.parse import INT_RANGE
from kubelens.cel.values import NONE, CelError, Optional, no_overload
from kubelens.kube.quantity import NANO, parse_quantity
from kubelens.kube.quantity import Quantity as Amount
from kubelens.syntax.pattern import pattern

_SEMVER: Final = pattern(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
    r"(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?\Z",
    re.ASCII,
)
_MOST_DIGITS: Final = 20
_LABEL: Final = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_NAME: Final = r"(?:[A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]"
_FORMATS: Final[Mapping[str, tuple[str, int]]] = {
    "dns1123Label": (_LABEL, 63),
    "dns1123Subdomain": (rf"{_LABEL}(?:\.{_LABEL})*", 253),
    "dns1035Label": (r"[a-z](?:[-a-z0-9]*[a-z0-9])?", 63),
    "labelValue": (rf"(?:{_NAME})?", 63),
    "uuid": (r"(?i:[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})", 99),
    "byte": (r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", 2**31),
}
"""(pattern of the whole text, most characters)."""
_OTHER: Final = frozenset(
    {"qualifiedName", "dns1123LabelPrefix", "dns1123SubdomainPrefix", "dns1035LabelPrefix", "uri", "date", "datetime"}
)
_QUALIFIED: Final = pattern(rf"(?:(?P<prefix>{_LABEL}(?:\.{_LABEL})*)/)?{_NAME}\Z")
_DATE: Final = pattern(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\Z", re.ASCII)


class Quantity:
    """A resource quantity."""

    __slots__ = ("amount",)
    cel_type: Final = "kubernetes.Quantity"

    def __init__(self, amount: Amount) -> None:
        self.amount = amount

    @property
    def text(self) -> str:
        """Its canonical spelling."""
        return str(self.amount)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and other.amount.nanos == self.amount.nanos

    def __hash__(self) -> int:
        return hash(self.amount.nanos)

    def compare(self, other: Quantity) -> int:
        """-1, 0 or 1."""
        one, two = self.amount.nanos, other.amount.nanos
        return (one > two) - (one < two)

    @property
    def whole(self) -> int | None:
        """As an integer, None where it is none or too large."""
        value, rest = divmod(self.amount.nanos, NANO)
        return None if rest or not INT_RANGE[0] <= value <= INT_RANGE[1] else value


class Semver:
    """A semantic version."""

    __slots__ = ("build", "core", "pre")
    cel_type: Final = "kubernetes.Semver"

    def __init__(self, text: str) -> None:
        found = _SEMVER.match(text)
        if found is None:
            raise CelError(f"{text!r} is no semantic version")
        self.pre = tuple(found[4].split(".")) if found[4] else ()
        numbers = (found[1], found[2], found[3], *(part for part in self.pre if part.isdigit()))
        if any(len(number) > _MOST_DIGITS or int(number) >= 2**64 for number in numbers):
            raise CelError(f"{text!r} has a number that does not fit 64 bits")
        self.core = (int(found[1]), int(found[2]), int(found[3]))
        self.build = found[5] or ""

    @property
    def order(self) -> tuple[Any, ...]:
        """What versions are compared by: those without a pre-release last, numbers before words."""
        parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.pre)
        return (self.core, not self.pre, parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Semver) and other.order == self.order

    def __hash__(self) -> int:
        return hash(self.order)

    def compare(self, other: Semver) -> int:
        """-1, 0 or 1."""
        return (self.order > other.order) - (self.order < other.order)


class Format:
    """A named format of texts."""

    __slots__ = ("name",)
    cel_type: Final = "kubernetes.NamedFormat"

    def __init__(self, name: str) -> None:
        self.name = name

    def holds(self, text: str) -> bool:
        """Whether a text has it."""
        from kubelens.cel.network import URL  # noqa: PLC0415 - one format of many

        name = self.name.removesuffix("Prefix")
        if self.name.endswith("Prefix") and text.endswith("-"):
            text = text[:-1] + "a"
        if name in _FORMATS:
            pattern, limit = _FORMATS[name]
            return len(text) <= limit and re.fullmatch(pattern, text) is not None
        if name == "qualifiedName":
            found = _QUALIFIED.match(text)
            return found is not None and len(found["prefix"] or "") <= 253
        if name == "date":
            return _DATE.match(text) is not None
        from kubelens.cel.values import parse_timestamp  # noqa: PLC0415 - one format of many

        try:
            URL(text) if name == "uri" else parse_timestamp(text)
        except CelError:
            return False
        return True


def _quantity(text: Any) -> Quantity:
    if type(text) is not str:
        raise no_overload("quantity", text)
    try:
        return Quantity(parse_quantity(text))
    except ValueError as error:
        raise CelError(str(error)) from None


def _semver(text: Any, normalise: Any = False) -> Semver:
    if type(text) is not str or type(normalise) is not bool:
        raise no_overload("semver", text)
    return Semver(_normalised(text) if normalise else text)


def _normalised(text: str) -> str:
    """Without a leading ``v`` and leading zeros, with the parts that are missing (``normalizeAndParse``)."""
    parts = text.removeprefix("v").split(".", 2)
    for index, part in enumerate(parts):
        if len(part) > 1:
            bare = part.lstrip("0")
            parts[index] = bare if bare[:1].isdigit() else "0" + bare
    if len(parts) < 3 and ("+" in parts[-1] or "-" in parts[-1]):
        raise CelError("short version cannot contain PreRelease/Build meta data")
    return ".".join(parts + ["0"] * (3 - len(parts)))


def _is_one(make: Callable[..., Any]) -> Callable[..., bool]:
    def run(*values: Any) -> bool:
        try:
            make(*values)
        except CelError as error:
            if str(error).startswith("no such overload"):
                raise
            return False
        return True

    return run


def _of_quantity(name: str, part: Callable[[Quantity], Any]) -> Callable[[Any], Any]:
    def run(value: Any) -> Any:
        if type(value) is not Quantity:
            raise no_overload(name, value)
        return part(value)

    return run


def _as_integer(value: Quantity) -> int:
    if value.whole is None:
        raise CelError("cannot convert value to integer")
    return value.whole


def _joined(name: str, sign: int) -> Callable[[Any, Any], Quantity]:
    def run(one: Any, other: Any) -> Quantity:
        if type(one) is not Quantity or type(other) not in (Quantity, int):
            raise no_overload(name, one, other)
        amount = other.amount if type(other) is Quantity else Amount(other * NANO)
        return Quantity(one.amount + amount if sign > 0 else one.amount - amount)

    return run


def _compared(name: str, told: Callable[[int], Any]) -> Callable[[Any, Any], Any]:
    def run(one: Any, other: Any) -> Any:
        if type(one) is not type(other) or type(one) not in (Quantity, Semver):
            raise no_overload(name, one, other)
        return told(one.compare(other))

    return run


def _version_part(name: str, index: int) -> Callable[[Any], int]:
    def run(value: Any) -> int:
        if type(value) is not Semver:
            raise no_overload(name, value)
        return int(value.core[index])

    return run


def _named(name: Any) -> Optional:
    if type(name) is not str:
        raise no_overload("format.named", name)
    return Optional(Format(name)) if name in _FORMATS or name in _OTHER else NONE


def _constant(name: str) -> Callable[[], Format]:
    return lambda: Format(name)


def _validate(form: Any, text: Any) -> Optional:
    if type(form) is not Format or type(text) is not str:
        raise no_overload("validate", form, text)
    return NONE if form.holds(text) else Optional([f"does not match the format {form.name}"])


def _escape_key(text: Any) -> str:
    if type(text) is not str:
        raise no_overload("jsonpatch.escapeKey", text)
    return text.replace("~", "~0").replace("/", "~1")


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "quantity": _quantity, "isQuantity": _is_one(_quantity), "semver": _semver, "isSemver": _is_one(_semver),
    "format.named": _named, "jsonpatch.escapeKey": _escape_key,
    **{f"format.{name}": _constant(name) for name in (*_FORMATS, *_OTHER)},
}  # fmt: skip

METHODS: Final[Mapping[str, Callable[..., Any]]] = {
    "sign": _of_quantity("sign", lambda value: (value.amount.nanos > 0) - (value.amount.nanos < 0)),
    "isInteger": _of_quantity("isInteger", lambda value: value.whole is not None),
    "asInteger": _of_quantity("asInteger", _as_integer),
    "asApproximateFloat": _of_quantity("asApproximateFloat", lambda value: value.amount.nanos / NANO),
    "add": _joined("add", 1), "sub": _joined("sub", -1),
    "isGreaterThan": _compared("isGreaterThan", lambda order: order > 0),
    "isLessThan": _compared("isLessThan", lambda order: order < 0), "compareTo": _compared("compareTo", int),
    "major": _version_part("major", 0), "minor": _version_part("minor", 1), "patch": _version_part("patch", 2),
    "validate": _validate,
}  # fmt: skip
