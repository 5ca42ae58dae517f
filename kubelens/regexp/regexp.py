"""Regular expressions of Go's package ``regexp``: what it accepts, what it finds, and what it makes of texts.

Texts are counted in characters, not in UTF-8 bytes as Go does. No search goes back: time grows with the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Final

from kubelens.regexp import python
from kubelens.regexp.automaton import Automaton
from kubelens.regexp.charset import only
from kubelens.regexp.expand import expanded
from kubelens.regexp.parse import parse
from kubelens.regexp.program import Program, build
from kubelens.regexp.search import Slots, find
from kubelens.regexp.tree import Characters, Nothing, Sequence

_MOST_WAYS: Final = 2_000_000
"""Steps that Python may take through a text: some hundredths of a second."""
_SHORT: Final = 32
"""Texts up to this length are searched at once, without asking first whether anything matches."""


class Match:
    """A part of a text that matches; group 0 is the whole of it."""

    __slots__ = ("names", "slots", "text")

    def __init__(self, text: str, slots: Slots, names: tuple[str, ...]) -> None:
        self.text = text
        self.slots = slots
        self.names = names

    def span(self, group: int = 0) -> tuple[int, int]:
        """Where a group begins and ends; (-1, -1) where it took no part."""
        return self.slots[2 * group], self.slots[2 * group + 1]

    def group(self, group: int = 0) -> str | None:
        """What a group holds; None where it took no part."""
        begin, end = self.span(group)
        return self.text[begin:end] if begin >= 0 else None

    def groups(self) -> tuple[str | None, ...]:
        """What every group holds, without the whole."""
        return tuple(self.group(number) for number in range(1, len(self.slots) // 2))

    def expand(self, template: str) -> str:
        """A template with ``$1``, ``${name}`` and ``$$`` replaced (Go ``Regexp.Expand``)."""
        return expanded(template, self.names, lambda number: self.group(number) if number <= len(self.names) else None)


class Regexp:
    """A compiled pattern; ``names`` are those of its groups from 1 on, "" where one has none.

    What searches may raise ``TooMuch``, for patterns with thousands of repeated parts over long texts.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._root, self.names = parse(pattern)
        self._quick: dict[int, bool] = {}

    def matches(self, text: str) -> bool:
        """Whether any part of a text matches (Go ``MatchString``)."""
        if self._python is not None and self.is_quick(text):
            return self._python.search(text) is not None
        return self._automaton.matches(text)

    def search(self, text: str, start: int = 0) -> Match | None:
        """The leftmost match that begins at or after a place; what stands before it counts for ``^`` and ``\\b``."""
        if self._python is not None and self.is_quick(text):
            found = self._python.search(text, start)
            if found is None:
                return None
            if self._same_groups:
                spans = (found.span(number) for number in range(len(self.names) + 1))
                return Match(text, tuple(place for span in spans for place in span), self.names)
        elif start == 0 and len(text) > _SHORT and not self._automaton.matches(text):
            return None
        slots = find(self._program, text, start)
        return Match(text, slots, self.names) if slots is not None else None

    def longest(self, text: str) -> Match | None:
        """The leftmost match that ends last (Go ``Regexp.Longest``)."""
        slots = find(self._program, text, longest=True)
        return Match(text, slots, self.names) if slots is not None else None

    def find_all(self, text: str, limit: int = -1) -> list[Match]:
        """Matches one after another; an empty one right after another is none (Go ``FindAllString``).

        At most ``limit`` of them, where that is not negative.
        """
        found: list[Match] = []
        position, last_end = 0, -1
        while position <= len(text) and (limit < 0 or len(found) < limit):
            match = self.search(text, position)
            if match is None:
                break
            begin, end = match.span()
            if end > position or begin != last_end:
                found.append(match)
            position = end if end > position else position + 1
            last_end = end
        return found

    def replace(self, text: str, template: str) -> str:
        """A text with every match replaced, ``$1`` and ``${name}`` by what groups hold (Go ``ReplaceAllString``)."""
        return self.replace_with(text, lambda match: match.expand(template))

    def replace_literal(self, text: str, literal: str) -> str:
        """A text with every match replaced by a text as it is (Go ``ReplaceAllLiteralString``)."""
        return self.replace_with(text, lambda _: literal)

    def replace_with(self, text: str, replacement: Callable[[Match], str]) -> str:
        """A text with every match replaced by what a function makes of it (Go ``ReplaceAllStringFunc``)."""
        parts: list[str] = []
        position = last_end = 0
        while position <= len(text) and (match := self.search(text, position)) is not None:
            begin, end = match.span()
            parts.append(text[last_end:begin])
            if end > last_end or begin == 0:
                parts.append(replacement(match))
            last_end = end
            position = max(position + 1, end)
        parts.append(text[last_end:])
        return "".join(parts)

    def split(self, text: str, limit: int = -1) -> list[str]:
        """What stands between matches, at most ``limit`` parts where that is not negative (Go ``Regexp.Split``)."""
        if limit == 0:
            return []
        if self.pattern and not text:
            return [""]
        parts: list[str] = []
        begin = end = 0
        for match in self.find_all(text, limit):
            if 0 < limit <= len(parts) + 1:
                break
            end, after = match.span()
            if after:
                parts.append(text[begin:end])
            begin = after
        if end != len(text):
            parts.append(text[begin:])
        return parts

    def literal_prefix(self) -> tuple[str, bool]:
        """The text that begins every match, and whether it is the whole pattern (Go ``LiteralPrefix``)."""
        parts = self._root.parts if isinstance(self._root, Sequence) else (self._root,)
        prefix = ""
        for part in parts:
            character = only(part.ranges) if isinstance(part, Characters) else None
            if character is None:
                return prefix, isinstance(part, Nothing)
            prefix += character
        return prefix, True

    @cached_property
    def _program(self) -> Program:
        return build(self._root, len(self.names))

    @cached_property
    def _automaton(self) -> Automaton:
        return Automaton(self._program)

    @cached_property
    def _python(self) -> re.Pattern[str] | None:
        return python.translated(self._root)

    @cached_property
    def _same_groups(self) -> bool:
        return python.groups_are_same(self._root)

    def is_quick(self, text: str) -> bool:
        """Whether Python can take only few ways through a text of this length."""
        if self._python is None:
            return False
        power = len(text).bit_length()
        quick = self._quick.get(power)
        if quick is None:
            length = 2**power
            starts = 1 if python.begins_the_text(self._root) else length
            quick = self._quick[power] = starts * python.ways(self._root, length) <= _MOST_WAYS
        return quick


@lru_cache(maxsize=512)
def compile(pattern: str) -> Regexp:  # noqa: A001 - Go's name, and that of Python's re
    """A pattern ready to be looked for (Go ``regexp.Compile``); raises ``RegexpError`` with Go's text."""
    return Regexp(pattern)
