"""Values as JSON, as Go writes it (encoding/json, ``Marshal``): maps by key, ``<``, ``>`` and ``&`` escaped."""

from __future__ import annotations

import base64
import math
from typing import Final

from kubelens.render.go.strconv import format_float
from kubelens.render.go.types import Mapping, Slice, Struct, type_name
from kubelens.render.go.utf8 import repaired
from kubelens.render.limits import Budget
from kubelens.render.origin import Text, joined
from kubelens.syntax.pattern import pattern

_ESCAPED: Final = pattern('["\\\\\x00-\x1f\u2028\u2029\ud800-\udfff]')
_ESCAPED_FOR_HTML: Final = pattern('["\\\\\x00-\x1f\u2028\u2029\ud800-\udfff<>&]')
_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_DEEPEST: Final = 150


class NotJson(ValueError):
    """A value that JSON has not; the message is Go's."""


def to_json(value: object, *, for_html: bool = True, indent: str = "", classic: bool = False) -> Text:
    """The value as JSON on one line, or on many if there is an ``indent``. Raises ``NotJson``.

    Text that needs no escapes keeps its origins. ``classic``: as before encoding/json stood on encoding/json/v2, when
    it escaped the U+FFFD that stands for a byte that is no UTF-8.
    """
    writer = _Writer(for_html, indent, classic)
    writer.write(value, 0)
    return joined(writer.out)


def json_float(value: float) -> str:
    """A float as JSON writes it: with an exponent below 1e-6 and from 1e21 on."""
    if not math.isfinite(value):
        raise NotJson(f"json: unsupported value: {format_float(value)}")
    size = abs(value)
    if size == 0 or 1e-6 <= size < 1e21:
        return format_float(value, "f")
    mantissa, sign, exponent = format_float(value, "e").rpartition("-")
    if sign and exponent.startswith("0") and len(exponent) == 2:
        return f"{mantissa}-{exponent[1:]}"
    return f"{mantissa}{sign}{exponent}"


class _Writer:
    def __init__(self, for_html: bool, indent: str, classic: bool) -> None:
        self.out: list[str] = []
        self.budget = Budget()
        self.classic = classic
        self.escaped = _ESCAPED_FOR_HTML if for_html else _ESCAPED
        self.indent = indent

    def write(self, value: object, depth: int) -> None:
        self.budget.spend()
        if isinstance(value, str):
            self.text(value)
        elif value is None:
            self.out.append("null")
        elif isinstance(value, bool):
            self.out.append("true" if value else "false")
        elif isinstance(value, int):
            self.out.append(str(int(value)))
        elif isinstance(value, float):
            self.out.append(json_float(value))
        elif isinstance(value, dict):
            self._map(value, sorted(value), depth)
        elif isinstance(value, list):
            self._list(value, depth)
        elif isinstance(value, bytes):
            self.out.append(f'"{base64.b64encode(value).decode()}"')
        elif isinstance(value, Struct):
            self._struct(value, depth)
        else:
            raise NotJson(f"json: unsupported type: {type_name(value)}")

    def text(self, value: str) -> None:
        if self.escaped.search(value) is None:
            self.out.extend(('"', value, '"'))
            return
        made = self.escaped.sub(lambda found: _escape(found[0]), value if self.classic else repaired(value))
        self.out.append(f'"{made}"' if type(value) is not Text else Text.derived(f'"{made}"', (value,)))

    def _struct(self, value: Struct, depth: int) -> None:
        made = dict(value.fields) if value.json is None else value.json()
        if isinstance(made, dict):
            self._map(made, list(made), depth)
        else:
            self.write(made, depth)

    def _map(self, value: dict[str, object], keys: list[str], depth: int) -> None:
        if isinstance(value, Mapping) and value.nil:
            self.out.append("null")
        elif not value:
            self.out.append("{}")
        else:
            self._deeper(value, depth)
            self.out.append("{")
            for index, key in enumerate(keys):
                self._break(index, depth + 1)
                self.text(key)
                self.out.append(": " if self.indent else ":")
                self.write(value[key], depth + 1)
            self._end("}", depth)

    def _list(self, value: list[object], depth: int) -> None:
        if isinstance(value, Slice) and value.nil:
            self.out.append("null")
        elif not value:
            self.out.append("[]")
        else:
            self._deeper(value, depth)
            self.out.append("[")
            for index, item in enumerate(value):
                self._break(index, depth + 1)
                self.write(item, depth + 1)
            self._end("]", depth)

    def _deeper(self, value: object, depth: int) -> None:
        if depth > _DEEPEST:
            raise NotJson(f"json: unsupported value: encountered a cycle via {type_name(value)}")

    def _break(self, index: int, depth: int) -> None:
        if index:
            self.out.append(",")
        if self.indent:
            self.out.append("\n" + self.indent * depth)

    def _end(self, mark: str, depth: int) -> None:
        self.out.append("\n" + self.indent * depth + mark if self.indent else mark)


def _escape(character: str) -> str:
    known = _SHORT.get(character)
    if known is not None:
        return known
    code = ord(character)
    return "\\ufffd" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"
