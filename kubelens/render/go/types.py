"""The Go types that a template can tell apart, as Python values.

| Go | Python |
|---|---|
| ``bool``, ``int``, ``float64``, ``complex128`` | ``bool``, ``int``, ``float``, ``complex`` |
| ``string`` | ``str``; a byte that is no UTF-8 is a lone surrogate (``surrogateescape``) |
| ``[]byte`` | ``bytes`` |
| ``nil``, a missing value | ``None`` |
| ``map[string]interface {}``, ``[]interface {}`` | ``dict``, ``list`` (``Sourced``, ``SourcedList`` where they were read) |
| other numbers, slices, maps | ``Int64`` and its kin, ``Slice``, ``Mapping`` |
| structs and what has methods | ``Struct`` |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Mapping as ReadOnly
from typing import Final

from kubelens.render.go.function import Function
from kubelens.render.origin import Sourced, Unknown

ANY_MAP: Final = "map[string]interface {}"
ANY_SLICE: Final = "[]interface {}"
NO_METHODS: Final[ReadOnly[str, Function]] = {}


class Int64(int):
    """An ``int64``."""

    go_type = "int64"
    go_kind = "int64"


class Int8(int):
    """An ``int8``."""

    go_type = "int8"
    go_kind = "int8"


class Int16(int):
    """An ``int16``."""

    go_type = "int16"
    go_kind = "int16"


class Int32(int):
    """An ``int32``, or a ``rune``."""

    go_type = "int32"
    go_kind = "int32"


class Uint(int):
    """A ``uint``."""

    go_type = "uint"
    go_kind = "uint"


class Uint8(int):
    """A ``uint8``, or a ``byte``."""

    go_type = "uint8"
    go_kind = "uint8"


class Uint16(int):
    """A ``uint16``."""

    go_type = "uint16"
    go_kind = "uint16"


class Uint32(int):
    """A ``uint32``."""

    go_type = "uint32"
    go_kind = "uint32"


class Uint64(int):
    """A ``uint64``."""

    go_type = "uint64"
    go_kind = "uint64"


class Float32(float):
    """A ``float32``."""

    go_type = "float32"
    go_kind = "float32"


class UnknownInt(int, Unknown):
    """An ``int`` that stands in for another one, such as a random number."""

    go_type = "int"
    go_kind = "int"


class UnknownInt64(Int64, Unknown):
    """An ``int64`` that stands in for another one."""


class Duration(int):
    """A ``time.Duration``, in nanoseconds."""

    go_type = "time.Duration"
    go_kind = "int64"


class Named(int):
    """An integer of a named type whose ``String`` method gives ``text``, such as a ``time.Month``."""

    go_type = "int"
    go_kind = "int"
    text = ""

    @classmethod
    def make(cls, value: int, go_type: str, text: str) -> Named:
        """The value with its type's name and its text."""
        self = cls(value)
        self.go_type = go_type
        self.text = text
        return self


class Slice(list[object]):
    """A slice of another type than ``[]interface {}``; ``nil`` is a slice that was never made."""

    __slots__ = ("go_type", "methods", "nil")

    def __init__(
        self,
        items: Iterable[object] = (),
        go_type: str = "[]string",
        *,
        nil: bool = False,
        methods: ReadOnly[str, Function] = NO_METHODS,
    ) -> None:
        super().__init__(items)
        self.go_type = go_type
        self.nil = nil
        self.methods = methods


class Mapping(Sourced):
    """A map of another type than ``map[string]interface {}``, such as Helm's ``common.Values``."""

    __slots__ = ("go_type", "methods", "nil")

    def __init__(
        self,
        items: Iterable[tuple[str, object]] | dict[str, object] = (),
        go_type: str = ANY_MAP,
        *,
        nil: bool = False,
        methods: ReadOnly[str, Function] = NO_METHODS,
    ) -> None:
        super().__init__(items)
        if isinstance(items, Sourced):
            self.origins, self.key_origins = items.origins, items.key_origins
        self.go_type = go_type
        self.nil = nil
        self.methods = methods


class Struct:
    """A struct, or a pointer to one (``go_type`` begins with ``*``): fields and methods by their Go names.

    ``text``: what its ``String`` or ``Error`` method gives, if it has one; ``pointer_text``: what such a method of its
    pointer gives, which text/template prints and fmt does not know of. ``json``: what encoding/json makes of it, if
    not the fields by their Go names.
    """

    __slots__ = ("fields", "go_type", "json", "methods", "pointer_text", "text")

    def __init__(
        self,
        go_type: str,
        fields: ReadOnly[str, object],
        methods: ReadOnly[str, Function] = NO_METHODS,
        *,
        text: Callable[[], str] | None = None,
        pointer_text: Callable[[], str] | None = None,
        json: Callable[[], object] | None = None,
    ) -> None:
        self.go_type = go_type
        self.fields = fields
        self.methods = methods
        self.text = text
        self.pointer_text = pointer_text
        self.json = json

    @property
    def go_kind(self) -> str:
        """``ptr`` or ``struct``."""
        return "ptr" if self.go_type.startswith("*") else "struct"


_PLAIN_TYPES: Final[dict[type, str]] = {
    type(None): "<nil>",
    bool: "bool",
    int: "int",
    float: "float64",
    complex: "complex128",
    str: "string",
    bytes: "[]uint8",
    dict: ANY_MAP,
    list: ANY_SLICE,
}
_PLAIN_KINDS: Final[dict[type, str]] = {
    type(None): "invalid",
    bool: "bool",
    int: "int",
    float: "float64",
    complex: "complex128",
    str: "string",
    bytes: "slice",
    dict: "map",
    list: "slice",
}
INTEGER_KINDS: Final = frozenset({"int", "int8", "int16", "int32", "int64"})
UNSIGNED_KINDS: Final = frozenset({"uint", "uint8", "uint16", "uint32", "uint64"})
FLOAT_KINDS: Final = frozenset({"float32", "float64"})


class NotAGoValue(TypeError):
    """A Python object that stands for nothing in Go: a fault of this program, not of a chart."""


def type_name(value: object) -> str:
    """The value's type as ``%T`` prints it; ``<nil>`` for nil."""
    name = _PLAIN_TYPES.get(type(value))
    if name is not None:
        return name
    own = getattr(value, "go_type", None)
    if isinstance(own, str):
        return own
    for base, name in _PLAIN_TYPES.items():
        if isinstance(value, base):
            return name
    raise NotAGoValue(type(value).__name__)


def kind_name(value: object) -> str:
    """The value's kind as ``reflect.Kind`` prints it; ``invalid`` for nil."""
    name = _PLAIN_KINDS.get(type(value))
    if name is not None:
        return name
    own = getattr(value, "go_kind", None)
    if isinstance(own, str):
        return own
    for base, name in _PLAIN_KINDS.items():
        if isinstance(value, base):
            return name
    raise NotAGoValue(type(value).__name__)


def is_true(value: object) -> bool:
    """Whether ``if`` takes the value for true (text/template, ``IsTrue``): not zero, not empty, not nil."""
    if isinstance(value, bool | int | float | complex | str | bytes | dict | list):
        return bool(value)
    return value is not None


MIN_INT64: Final = -(2**63)
MAX_INT64: Final = 2**63 - 1
MAX_UINT64: Final = 2**64 - 1


def wrapped(value: int) -> int:
    """The value as 64 bits hold it: what overflows comes round again."""
    if MIN_INT64 <= value <= MAX_INT64:
        return value
    return (value + 2**63) % 2**64 - 2**63
