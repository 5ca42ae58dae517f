"""Text as a terminal and a log can show it: what a manifest or a file name holds never reaches them as a command.

Terminals obey control characters. The logs of GitHub obey lines that begin with ``::`` and what begins with ``##[``;
those of Azure Pipelines and TeamCity ``##vso[`` and ``##teamcity[``, anywhere in a line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kubelens.syntax.pattern import pattern

_SHOWN: Final = bytes(range(0x20, 0x7F)) + b"\n"
_LOG_COMMAND: Final = pattern(r"##(?=\w*\[)")
_LINE_COMMAND: Final = pattern(r"^\s*::", re.MULTILINE)


LONGEST: Final = 100_000
"""Characters of a line or a value that are shown; no name, message or list that somebody reads is longer."""


def shortened(text: str, most: int = LONGEST) -> str:
    """A text without the middle of what a manifest made too long, and how much that is."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]} [{len(text) - 2 * half} characters left out] {text[-half:]}"


def printable(text: str) -> str:
    """A part of a line, with control characters, breaks and marks of direction made visible, as in ``<U+001B>``.

    The middle of one that is longer than ``LONGEST`` is left out.
    """
    text = shortened(text)
    if not text.isprintable():
        text = "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)
    return _LOG_COMMAND.sub("# #", text) if "##" in text else text


def printable_line(text: str) -> str:
    """A whole line, which begins no command of a log either."""
    shown = printable(text)
    return shown.replace("::", ":<U+003A>", 1) if _LINE_COMMAND.match(shown) else shown


def printable_lines(lines: Sequence[str]) -> str:
    """Lines as one text, each as a terminal and a log can show it."""
    text = "\n".join(lines)
    if len(text) > LONGEST:
        return "\n".join(map(printable_line, lines))
    if text.count("\n") == len(lines) - 1 and text.isascii() and not text.encode("ascii").translate(None, _SHOWN):
        if "##" not in text and not ("::" in text and _LINE_COMMAND.search(text)):
            return text
    return "\n".join(map(printable_line, lines))
