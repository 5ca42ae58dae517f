"""Which places of a text are edges: of the text, of a line, of a word."""

from __future__ import annotations

from typing import Final

from kubelens.regexp.tree import Where

_WORD: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")


def side(character: str) -> str:
    """What matters of a neighbour, "" where there is none: itself for a newline, else whether it belongs to a word."""
    if character in ("", "\n"):
        return character
    return "w" if character in _WORD else " "


def holds(where: Where, before: str, after: str) -> bool:
    """Whether a place between two sides (see ``side``) is one that a pattern asks for."""
    if where is Where.TEXT_BEGINS:
        return before == ""
    if where is Where.TEXT_ENDS:
        return after == ""
    if where is Where.LINE_BEGINS:
        return before in ("", "\n")
    if where is Where.LINE_ENDS:
        return after in ("", "\n")
    return ((before == "w") != (after == "w")) == (where is Where.WORD_EDGE)
