"""How much environment and arguments Linux starts a program with (``execve(2)``, limits on size of arguments and environment).

What is more fails with E2BIG: the runtime says "argument list too long", and the container does not start.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

LONGEST: Final = 131_072
"""Bytes of one string, its final NUL counted (``MAX_ARG_STRLEN``: 32 pages, here of 4 KiB)."""
MOST: Final = 6 * 1024 * 1024
"""Bytes of all strings together, whatever the limit of the stack (``_STK_LIM / 4 * 3``, Linux 4.13 and later)."""
PAGES: Final = "nodes are Linux with pages of 4 KiB: there no string of an environment is longer than 131,072 bytes"
_THEN: Final = "starting the container fails with 'argument list too long'"


def too_long(name: str, text: str) -> str:
    """Why a program is not started with a string, ``""`` where it may be; ``name`` is what the sentence calls it."""
    size = len(text.encode("utf-8", "replace")) + 1
    if size <= LONGEST:
        return ""
    return f"{name} comes to more than the {LONGEST - 1:,} bytes that one string may have: {_THEN}; put large texts into a file"


def too_much(texts: Iterable[str]) -> str:
    """Why a program is not started with strings that are short enough each, ``""`` where it may be."""
    size = sum(len(text.encode("utf-8", "replace")) + 1 for text in texts)
    if size <= MOST:
        return ""
    return f"variables, command and arguments come to {size:,} bytes together, and Linux takes {MOST:,}: {_THEN}"
