"""Values as YAML, as sigs.k8s.io/yaml prints them: made JSON, read by go-yaml v2 and printed by it."""

from __future__ import annotations

import base64
import math
from functools import lru_cache
from typing import Final

from kubelens.render.go.json_writing import NotJson, json_float
from kubelens.render.go.strconv import format_float
from kubelens.render.go.types import MAX_UINT64, MIN_INT64, Mapping, Slice, Struct, type_name
from kubelens.render.go.utf8 import repaired
from kubelens.render.limits import Budget
from kubelens.render.origin import Piece, Sourced, SourcedList, Text, joined
from kubelens.render.yaml.key_order import sorted_keys
from kubelens.render.yaml.odd_breaks import BREAKS
from kubelens.render.yaml.scalar_text import LONGEST_SIMPLE_KEY, is_multiline, key_text, scalar_text

_DEEPEST: Final = 150
_MARGINS: Final = [" " * width for width in range(64)]
_CONTROLS: Final = frozenset(map(chr, (0x7F, *range(0x80, 0x85), *range(0x86, 0xA0), 0xFFFE, 0xFFFF)))
"""Characters that JSON holds as they are and go-yaml does not read."""


class NotYaml(ValueError):
    """A value that cannot be printed; the message is that of the Go error."""


_JSON: Final = frozenset({Text, Sourced, SourcedList, str, dict, list, float, int, bool, type(None)})
"""The classes of values that JSON has."""
_NEVER_FOLDED: Final = -(10**9)
"""A column so far from the width that no line reaches it."""


_PRINTABLE: Final = "\ue000"
"""Stands for a tab where go-yaml v3 lets one stand: in a block."""


def to_yaml(value: object) -> Text:
    """The value's YAML, with the newline that ends it. Raises ``NotYaml``.

    Text keeps its origins line by line, and a scalar of a ``Sourced`` container is from where that says.
    """
    writer = _Writer()
    try:
        writer.block(value, 0, "", 0)
    except NotJson as fault:
        raise NotYaml(f"error marshaling into JSON: {fault}") from None
    return joined(writer.out)


def to_pretty_yaml(value: object) -> Text:
    """The value's YAML as go-yaml v3 prints it: lists stand further in than their keys, nothing is folded."""
    writer = _PrettyWriter()
    try:
        writer.block(value, 0, "", 0)
    except NotJson as fault:
        raise NotYaml(str(fault)) from None
    return joined(writer.out)


class _Writer:
    """``out``: the parts of the text in order."""

    list_step = 0
    """Columns that a list stands further in than its key."""

    __slots__ = ("budget", "out")

    def __init__(self) -> None:
        self.out: list[str] = []
        self.budget = Budget()

    def block(self, value: object, indent: int, lead: str, depth: int) -> None:
        """A value on lines of its own at ``indent`` columns; ``lead`` stands in the margin of the first one."""
        self.budget.spend()
        value = self.plain(value)
        if isinstance(value, dict) and value:
            self._map(value, indent, lead, depth)
        elif isinstance(value, list) and value:
            self._list(value, indent, lead, depth)
        else:
            self.out.append(lead)
            self._line(self.scalar(value, indent, len(lead)))

    def _list(self, items: list[object], indent: int, lead: str, depth: int) -> None:
        _deeper(items, depth)
        margin = _margin(indent)
        for index, item in enumerate(items):
            item = self.plain(item)
            self.out.append(lead + "- ")
            if isinstance(item, dict | list) and item:
                self.out.pop()
                self.block(item, indent + 2, lead + "- ", depth + 1)
            else:
                shown = self.scalar(item, indent, indent + 2)
                if isinstance(items, SourcedList) and type(shown) is not Text and index in items.origins:
                    shown = Text.of(shown, items.origins[index])
                self._line(shown)
            lead = margin

    def _map(self, entries: dict[str, object], indent: int, lead: str, depth: int) -> None:
        _deeper(entries, depth)
        out = self.out
        margin = _margin(indent)
        sourced = entries if isinstance(entries, Sourced) else None
        for key in sorted_keys(entries):
            value = self.plain(entries[key])
            out.append(lead)
            lead = margin
            width = self._key(key, indent, sourced)
            if isinstance(value, dict | list) and value:
                if width:
                    out.append(":\n")
                    inner = indent + self.list_step if isinstance(value, list) else indent + 2
                    self.block(value, inner, _margin(inner), depth + 1)
                else:
                    self.block(value, indent + 2, f"{margin}: ", depth + 1)
                continue
            out.append(": " if width else f"{margin}: ")
            shown = self.scalar(value, indent, indent + width + 2)
            if sourced is not None and type(shown) is not Text and key in sourced.origins:
                shown = Text.of(shown, sourced.origins[key])
            self._line(shown)

    def _line(self, shown: str) -> None:
        """Writes what ends a line, and a newline, but for a block whose last line another break ends."""
        self.budget.spend()
        self.out.append(shown)
        if shown[-1] not in BREAKS:
            self.out.append("\n")

    def _key(self, key: str, indent: int, sourced: Sourced | None) -> int:
        """Writes a key; how many columns it takes, none where its value stands on a line of its own."""
        shown = _shown_key(str(key))
        if not shown:
            self._line(f"? {self.scalar(str(key), indent, indent + 2)}")
            return 0
        if sourced is not None and key in sourced.key_origins:
            origin = sourced.key_origins[key]
            exact = shown == key and origin.end - origin.start == len(key)
            self.out.append(Text(shown, (Piece(len(shown), (origin,), exact),)))
        else:
            self.out.append(shown)
        return len(shown)

    def plain(self, value: object) -> object:
        """A value of one of Go's other types as what is printed of it."""
        return value if type(value) in _JSON else _as_json(value)

    def scalar(self, value: object, indent: int, column: int) -> str:
        """A scalar or an empty container, in an entry at ``indent``, its text from ``column`` on."""
        if isinstance(value, str):
            shown = scalar_text(_readable(value), indent, column)
            return _with_pieces(value, shown) if type(value) is Text else shown
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(int(value))
        if isinstance(value, float):
            return yaml_float(value)
        if isinstance(value, dict):
            return "{}"
        if isinstance(value, list):
            return "[]"
        raise NotJson(f"json: unsupported type: {type_name(value)}")


class _PrettyWriter(_Writer):
    __slots__ = ()
    list_step = 2

    def plain(self, value: object) -> object:
        return (
            [] if isinstance(value, Slice) and value.nil else {} if isinstance(value, Mapping) and value.nil else value
        )

    def scalar(self, value: object, indent: int, column: int) -> str:
        if isinstance(value, float):
            text = format_float(value)
            return {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(text, text)
        if isinstance(value, str) and "\t" in value and "\n" in value:
            shown = super().scalar(value.replace("\t", _PRINTABLE), indent, _NEVER_FOLDED)
            if shown[0] == "|":
                shown = str(shown).replace(_PRINTABLE, "\t")
                return _with_pieces(value, shown) if type(value) is Text else shown
        return super().scalar(value, indent, _NEVER_FOLDED)


@lru_cache(maxsize=4096)
def _shown_key(key: str) -> str:
    """A key as it is printed before its value; nothing for one that stands on lines of its own."""
    if is_multiline(key) or len(key.encode("utf-8", "surrogateescape")) > LONGEST_SIMPLE_KEY:
        return ""
    return key_text(_readable(key))


def _as_json(value: object) -> object:
    """What JSON makes of values of Go's other types."""
    if isinstance(value, Struct):
        return _as_json(dict(value.fields) if value.json is None else value.json())
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Slice | Mapping) and value.nil:
        return None
    return value


def yaml_float(value: float) -> str:
    """A float after its trip through JSON: an integer where it is one of 64 bits. Raises ``NotJson``."""
    if not math.isfinite(value):
        return json_float(value)
    if value.is_integer() and MIN_INT64 <= value <= MAX_UINT64:
        written = int(json_float(value))  # the shortest digits, then zeros
        if MIN_INT64 <= written <= MAX_UINT64:
            return str(written)
    return format_float(value)


def _readable(text: str) -> str:
    """The text as go-yaml reads it out of JSON: bytes that are no UTF-8 are U+FFFD, a U+0085 folds to a blank."""
    text = str(text)
    if text.isascii() and "\x7f" not in text:
        return text
    if not _CONTROLS.isdisjoint(text):
        raise NotYaml("yaml: control characters are not allowed")
    made = repaired(text)
    return made.replace("\x85", " ") if "\x85" in made else made


def _with_pieces(value: Text, shown: str) -> str:
    """A printed text with the origins of its characters, where they stand in it as they are."""
    if shown == value:
        return value
    if shown[1:-1] == value:
        return joined([shown[0], value, shown[-1]])
    if shown[0] == "|":
        return _block_with_pieces(value, shown)
    return Text.derived(shown, (value,))


def _block_with_pieces(value: Text, shown: str) -> Text:
    head, _, body = shown.partition("\n")
    parts: list[str] = [head]
    at = 0
    for line in body.split("\n"):
        parts.append("\n")
        end = value.find("\n", at)
        end = len(value) if end < 0 else end
        margin = len(line) - (end - at)
        if margin < 0 or line[margin:] != value[at:end]:
            return Text.derived(shown, (value,))
        parts.append(line[:margin])
        parts.append(value.cut(at, end))
        at = min(end + 1, len(value))
    return joined(parts)


def _deeper(value: object, depth: int) -> None:
    if depth > _DEEPEST:
        raise NotJson(f"json: unsupported value: encountered a cycle via {type_name(value)}")


def _margin(width: int) -> str:
    return _MARGINS[width] if width < len(_MARGINS) else " " * width
