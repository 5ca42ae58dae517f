"""A pattern as instructions for an automaton (Thompson's construction; Go ``regexp/syntax.Compile``)."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Final, NamedTuple

from kubelens.regexp.charset import Ranges, contains
from kubelens.regexp.errors import TooMuch
from kubelens.regexp.tree import At, Characters, Choice, Group, Node, Repeat, Sequence, Where

_MOST_INSTRUCTIONS: Final = 100_000
_ASCII: Final = 128


class Op(IntEnum):
    """What an instruction does."""

    MATCH = 0
    CHARACTER = 1
    SPLIT = 2
    SAVE = 3
    AT = 4


class CharacterTest:
    """Whether a character is in a set, quickly."""

    __slots__ = ("ascii", "ranges")

    def __init__(self, ranges: Ranges) -> None:
        self.ranges = ranges
        self.ascii = frozenset(
            chr(code) for low, high in ranges if low < _ASCII for code in range(low, min(high, _ASCII - 1) + 1)
        )

    def __call__(self, character: str) -> bool:
        """Whether the set holds a character."""
        return character in self.ascii or (character >= "\x80" and contains(self.ranges, ord(character)))


class Instruction(NamedTuple):
    """One step: ``following`` is where it goes on, ``other`` the second, less preferred way of a ``SPLIT``."""

    op: Op
    following: int = 0
    other: int = 0
    slot: int = 0
    test: CharacterTest | None = None
    where: Where | None = None


class Program(NamedTuple):
    """Instructions, the one to begin with, and the number of groups."""

    instructions: tuple[Instruction, ...]
    start: int
    groups: int


def build(root: Node, groups: int) -> Program:
    """The program of a pattern; raises ``TooMuch`` where it would be very large."""
    return _Builder().built(root, groups)


class _Builder:
    """Builds from the end to the beginning: ``entry`` is where what comes after the next part begins."""

    def __init__(self) -> None:
        self.instructions = [Instruction(Op.MATCH)]
        self.entry = 0
        self.work: list[Callable[[], None]] = []
        self.tests: dict[Ranges, CharacterTest] = {}

    def built(self, root: Node, groups: int) -> Program:
        self._later(root)
        while self.work:
            self.work.pop()()
        return Program(tuple(self.instructions), self.entry, groups)

    def _add(self, instruction: Instruction) -> int:
        if len(self.instructions) >= _MOST_INSTRUCTIONS:
            raise TooMuch(f"a pattern of more than {_MOST_INSTRUCTIONS} instructions")
        self.instructions.append(instruction)
        return len(self.instructions) - 1

    def _later(self, node: Node) -> None:
        self.work.append(lambda: self._part(node))

    def _part(self, node: Node) -> None:
        if isinstance(node, Characters):
            test = self.tests.get(node.ranges)
            if test is None:
                test = self.tests[node.ranges] = CharacterTest(node.ranges)
            self.entry = self._add(Instruction(Op.CHARACTER, self.entry, test=test))
        elif isinstance(node, At):
            self.entry = self._add(Instruction(Op.AT, self.entry, where=node.where))
        elif isinstance(node, Group):
            self._save(2 * node.number + 1)
            self.work.append(lambda: self._save(2 * node.number))
            self._later(node.body)
        elif isinstance(node, Sequence):
            for part in node.parts:
                self._later(part)
        elif isinstance(node, Choice):
            self._choice(node)
        elif isinstance(node, Repeat):
            self._repeat(node)

    def _save(self, slot: int) -> None:
        self.entry = self._add(Instruction(Op.SAVE, self.entry, slot=slot))

    def _choice(self, node: Choice) -> None:
        after = self.entry
        preferred: list[int] = []

        def next_option() -> None:
            preferred.append(self.entry)
            self.entry = after

        def join() -> None:
            self.entry = preferred[0]
            for entry in preferred[1:]:
                self.entry = self._add(Instruction(Op.SPLIT, entry, self.entry))

        self.work.append(join)
        for option in node.options:
            self.work.append(next_option)
            self._later(option)

    def _repeat(self, node: Repeat) -> None:
        after = self.entry
        if node.high is None:
            for _ in range(node.low - 1):
                self._later(node.body)
            self._loop(node, after)
            return
        for _ in range(node.low):
            self._later(node.body)
        for _ in range(node.high - node.low):
            self.work.append(lambda: self._option(node, after))
            self._later(node.body)

    def _loop(self, node: Repeat, after: int) -> None:
        """``x+`` or ``x*``; where x can be empty, ``x*`` is ``(x+)?``, so that what Go prefers comes first."""
        loop = self._add(Instruction(Op.SPLIT))

        def close() -> None:
            self.instructions[loop] = self._split(node, self.entry, after)
            if node.low == 0 and not node.body.empty:
                self.entry = loop
            elif node.low == 0:
                self._option(node, after)

        self.entry = loop
        self.work.append(close)
        self._later(node.body)

    def _option(self, node: Repeat, after: int) -> None:
        self.entry = self._add(self._split(node, self.entry, after))

    def _split(self, node: Repeat, inside: int, after: int) -> Instruction:
        return Instruction(Op.SPLIT, inside, after) if node.greedy else Instruction(Op.SPLIT, after, inside)
