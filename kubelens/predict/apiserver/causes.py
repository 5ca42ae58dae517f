"""What an API server blames: a field, a reason, and our own words for it.

Reasons are those of ``metav1.StatusCause`` (``field.ErrorType`` in apimachinery ``util/validation/field``),
plus those the agreement corpus derives from decode errors (``UnknownField``, ``WrongType`` ...).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

Step = str | int
Path = tuple[Step, ...]


class MapKey(str):
    """A step of a path into a map with free keys: written in brackets, ``data[a b]``."""

    __slots__ = ()


class KeyAtFault(MapKey):
    """The same where the key itself is at fault, whatever stands under it."""

    __slots__ = ()


def at_key(path: Path) -> Path:
    """The path of a value in a map, to blame the key that it stands under."""
    return (*path[:-1], KeyAtFault(path[-1]))


class CauseReason(StrEnum):
    """Why a field is refused, in Kubernetes' own terms."""

    REQUIRED = "FieldValueRequired"
    INVALID = "FieldValueInvalid"
    NOT_SUPPORTED = "FieldValueNotSupported"
    DUPLICATE = "FieldValueDuplicate"
    FORBIDDEN = "FieldValueForbidden"
    TOO_LONG = "FieldValueTooLong"
    TOO_MANY = "FieldValueTooMany"
    NOT_FOUND = "FieldValueNotFound"
    TYPE_INVALID = "FieldValueTypeInvalid"
    UNKNOWN_FIELD = "UnknownField"
    DUPLICATE_YAML_KEY = "DuplicateYAMLKey"
    WRONG_TYPE = "WrongType"
    BAD_QUANTITY = "BadQuantity"
    BAD_BASE64 = "BadBase64"
    BAD_TIME = "BadTime"
    BAD_YAML = "BadYAML"
    WRONG_TYPE_META = "WrongTypeMeta"
    BAD_META = "BadMeta"
    WRONG_NAMESPACE = "WrongNamespace"
    WRONG_NAME = "WrongName"


def field_notation(path: Path) -> str:
    """A path as Kubernetes writes it: ``spec.containers[0].ports[1].name``, ``data[a b]``."""
    out: list[str] = []
    for step in path:
        if isinstance(step, (int, MapKey)):
            out.append(f"[{step}]")
        else:
            out.append(f".{step}" if out else step)
    return "".join(out)


class Cause(Struct, frozen=True):
    """One thing the server refuses.

    ``path`` leads to the value in the manifest (so that it can be shown); ``field`` is the server's own
    spelling of it where that differs (a slip of upstream's), else the path in Kubernetes' notation.
    """

    path: Path
    reason: CauseReason
    message: str
    field: str


class Report:
    """Collects causes while an object is validated. ``path`` arguments are tuples of keys and indexes."""

    __slots__ = ("causes",)

    def __init__(self) -> None:
        self.causes: list[Cause] = []

    def add(self, path: Path, reason: CauseReason, message: str, field: str | None = None) -> None:
        """Blame the value at ``path``; ``field`` only where the server spells the path differently."""
        self.causes.append(Cause(path, reason, message, field_notation(path) if field is None else field))

    def required(self, path: Path, message: str = "a value is required") -> None:
        """The value is missing or empty."""
        self.add(path, CauseReason.REQUIRED, message)

    def invalid(self, path: Path, value: object, message: str) -> None:
        """The value is there, of the right type, and not allowed: what it must be, or a fact about it."""
        self.add(path, CauseReason.INVALID, said_of(value, message))

    def inconsistent(self, path: Path, message: str) -> None:
        """Fields do not go together, or something is missing below ``path``: there is no one value to quote."""
        self.add(path, CauseReason.INVALID, message)

    def not_supported(self, path: Path, value: object, allowed: Iterable[str]) -> None:
        """The value is none of a closed list."""
        self.add(
            path,
            CauseReason.NOT_SUPPORTED,
            f"must be one of {', '.join(one or shown(one) for one in allowed)}, is {shown(value)}",
        )

    def duplicate(self, path: Path, value: object) -> None:
        """The value was used before where it has to be unique."""
        self.add(path, CauseReason.DUPLICATE, f"must be unique: {shown(value)} is there twice")

    def not_found(self, path: Path, what: str, name: str, known: Iterable[str]) -> None:
        """``name`` is none of the names ``known`` of what it has to name; a close one is said."""
        from difflib import get_close_matches  # noqa: PLC0415 - only after a mistake

        known = sorted(known)
        near = get_close_matches(name, known, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        there = ", ".join(repr(one) for one in known[:3]) + (" ..." if len(known) > 3 else "")
        has = f"; there {'is' if len(known) == 1 else 'are'} {there or 'none'}" if not near else ""
        self.add(path, CauseReason.NOT_FOUND, f"no {what} is called {name!r}{hint}{has}")

    def forbidden(self, path: Path, message: str) -> None:
        """The field may not be set here."""
        self.add(path, CauseReason.FORBIDDEN, message)

    def too_long(self, path: Path, limit: int, size: int | None = None, field: str | None = None) -> None:
        """The text, or what is below ``path`` together, is longer than ``limit`` bytes; ``size`` where it is known."""
        has = "" if size is None else f" together, has {size:,}"
        self.add(path, CauseReason.TOO_LONG, f"must have at most {limit:,} bytes{has}", field)

    def too_many(self, path: Path, count: int, limit: int) -> None:
        """The list has more than ``limit`` items."""
        self.add(path, CauseReason.TOO_MANY, f"must have at most {limit} items, has {count}")


def said_of(value: object, message: str) -> str:
    """A message with the value it is about: ``must be at least 1, is 0``, or the fact after it (``-1: is negative``)."""
    if isinstance(value, dict | list):
        return message
    return f"{message}, is {shown(value)}" if message.startswith("must ") else f"{shown(value)}: {message}"


def shown(value: object) -> str:
    """A value as a message quotes it: text in quotes, cut at 60 characters."""
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "the map"
    if isinstance(value, list):
        return "the list"
    return str(value)
