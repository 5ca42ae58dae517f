"""Reads Go's regular expressions (``regexp/syntax.Parse`` with the flags of ``regexp.Compile``)."""

from __future__ import annotations

from typing import Final, NamedTuple

from kubelens.regexp.charset import ANY, NOT_NEWLINE, Ranges, folded
from kubelens.regexp.classes import bracketed, escaped_character, escaped_class
from kubelens.regexp.errors import RegexpError
from kubelens.regexp.tree import At, Characters, Choice, Group, Node, Nothing, Repeat, Sequence, Where

_MOST_REPEATS: Final = 1000
_MOST_HEIGHT: Final = 1000
_MOST_SIZE: Final = 128 * 2**20 // 40
_COUNTS: Final = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_PLACES: Final = {"A": Where.TEXT_BEGINS, "z": Where.TEXT_ENDS, "b": Where.WORD_EDGE, "B": Where.NO_WORD_EDGE}


class Flags(NamedTuple):
    """What ``(?imsU)`` turn on."""

    i: bool = False
    m: bool = False
    s: bool = False
    U: bool = False


class Pattern(NamedTuple):
    """A pattern that was read: its tree, and the names of its groups from 1 on, "" where one has none."""

    root: Node
    names: tuple[str, ...]


class _Open:
    """A group whose end has not come; what stands before its last ``|`` is in ``options``."""

    __slots__ = ("flags", "name", "number", "options", "parts")

    def __init__(self, flags: Flags, number: int | None, name: str) -> None:
        self.flags = flags
        self.number = number
        self.name = name
        self.options: list[Node] = []
        self.parts: list[Node] = []


def parse(text: str) -> Pattern:
    """The tree of a pattern; raises ``RegexpError``."""
    return _Parser(text).pattern()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.flags = Flags()
        self.names: list[str] = []
        self.open = [_Open(self.flags, None, "")]
        self.repeated: int | None = None
        """Where the repetition operator begins that ends where the parser stands."""

    def pattern(self) -> Pattern:
        text = self.text
        if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
            raise RegexpError("invalid UTF-8", text)
        while self.position < len(text):
            before = self.repeated
            self.repeated = None
            self._one(text[self.position], before)
        if len(self.open) > 1:
            raise RegexpError("missing closing )", text)
        return Pattern(self._closed(self.open[0]), tuple(self.names))

    def _one(self, character: str, before: int | None) -> None:
        if character == "(":
            self._group()
        elif character == "|":
            group = self.open[-1]
            group.options.append(_sequence(group.parts))
            group.parts = []
            self.position += 1
        elif character == ")":
            self._close()
        elif character == "[":
            ranges, self.position = bracketed(self.text, self.position, fold=self.flags.i)
            self._push(Characters(ranges))
        elif character in _COUNTS:
            self._repeat(*_COUNTS[character], self.position + 1, before)
        elif character == "{":
            self._counted(before)
        elif character == "\\":
            self._escape()
        else:
            self._push(self._plain(character))
            self.position += 1

    def _plain(self, character: str) -> Node:
        if character == ".":
            return Characters(ANY if self.flags.s else NOT_NEWLINE)
        if character == "^":
            return At(Where.LINE_BEGINS if self.flags.m else Where.TEXT_BEGINS)
        if character == "$":
            return At(Where.LINE_ENDS if self.flags.m else Where.TEXT_ENDS)
        return self._literal(ord(character))

    def _literal(self, code: int) -> Characters:
        ranges: Ranges = ((code, code),)
        return Characters(folded(ranges) if self.flags.i else ranges)

    def _push(self, node: Node) -> None:
        self.open[-1].parts.append(self._checked(node))

    def _checked(self, node: Node) -> Node:
        if node.size > _MOST_SIZE:
            raise RegexpError("expression too large", self.text)
        if node.height > _MOST_HEIGHT:
            raise RegexpError("expression nests too deeply", self.text)
        return node

    def _closed(self, group: _Open) -> Node:
        options = [*group.options, _sequence(group.parts)]
        node = self._checked(options[0] if len(options) == 1 else _choice(options))
        return node if group.number is None else self._checked(Group(group.number, group.name, node))

    def _close(self) -> None:
        if len(self.open) == 1:
            raise RegexpError("unexpected )", self.text)
        group = self.open.pop()
        self.flags = group.flags
        self._push(self._closed(group))
        self.position += 1

    def _group(self) -> None:
        text, start = self.text, self.position
        if not text.startswith("(?", start):
            self._begin("", start + 1)
            return
        for opening in ("(?P<", "(?<"):
            if text.startswith(opening, start) and len(text) > start + len(opening):
                end = text.find(">", start)
                if end < 0:
                    raise RegexpError("invalid named capture", text[start:])
                name = text[start + len(opening) : end]
                if not name or not all(c == "_" or (c.isascii() and c.isalnum()) for c in name):
                    raise RegexpError("invalid named capture", text[start : end + 1])
                self._begin(name, end + 1)
                return
        self._flag_group()

    def _begin(self, name: str, position: int) -> None:
        self.names.append(name)
        self.open.append(_Open(self.flags, len(self.names), name))
        self.position = position

    def _flag_group(self) -> None:
        """``(?flags)`` or ``(?flags:``."""
        flags, on, seen = self.flags, True, True
        for position in range(self.position + 2, len(self.text)):
            character = self.text[position]
            if character in "imsU":
                flags = flags._replace(**{character: on})
                seen = True
            elif character == "-" and on:
                on, seen = False, False
            elif character in ":)" and seen:
                if character == ":":
                    self.open.append(_Open(self.flags, None, ""))
                self.flags = flags
                self.position = position + 1
                return
            else:
                raise RegexpError("invalid or unsupported Perl syntax", self.text[self.position : position + 1])
        raise RegexpError("invalid or unsupported Perl syntax", self.text[self.position :])

    def _repeat(self, low: int, high: int | None, end: int, before: int | None, *, counted: bool = False) -> None:
        text, start = self.text, self.position
        greedy = not self.flags.U
        if text.startswith("?", end):
            end += 1
            greedy = not greedy
        if before is not None:
            raise RegexpError("invalid nested repetition operator", text[before:end])
        parts = self.open[-1].parts
        if not parts:
            raise RegexpError("missing argument to repetition operator", text[start:end])
        node = Repeat(parts.pop(), low, high, greedy=greedy)
        self._push(node)
        if counted and max(low, high or 0) > 1 and node.copies > _MOST_REPEATS:
            raise RegexpError("invalid repeat count", text[start:end])
        self.position, self.repeated = end, start

    def _counted(self, before: int | None) -> None:
        """``{n}``, ``{n,}``, ``{n,m}``; what has another form is text."""
        low, end = self._number(self.position + 1)
        high: int | None = low
        if low is not None and self.text.startswith(",", end):
            high, end = (None, end + 1) if self.text.startswith("}", end + 1) else self._number(end + 1)
            bounded = self.text[end - 1] != ","
        else:
            bounded = True
        if low is None or (bounded and high is None) or not self.text.startswith("}", end):
            self._push(self._literal(ord("{")))
            self.position += 1
            return
        if max(low, high or 0) > _MOST_REPEATS or (high is not None and high < low):
            raise RegexpError("invalid repeat count", self.text[self.position : end + 1])
        self._repeat(low, high, end + 1, before, counted=True)

    def _number(self, start: int) -> tuple[int | None, int]:
        """A decimal number without leading zeros, and where it ends; a huge one is one more than any repeat may be."""
        text, end = self.text, start
        while end < len(text) and "0" <= text[end] <= "9":
            end += 1
        if end == start or (text[start] == "0" and end > start + 1):
            return None, start
        return (int(text[start:end]) if end - start < 9 else _MOST_REPEATS + 1), end

    def _escape(self) -> None:
        text, start = self.text, self.position
        letter = text[start + 1 : start + 2]
        if letter in _PLACES and letter:
            self._push(At(_PLACES[letter]))
            self.position += 2
        elif letter == "C":
            raise RegexpError("invalid escape sequence", r"\C")
        elif letter == "Q":
            literal, _, _ = text[start + 2 :].partition(r"\E")
            for character in literal:
                self._push(self._literal(ord(character)))
            self.position = min(start + 2 + len(literal) + 2, len(text))
        elif (found := escaped_class(text, start, fold=self.flags.i)) is not None:
            ranges, self.position = found
            self._push(Characters(ranges))
        else:
            code, self.position = escaped_character(text, start)
            self._push(self._literal(code))


def _sequence(parts: list[Node]) -> Node:
    if not parts:
        return Nothing()
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Sequence) else (part,))]
    return flat[0] if len(flat) == 1 else Sequence(tuple(flat))


def _choice(options: list[Node]) -> Node:
    flat = [inner for option in options for inner in (option.options if isinstance(option, Choice) else (option,))]
    return Choice(tuple(flat))
