"""Values on the command line, ``--set a.b[0]=c,d={e,f}``, in Helm's own syntax (Helm, ``pkg/strvals``)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from enum import Enum
from typing import Final

from kubelens.render.chart.tables import Table, put
from kubelens.render.go.strconv import quote
from kubelens.render.go.types import Int64, type_name
from kubelens.render.origin import Sourced, SourcedList
from kubelens.syntax.pattern import pattern

MAX_INDEX: Final = 65536
MAX_NESTING: Final = 30
_INTEGER: Final = pattern(r"[+-]?[0-9]+", re.ASCII)
_INT64: Final = range(-(2**63), 2**63)
_LITERAL_WORDS: Final[dict[str, object]] = {"true": True, "false": False, "null": None, "0": Int64(0)}


class SetFault(ValueError):
    """A line that cannot be read, in Helm's words."""


class Manner(Enum):
    """What the texts behind ``=`` become."""

    TYPED = "--set"
    STRING = "--set-string"
    JSON = "--set-json"
    FILE = "--set-file"
    LITERAL = "--set-literal"


class _End(Exception):
    """The end of the line."""


class _NotAList(Exception):
    """A value that begins with no brace."""


def parse_into(line: str, values: Table, manner: Manner, read_file: Callable[[str], str] | None = None) -> None:
    """Set what a line says in ``values``. ``read_file``: the text of a file, for ``--set-file``; it may raise SetFault.

    Raises:
        SetFault: the line cannot be read; what stands before the fault is set.
    """
    parser = _Parser(line, manner, read_file)
    while True:
        try:
            parser.key(values, 0)
        except _End:
            return


def typed_value(text: str) -> object:
    """What ``--set`` makes of a text: a boolean, null, an ``int64`` or the text itself."""
    folded = text.casefold()
    if folded in _LITERAL_WORDS:
        return _LITERAL_WORDS[folded]
    if text and text[0] != "0" and _INTEGER.fullmatch(text) and int(text) in _INT64:
        return Int64(int(text))
    return text


class _Parser:
    __slots__ = ("at", "line", "manner", "read_file")

    def __init__(self, line: str, manner: Manner, read_file: Callable[[str], str] | None) -> None:
        self.line = line
        self.at = 0
        self.manner = manner
        self.read_file = read_file

    def key(self, values: Table, nesting: int) -> None:
        """Read one key and its value into a map."""
        stops = "=[." if self.manner is Manner.LITERAL else "=[,."
        key, last = self._until(stops)
        if last is None:
            if not key:
                raise _End
            raise SetFault(f"key {quote(key)} has no value")
        if last == "[":
            self._indexed(values, key, nesting)
        elif last == "=":
            self._assigned(values, key)
        elif last == ",":
            _set(values, key, "")
            raise SetFault(f"key {quote(key)} has no value (cannot end with ,)")
        else:
            self._nested(values, key, nesting + 1)

    def _indexed(self, values: Table, key: str, nesting: int) -> None:
        index = self._index()
        known = values.get(key)
        if key in values and not isinstance(known, list):
            raise _misfit(known, "[]interface {}")
        items: list[object] = known if isinstance(known, list) else SourcedList()
        ended = False
        try:
            items = self._item(items, index, nesting)
        except _End:
            ended = True
        _set(values, key, items)
        if ended:
            raise _End

    def _nested(self, values: Table, key: str, nesting: int) -> None:
        if nesting > MAX_NESTING:
            message = f"value name nested level is greater than maximum supported nested level of {MAX_NESTING}"
            raise SetFault(message)
        known = values.get(key)
        if key in values and not isinstance(known, dict):
            raise _misfit(known, "map[string]interface {}")
        inner: Table = known if isinstance(known, dict) else Sourced()
        try:
            self.key(inner, nesting)
        except (_End, SetFault):
            if inner:
                _set(values, key, inner)
            raise
        if not inner:
            raise SetFault(f"key map {quote(key)} has no value")
        _set(values, key, inner)

    def _assigned(self, values: Table, key: str) -> None:
        if self.manner is Manner.LITERAL:
            _set(values, key, self._rest())
            return
        if self.manner is Manner.JSON:
            _set(values, key, self._json())
            return
        try:
            _set(values, key, self._list())
        except _End:
            _set(values, key, "")
            raise
        except _NotAList:
            text, _ = self._until(",")
            _set(values, key, self._value(text))

    def _item(self, items: list[object], index: int, nesting: int) -> list[object]:
        if index < 0:
            raise SetFault(f"negative {index} index not allowed")
        key, last = self._until("[.=")
        if key:
            raise SetFault(f"unexpected data at end of array index: {quote(key)}")
        if last is None:
            raise _End
        if last == "=":
            return _set_index(items, index, self._item_value())
        there = items[index] if index < len(items) else None
        if last == "[":
            inner_index = self._index()
            if there is not None and not isinstance(there, list):
                raise _misfit(there, "[]interface {}")
            return _set_index(items, index, self._item(there if isinstance(there, list) else [], inner_index, nesting))
        inner: Table = there if isinstance(there, dict) else Sourced()
        if index < len(items):
            items[index] = inner
        self.key(inner, nesting)
        return _set_index(items, index, inner)

    def _item_value(self) -> object:
        if self.manner is Manner.LITERAL:
            return self._rest()
        if self.manner is Manner.JSON:
            return self._json()
        try:
            return self._list()
        except _End:
            return ""
        except _NotAList:
            text, _ = self._until(",")
            return self._value(text)

    def _index(self) -> int:
        text, last = self._until("]")
        if last is None:
            raise _End
        if not _INTEGER.fullmatch(text):
            raise SetFault(f"error parsing index: strconv.Atoi: parsing {quote(text)}: invalid syntax")
        number = int(text)
        if number not in _INT64:
            raise SetFault(f"error parsing index: strconv.Atoi: parsing {quote(text)}: value out of range")
        return number

    def _list(self) -> list[object]:
        if self.at >= len(self.line):
            raise _End
        if self.line[self.at] != "{":
            raise _NotAList
        self.at += 1
        items = SourcedList()
        while True:
            text, last = self._until(",}")
            if last is None:
                raise SetFault("list must terminate with '}'")
            items.append(self._value(text))
            if last == "}":
                if self.line.startswith(",", self.at):
                    self.at += 1
                return items

    def _json(self) -> object:
        if self._empty():
            return None
        try:
            value, end = _JSON.raw_decode(self.line, self.at)
        except (ValueError, RecursionError) as error:
            raise SetFault(str(error)) from None
        self.at = end
        self._empty()
        return _sourced(value)

    def _empty(self) -> bool:
        """Whether nothing but blanks stands before the next comma or the end, which are passed over."""
        while self.at < len(self.line):
            char = self.line[self.at]
            if char == ",":
                self.at += 1
                return True
            if not char.isspace():
                return False
            self.at += 1
        return True

    def _rest(self) -> str:
        text, self.at = self.line[self.at :], len(self.line)
        return text

    def _value(self, text: str) -> object:
        if self.manner is Manner.STRING:
            return text
        if self.manner is Manner.FILE:
            if self.read_file is None:
                raise SetFault(f"open {text}: no such file or directory")
            return self.read_file(text)
        return typed_value(text)

    def _until(self, stops: str) -> tuple[str, str | None]:
        """The text up to one of some characters, and which; a backslash takes the next character as it is."""
        line, quoting = self.line, self.manner is not Manner.LITERAL
        found: list[str] = []
        while self.at < len(line):
            char = line[self.at]
            self.at += 1
            if char in stops:
                return "".join(found), char
            if char == "\\" and quoting:
                if self.at >= len(line):
                    return "".join(found), None
                char = line[self.at]
                self.at += 1
            found.append(char)
        return "".join(found), None


def _set(values: Table, key: str, value: object) -> None:
    if not key:
        return
    put(values, key, value)


def _set_index(items: list[object], index: int, value: object) -> list[object]:
    if index > MAX_INDEX:
        raise SetFault(f"index of {index} is greater than maximum supported index of {MAX_INDEX}")
    found = SourcedList(items, dict(getattr(items, "origins", {})))
    found.extend([None] * (index + 1 - len(found)))
    found[index] = value
    found.origins.pop(index, None)
    return found


def json_object(text: str) -> Sourced | None:
    """The object in ``--set-json '{...}'``, None if it is no JSON."""
    try:
        value = _JSON.decode(text)
    except (ValueError, RecursionError):
        return None
    found = _sourced(value)
    return found if isinstance(found, Sourced) else None


def _sourced(value: object) -> object:
    if isinstance(value, dict):
        return Sourced({key: _sourced(item) for key, item in value.items()})
    return SourcedList(map(_sourced, value)) if isinstance(value, list) else value


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"json: cannot unmarshal number {text} into Go value of type float64")
    return number


def _refuse(text: str) -> object:
    raise ValueError(f"invalid character {text[:1]!r} looking for beginning of value")


_JSON: Final = json.JSONDecoder(parse_int=_number, parse_float=_number, parse_constant=_refuse)


def _misfit(value: object, wanted: str) -> SetFault:
    """A value of another type where a map or list goes on: Go panics, and Helm tells what with."""
    found = "nil" if value is None else type_name(value)
    return SetFault(f"unable to parse key: interface conversion: interface {{}} is {found}, not {wanted}")
