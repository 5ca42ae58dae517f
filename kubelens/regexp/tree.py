"""Parts of a regular expression, built once by :mod:`kubelens.regexp.parse` and never changed after.

A character that stands for itself is a set of one; upper and lower case, ``.``, ``\\d`` and ``\\pL`` are sets.
"""

from __future__ import annotations

from enum import StrEnum

from kubelens.regexp.charset import Ranges


class Where(StrEnum):
    """Places that a part without characters asks for."""

    TEXT_BEGINS = r"\A"
    TEXT_ENDS = r"\z"
    LINE_BEGINS = "^"
    LINE_ENDS = "$"
    WORD_EDGE = r"\b"
    NO_WORD_EDGE = r"\B"


class Node:
    """A part of a pattern.

    ``height`` is the number of nodes down to the deepest one, ``size`` the instructions that Go reckons with,
    ``copies`` the largest product of counts of repeats within one another, ``empty`` whether it can match no text.
    """

    __slots__ = ("copies", "empty", "height", "size")

    def __init__(self, *, height: int = 1, size: int = 1, copies: int = 1, empty: bool = False) -> None:
        self.height = height
        self.size = size
        self.copies = copies
        self.empty = empty


class Nothing(Node):
    """Matches the empty text anywhere."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(empty=True)


class Characters(Node):
    """One character of a set."""

    __slots__ = ("ranges",)

    def __init__(self, ranges: Ranges) -> None:
        super().__init__()
        self.ranges = ranges


class At(Node):
    """A place in the text."""

    __slots__ = ("where",)

    def __init__(self, where: Where) -> None:
        super().__init__(empty=True)
        self.where = where


class Group(Node):
    """A capturing group; ``number`` counts from 1, ``name`` is "" where it has none."""

    __slots__ = ("body", "name", "number")

    def __init__(self, number: int, name: str, body: Node) -> None:
        super().__init__(height=body.height + 1, size=body.size + 2, copies=body.copies, empty=body.empty)
        self.number = number
        self.name = name
        self.body = body


class Sequence(Node):
    """Parts one after another, at least two."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[Node, ...]) -> None:
        super().__init__(
            height=max(part.height for part in parts) + 1,
            size=sum(part.size for part in parts),
            copies=max(part.copies for part in parts),
            empty=all(part.empty for part in parts),
        )
        self.parts = parts


class Choice(Node):
    """One of some parts, at least two; an earlier one is preferred."""

    __slots__ = ("options",)

    def __init__(self, options: tuple[Node, ...]) -> None:
        super().__init__(
            height=max(option.height for option in options) + 1,
            size=sum(option.size for option in options) + len(options) - 1,
            copies=max(option.copies for option in options),
            empty=any(option.empty for option in options),
        )
        self.options = options


class Repeat(Node):
    """A part ``low`` to ``high`` times (None: any number); ``greedy`` prefers more of them."""

    __slots__ = ("body", "greedy", "high", "low")

    def __init__(self, body: Node, low: int, high: int | None, *, greedy: bool) -> None:
        counted = low if high is None else high
        if high is None:
            size = 2 + body.size if low == 0 else 1 + low * body.size
        else:
            size = max(1, high * body.size + high - low)
        super().__init__(
            height=body.height + 1,
            size=size,
            copies=body.copies * (counted if high is not None else counted or 1),
            empty=low == 0 or body.empty,
        )
        self.body = body
        self.low = low
        self.high = high
        self.greedy = greedy
