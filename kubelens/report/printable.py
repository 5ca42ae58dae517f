"""Text as a terminal can show it: what a manifest or a file name holds never reaches it as a command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_SHOWN: Final = bytes(range(0x20, 0x7F)) + b"\n"


def printable(text: str) -> str:
    """The text with control characters, breaks and marks of direction made visible, as in ``<U+001B>``."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)


def printable_lines(lines: Sequence[str]) -> str:
    """Lines as one text, each as a terminal can show it."""
    text = "\n".join(lines)
    if text.count("\n") == len(lines) - 1 and text.isascii() and not text.encode("ascii").translate(None, _SHOWN):
        return text
    return "\n".join(map(printable, lines))
