"""Where a pattern matches, and what its groups hold: all ways through a text at once (Pike's machine).

Follows Go's ``regexp`` (``machine.match``): the leftmost match; of those that begin there the one that backtracking
would find first, or with ``longest`` one that ends last.
"""

from __future__ import annotations

from typing import Final

from kubelens.regexp.errors import TooMuch
from kubelens.regexp.places import holds, side
from kubelens.regexp.program import Op, Program

Slots = tuple[int, ...]
"""Where the match and its groups begin and end, in characters; -1 for a group that holds nothing."""

_MOST_WORK: Final = 20_000_000


class _Ways:
    """Instructions that wait for a character, most preferred first, with what their groups hold."""

    __slots__ = ("seen", "waiting")

    def __init__(self) -> None:
        self.waiting: list[tuple[int, Slots]] = []
        self.seen: set[int] = set()


def find(program: Program, text: str, start: int = 0, *, longest: bool = False) -> Slots | None:
    """The slots of the first match at or after a place; raises ``TooMuch`` where that would take very long."""
    instructions = program.instructions
    empty = (-1,) * (2 * program.groups + 2)
    ways, best, work = _Ways(), None, 0
    for position in range(start, len(text) + 1):
        before, after = side(text[position - 1 : position] if position else ""), side(text[position : position + 1])
        if best is None:
            _follow(program, ways, program.start, (position, *empty[1:]), (position, before, after))
        elif not ways.waiting:
            break
        work += len(ways.seen)
        if work > _MOST_WORK:
            raise TooMuch("a pattern with too many ways through a text")
        following = _Ways()
        place = (position + 1, after, side(text[position + 1 : position + 2]))
        for at, slots in ways.waiting:
            if longest and best is not None and best[0] < slots[0]:
                continue
            instruction = instructions[at]
            if instruction.test is None:
                if not longest or best is None or slots[0] < best[0] or best[1] < position:
                    best = (slots[0], position, *slots[2:])
                if not longest:
                    break
            elif position < len(text) and instruction.test(text[position]):
                _follow(program, following, instruction.following, slots, place)
        ways = following
    return best


def _follow(program: Program, ways: _Ways, start: int, slots: Slots, place: tuple[int, str, str]) -> None:
    """Add all instructions that are reached without a character."""
    position, before, after = place
    stack = [(start, slots)]
    while stack:
        at, slots = stack.pop()
        if at in ways.seen:
            continue
        ways.seen.add(at)
        instruction = program.instructions[at]
        if instruction.op is Op.SPLIT:
            stack.append((instruction.other, slots))
            stack.append((instruction.following, slots))
        elif instruction.op is Op.SAVE:
            slot = instruction.slot
            stack.append((instruction.following, (*slots[:slot], position, *slots[slot + 1 :])))
        elif instruction.where is None:
            ways.waiting.append((at, slots))
        elif holds(instruction.where, before, after):
            stack.append((instruction.following, slots))
