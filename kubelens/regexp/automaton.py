"""Whether a pattern matches anywhere in a text: a deterministic automaton, made while it is used.

Time grows with the text alone. A state is the instructions that wait for a character, with what stood before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kubelens.regexp.errors import TooMuch
from kubelens.regexp.places import holds, side
from kubelens.regexp.program import Op, Program

_MOST_STATES: Final = 10_000
_MOST_WORK: Final = 20_000_000
"""Instructions looked at for one text."""


class _State:
    """Instructions that were reached; what they lead to by each character that was met."""

    __slots__ = ("before", "moves", "reached")

    def __init__(self, reached: frozenset[int], before: str) -> None:
        self.reached = reached
        self.before = before
        self.moves: dict[str, _State | None] = {}


class Automaton:
    """A program ready to say whether it matches."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._states: dict[tuple[frozenset[int], str], _State] = {}
        self._looks_around = any(instruction.op is Op.AT for instruction in program.instructions)
        self._work = 0

    def matches(self, text: str) -> bool:
        """Whether the pattern is found anywhere in a text; raises ``TooMuch`` for one that would take very long."""
        self._work = 0
        state = self._state(frozenset((self._program.start,)), "")
        for character in text:
            following = state.moves.get(character, state)
            if following is state and character not in state.moves:
                following = state.moves[character] = self._step(state, character)
            if following is None:
                return True
            state = following
        return 0 in self._closure(state.reached, state.before, "")

    def _step(self, state: _State, character: str) -> _State | None:
        """The state after a character; None where the pattern matches before it."""
        after = side(character) if self._looks_around else ""
        closed = self._closure(state.reached, state.before, after)
        if 0 in closed:
            return None
        instructions = self._program.instructions
        reached = {self._program.start}
        for position in closed:
            instruction = instructions[position]
            if instruction.test is not None and instruction.test(character):
                reached.add(instruction.following)
        return self._state(frozenset(reached), after)

    def _state(self, reached: frozenset[int], before: str) -> _State:
        state = self._states.get((reached, before))
        if state is None:
            if len(self._states) >= _MOST_STATES:
                self._states.clear()
            state = self._states[reached, before] = _State(reached, before)
        return state

    def _closure(self, reached: Iterable[int], before: str, after: str) -> set[int]:
        """All instructions that are reached without a character."""
        instructions = self._program.instructions
        seen: set[int] = set()
        stack = list(reached)
        while stack:
            position = stack.pop()
            if position in seen:
                continue
            seen.add(position)
            instruction = instructions[position]
            if instruction.op is Op.SPLIT:
                stack += (instruction.following, instruction.other)
            elif instruction.op is Op.SAVE or (instruction.where and holds(instruction.where, before, after)):
                stack.append(instruction.following)
        self._work += len(seen)
        if self._work > _MOST_WORK:
            raise TooMuch("a pattern with too many ways through a text")
        return seen
