"""Whether a pattern is found in a text, in time that grows with the text alone.

Go's ``regexp`` never goes back; Python's does, and takes for ever on ``(a+)+$``. Here a pattern becomes a
non-deterministic automaton (Thompson), and the sets of its states a deterministic one, made while it is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, Final

_PARSER: Final[Any] = import_module("re._parser")
_C: Final[Any] = import_module("re._constants")
_MOST_STATES: Final = 20_000
_MOST_SETS: Final = 5_000
_MANY: Final = 10
"""A repeat up to more than this can make a search go back often."""

Fits = Callable[[str], bool]
_WORD: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_CATEGORIES: Final[dict[Any, Fits]] = {
    _C.CATEGORY_DIGIT: lambda c: "0" <= c <= "9",
    _C.CATEGORY_NOT_DIGIT: lambda c: not "0" <= c <= "9",
    _C.CATEGORY_SPACE: lambda c: c in " \t\n\r\f\v",
    _C.CATEGORY_NOT_SPACE: lambda c: c not in " \t\n\r\f\v",
    _C.CATEGORY_WORD: lambda c: c in _WORD,
    _C.CATEGORY_NOT_WORD: lambda c: c not in _WORD,
}


class Unsupported(ValueError):
    """A pattern with more than repeats, choices, classes and ends of the text, or too large a one."""


def goes_back_often(pattern: str) -> bool:
    """Whether Python may take more than a few ways through a text: repeats in repeats, or many in a row."""
    nested, variable = _repeats(_PARSER.parse(pattern, re.ASCII), 0)
    return nested or variable > 2


def _repeats(items: Iterable[Any], depth: int) -> tuple[bool, int]:
    """(whether something varies inside a repeat, how many repeats vary)."""
    nested, variable = False, 0
    for op, value in items:
        below: list[tuple[bool, int]] = []
        if op in (_C.MAX_REPEAT, _C.MIN_REPEAT):
            low, high, body = value
            varies = low != high and high > _MANY
            nested = nested or (depth > 0 and low != high)
            variable += varies
            below.append(_repeats(body, depth + (high > _MANY)))
        elif op is _C.BRANCH:
            nested = nested or depth > 0
            below.extend(_repeats(branch, depth) for branch in value[1])
        elif op is _C.SUBPATTERN:
            below.append(_repeats(value[3], depth))
        for inner, count in below:
            nested, variable = nested or inner, variable + count
    return nested, variable


class Linear:
    """A pattern ready to be looked for; raises ``Unsupported`` where it cannot be."""

    def __init__(self, pattern: str) -> None:
        self._fits: list[Fits | None] = [None]
        self._next: list[tuple[int, ...]] = [()]
        self._at: list[str] = ["match"]
        parsed = _PARSER.parse(pattern, re.ASCII)
        self._start = self._sequence(parsed, 0, parsed.state.flags)
        self._moves: dict[frozenset[int], dict[str, frozenset[int]]] = {}
        self._again = self._closure([self._start], begin=False)

    def found_in(self, text: str) -> bool:
        """Whether the pattern is found anywhere in a text."""
        states = self._closure([self._start], begin=True)
        for character in text:
            if 0 in states:
                return True
            moves = self._moves.get(states)
            if moves is None:
                if len(self._moves) >= _MOST_SETS:
                    self._moves.clear()
                moves = self._moves[states] = {}
            reached = moves.get(character)
            if reached is None:
                reached = moves[character] = self._move(states, character)
            states = reached
        return 0 in states or 0 in self._closure(states, begin=not text, end=True)

    def _move(self, states: frozenset[int], character: str) -> frozenset[int]:
        fits = self._fits
        ahead = [n for s in states if (test := fits[s]) is not None and test(character) for n in self._next[s]]
        return self._closure(ahead, begin=False) | self._again

    def _closure(self, states: Iterable[int], *, begin: bool, end: bool = False) -> frozenset[int]:
        """All states reached without a character; where the text ends is looked at only with ``end``."""
        seen: set[int] = set()
        stack = list(states)
        while stack:
            state = stack.pop()
            if state in seen:
                continue
            seen.add(state)
            at = self._at[state]
            if at == "split" or (at == "begin" and begin) or (at == "end" and end):
                stack.extend(self._next[state])
        return frozenset(seen)

    def _state(self, at: str, following: tuple[int, ...], fits: Fits | None = None) -> int:
        if len(self._at) >= _MOST_STATES:
            raise Unsupported("too large")
        self._at.append(at)
        self._next.append(following)
        self._fits.append(fits)
        return len(self._at) - 1

    def _sequence(self, items: Any, following: int, flags: int) -> int:
        for op, value in reversed(list(items)):
            following = self._one(op, value, following, flags)
        return following

    def _one(self, op: Any, value: Any, following: int, flags: int) -> int:
        if op in (_C.LITERAL, _C.NOT_LITERAL, _C.IN, _C.ANY):
            return self._state("char", (following,), _test(op, value, flags))
        if op is _C.SUBPATTERN:
            _, on, off, body = value
            return self._sequence(body, following, (flags | on) & ~off)
        if op is _C.BRANCH:
            return self._state("split", tuple(self._sequence(branch, following, flags) for branch in value[1]))
        if op in (_C.MAX_REPEAT, _C.MIN_REPEAT):
            return self._repeat(value, following, flags)
        if op is _C.AT and not flags & re.MULTILINE:
            if value in (_C.AT_BEGINNING, _C.AT_BEGINNING_STRING):
                return self._state("begin", (following,))
            if value in (_C.AT_END, _C.AT_END_STRING):
                return self._state("end", (following,))
        raise Unsupported(str(op))

    def _repeat(self, value: Any, following: int, flags: int) -> int:
        low, high, body = value
        if high is _C.MAXREPEAT:
            loop = self._state("split", ())
            self._next[loop] = (self._sequence(body, loop, flags), following)
            following = loop
        else:
            last = following
            for _ in range(high - low):
                following = self._state("split", (self._sequence(body, following, flags), last))
        for _ in range(low):
            following = self._sequence(body, following, flags)
        return following


def _test(op: Any, value: Any, flags: int) -> Fits:
    if op is _C.ANY:
        return (lambda c: True) if flags & re.DOTALL else (lambda c: c != "\n")
    items = [(_C.LITERAL, value)] if op in (_C.LITERAL, _C.NOT_LITERAL) else list(value)
    negated = op is _C.NOT_LITERAL or (bool(items) and items[0][0] is _C.NEGATE)
    either_case = bool(flags & re.IGNORECASE)

    def fits(character: str) -> bool:
        forms = {character, character.lower(), character.upper()} if either_case else {character}
        return any(_member(item, form) for item in items for form in forms) is not negated

    return fits


def _member(item: tuple[Any, Any], character: str) -> bool:
    op, value = item
    if op is _C.LITERAL:
        return len(character) == 1 and ord(character) == value
    if op is _C.RANGE:
        return len(character) == 1 and value[0] <= ord(character) <= value[1]
    return op is _C.CATEGORY and _CATEGORIES[value](character)
