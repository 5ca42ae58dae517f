"""Text as a terminal can show it: what a manifest or a file name holds never reaches it as a command."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text with control characters, breaks and marks of direction made visible, as in ``<U+001B>``."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)
