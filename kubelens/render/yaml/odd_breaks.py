"""How go-yaml prints a string with U+2028 or U+2029 in it: line breaks to YAML 1.1, which are kept as they are.

Follows the emitter's ``yaml_emitter_analyze_scalar`` and the writers of single quotes and literal blocks.
"""

from __future__ import annotations

import re
from typing import Final

from kubelens.syntax.pattern import pattern

BREAKS: Final = "\u2028\u2029"
_BREAK: Final = pattern("[\n\u2028\u2029]")
_SPACE_AFTER: Final = pattern("[\n\u2028\u2029] ")
_SPACE_BEFORE: Final = pattern(" [\n\u2028\u2029]")


def has_odd_breaks(text: str) -> bool:
    """Whether the text holds such a line break."""
    return not text.isascii() and ("\u2028" in text or "\u2029" in text)


def allows_single_quotes(text: str) -> bool:
    """``single_quoted_allowed`` of a text without control characters."""
    return _SPACE_AFTER.search(text) is None and _SPACE_BEFORE.search(text) is None


def allows_block(text: str) -> bool:
    """``block_allowed`` of a text without control characters."""
    return text[-1] != " " and _SPACE_BEFORE.search(text) is None


def single_quoted(text: str, column: int, indent: int, width: int) -> str:
    """The text in single quotes from ``column`` on; what follows a break stands at ``indent``."""
    out = ["'"]
    column += 1
    spaces = breaks = False
    last = len(text) - 1
    for index, character in enumerate(text):
        if character == " ":
            if not spaces and column > width and 0 < index < last and text[index + 1] != " ":
                out.append("\n" + " " * indent)
                column = indent
            else:
                out.append(" ")
                column += 1
            spaces = True
        elif character in BREAKS:
            out.append(character)
            column = 0
            breaks = True
        else:
            if breaks:
                out.append(" " * (indent - column))
                column = indent
            out.append("''" if character == "'" else character)
            column += 2 if character == "'" else 1
            spaces = breaks = False
    return "".join([*out, "'"])


def block(text: str, indent: int) -> str:
    """The text as a literal block; it ends before the newline that ends its last line, if it ends in one."""
    hint = "2" if text[0] in f" \n{BREAKS}" else ""
    if not _BREAK.match(text[-1]):
        chomp = "-"
    else:
        chomp = "+" if len(text) == 1 or _BREAK.match(text[-2]) else ""
    margin = " " * indent
    body = re.sub(f"([\n{BREAKS}])(?=[^\n{BREAKS}])", lambda found: found[1] + margin, "\n" + text)
    return f"|{hint}{chomp}{body.removesuffix(chr(10))}"
