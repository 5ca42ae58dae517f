"""Patterns handed to Python's ``re`` where it finds the same, and how many ways it could take through a text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from kubelens.regexp.charset import ANY, NOT_NEWLINE, Ranges, only
from kubelens.regexp.tree import At, Characters, Choice, Group, Node, Repeat, Sequence, Where

_MOST_HEIGHT: Final = 60
_PLACES: Final = {
    Where.TEXT_BEGINS: r"\A",
    Where.TEXT_ENDS: r"\Z",
    Where.LINE_BEGINS: "(?m:^)",
    Where.LINE_ENDS: "(?m:$)",
    Where.WORD_EDGE: r"\b",
    Where.NO_WORD_EDGE: r"(?!\b)",
}
MANY: Final = 10**12
"""As good as infinitely many ways."""


def translated(root: Node) -> re.Pattern[str] | None:
    """The pattern for Python, None where it could find something else: where a repeated part can be empty."""
    if root.height > _MOST_HEIGHT or not _same(root):
        return None
    try:
        return re.compile(_text(root), re.ASCII)
    except (re.error, OverflowError, RecursionError):
        return None


def groups_are_same(node: Node, *, repeated: bool = False) -> bool:
    """Whether Python's groups hold what Go's do: where no group is inside a repeat."""
    if isinstance(node, Group):
        return not repeated and groups_are_same(node.body)
    return all(groups_are_same(part, repeated=repeated or isinstance(node, Repeat)) for part in _parts(node))


def ways(node: Node, length: int) -> int:
    """At most so many ways may be tried from one place of a text of a length, ``MANY`` at most."""
    if isinstance(node, Sequence):
        product = 1
        for part in node.parts:
            product = min(MANY, product * ways(part, length))
        return product
    if isinstance(node, Choice):
        return min(MANY, sum(ways(option, length) for option in node.options))
    if isinstance(node, Group):
        return ways(node.body, length)
    if not isinstance(node, Repeat):
        return 1
    inner = ways(node.body, length)
    most = length if node.high is None else min(node.high, length)
    if inner == 1:
        return max(1, most - node.low + 1)
    return min(MANY, inner**most * (most - node.low + 1)) if most * inner.bit_length() < 64 else MANY


def begins_the_text(node: Node) -> bool:
    """Whether only the beginning of a text can match."""
    while isinstance(node, Sequence | Group):
        node = node.parts[0] if isinstance(node, Sequence) else node.body
    return isinstance(node, At) and node.where is Where.TEXT_BEGINS


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Sequence):
        return node.parts
    if isinstance(node, Choice):
        return node.options
    return (node.body,) if isinstance(node, Group | Repeat) else ()


def _same(node: Node) -> bool:
    if isinstance(node, Repeat) and node.body.empty and node.high != 1:
        return False
    return all(_same(part) for part in _parts(node))


def _text(node: Node) -> str:
    if isinstance(node, Characters):
        return _set(node.ranges)
    if isinstance(node, At):
        return _PLACES[node.where]
    if isinstance(node, Group):
        return f"({_text(node.body)})"
    if isinstance(node, Sequence):
        return "".join(_text(part) for part in node.parts)
    if isinstance(node, Choice):
        return f"(?:{'|'.join(_text(option) for option in node.options)})"
    if isinstance(node, Repeat):
        high = "" if node.high is None else node.high
        body = _text(node.body) if isinstance(node.body, Characters | Group) else f"(?:{_text(node.body)})"
        return f"{body}{{{node.low},{high}}}{'' if node.greedy else '?'}"
    return "(?:)"


@lru_cache(maxsize=256)
def _set(ranges: Ranges) -> str:
    if ranges == ANY:
        return "(?s:.)"
    if ranges == NOT_NEWLINE:
        return "."
    if not ranges:
        return r"(?!)"
    if (character := only(ranges)) is not None:
        return re.escape(character)
    return "[" + "".join(_code(low) if low == high else f"{_code(low)}-{_code(high)}" for low, high in ranges) + "]"


def _code(code: int) -> str:
    return f"\\U{code:08x}"
