"""Values as TOML (BurntSushi/toml, ``Encoder``): a table's own keys first, then the tables inside it, further in."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Final

from kubelens.render.go.duration import duration_text
from kubelens.render.go.strconv import format_float
from kubelens.render.go.time import RFC3339_NANO
from kubelens.render.go.time_value import Time
from kubelens.render.go.types import Duration, Mapping, Slice, Struct, kind_name
from kubelens.render.limits import Budget
from kubelens.syntax.pattern import pattern

_BARE: Final = pattern(r"[A-Za-z0-9_-]+\Z", re.ASCII)
_ESCAPED: Final = pattern('["\\\\\x00-\x1f\x7f]')
_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_INDENT: Final = "  "
_DEEPEST: Final = 150
Key = tuple[str, ...]


class NotToml(ValueError):
    """A value that TOML has not; the message is the library's."""


def to_toml(value: object, *, exponents: bool = True) -> str:
    """The value's TOML; raises ``NotToml``. ``exponents``: whether large floats have one, as since version 1.6."""
    writer = _Writer(exponents)
    writer.encode((), value)
    return "".join(writer.out)


class _Writer:
    def __init__(self, exponents: bool) -> None:
        self.out: list[str] = []
        self.budget = Budget()
        self.exponents = exponents

    def encode(self, key: Key, value: object) -> None:
        self.budget.spend()
        if len(key) > _DEEPEST:
            raise NotToml("tables stand too deep inside one another")
        if isinstance(value, list):
            if _is_table_array(value):
                self._tables(key, value)
            else:
                self._pair(key, value)
        elif isinstance(value, dict):
            if not (isinstance(value, Mapping) and value.nil):
                self._table(key, value)
        elif isinstance(value, Struct) and not isinstance(value, Time) and value.text is None:
            self._table(key, dict(value.fields))
        elif value is not None:
            self._pair(key, value)

    def _pair(self, key: Key, value: object) -> None:
        if not key:
            self.out.append(self.element(value, 0))
            return
        self.out.append(f"{_INDENT * (len(key) - 1)}{_quoted_key(key[-1])} = {self.element(value, 0)}\n")

    def _tables(self, key: Key, items: list[object]) -> None:
        if not key:
            raise NotToml("toml: top-level array of tables need a key")
        for item in items:
            self._newline()
            self.out.append(f"{_INDENT * (len(key) - 1)}[[{_dotted(key)}]]\n")
            assert isinstance(item, dict)
            self._entries(key, item)

    def _table(self, key: Key, entries: dict[str, object]) -> None:
        if len(key) == 1:
            self._newline()
        if key:
            self.out.append(f"{_INDENT * (len(key) - 1)}[{_dotted(key)}]\n")
        self._entries(key, entries)

    def _entries(self, key: Key, entries: dict[str, object]) -> None:
        for name in _in_order(entries):
            if not _is_nil(entries[name]):
                self.encode((*key, name), entries[name])

    def _newline(self) -> None:
        if self.out:
            self.out.append("\n")

    def element(self, value: object, depth: int) -> str:
        """A value on one line."""
        self.budget.spend()
        if depth > _DEEPEST:
            raise NotToml("arrays stand too deep inside one another")
        if isinstance(value, str):
            return _quoted(value)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, Duration):
            return _quoted(duration_text(value))
        if isinstance(value, int):
            return str(int(value))
        if isinstance(value, float):
            return self._float(value)
        if isinstance(value, Time):
            return value.moment.format(RFC3339_NANO)
        if isinstance(value, Struct) and value.text is not None:
            return _quoted(value.text())
        if isinstance(value, list):
            return f"[{', '.join([self.element(item, depth + 1) for item in value])}]"
        if isinstance(value, dict):
            return self._inline(value, depth)
        raise NotToml(f"unsupported type: {kind_name(value)}")

    def _inline(self, entries: dict[str, object], depth: int) -> str:
        pairs = [
            f"{_quoted_key(name)} = {self.element(entries[name], depth + 1)}"
            for name in _in_order(entries)
            if not _is_nil(entries[name])
        ]
        return f"{{{', '.join(pairs)}}}"

    def _float(self, value: float) -> str:
        if math.isnan(value):
            return "nan"
        if math.isinf(value):
            return "inf" if value > 0 else "-inf"
        text = format_float(value, "g" if self.exponents else "f")
        return text if "e" in text or "." in text else f"{text}.0"


def _in_order(entries: dict[str, object]) -> list[str]:
    """Keys of plain values, then of tables, each in their order."""
    return sorted(entries, key=lambda name: (_is_table(entries[name]), name))


def _is_table(value: object) -> bool:
    if isinstance(value, list):
        return _is_table_array(value)
    return isinstance(value, dict) and not _is_nil(value)


def _is_table_array(items: list[object]) -> bool:
    if any(_is_nil(item) for item in items):
        raise NotToml("toml: cannot encode array with nil element")
    return bool(items) and all(isinstance(item, dict) for item in items)


def _is_nil(value: object) -> bool:
    return value is None or (isinstance(value, Slice | Mapping) and value.nil)


def _dotted(key: Key) -> str:
    return ".".join(map(_quoted_key, key))


@lru_cache(maxsize=1024)
def _quoted_key(name: str) -> str:
    return name if _BARE.match(name) else _quoted(name)


def _quoted(text: str) -> str:
    return '"' + _ESCAPED.sub(lambda found: _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}", text) + '"'
