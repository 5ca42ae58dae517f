"""How go-yaml v2 prints one string: bare, in quotes, or as a literal block, folded behind column 80.

Follows ``encoder.stringv`` and the emitter's ``yaml_emitter_analyze_scalar``, ``yaml_emitter_select_scalar_style`` and
the writers of each style.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from kubelens.kube.scalar import reads_as_itself
from kubelens.render.yaml import odd_breaks
from kubelens.render.yaml.odd_breaks import has_odd_breaks
from kubelens.syntax.pattern import pattern

BEST_WIDTH: Final = 80
LONGEST_SIMPLE_KEY: Final = 128
_SIMPLE: Final = pattern(r"[A-Za-z0-9_./$+(~<^=;\\][A-Za-z0-9_./$+=@~^()<>;\\\-]*", re.ASCII)
_BASE_60: Final = pattern(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", re.ASCII)
_DATE: Final = pattern(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|\ )(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(Z|[-+]\d\d:\d\d)?)?",
    re.ASCII,
)
_UNPRINTABLE: Final = pattern(r"[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
_BREAKS: Final = pattern(r"[\n\r\x85\u2028\u2029]")
_FIRST_INDICATORS: Final = frozenset("#,[]{}&*!|>'\"%@`")
_BLANK: Final = " \t"
_ESCAPES: Final = {
    "\0": "\\0",
    "\x07": "\\a",
    "\x08": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\x0b": "\\v",
    "\x0c": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
    '"': '\\"',
    "\\": "\\\\",
    "\x85": "\\N",
    "\u2028": "\\L",
    "\u2029": "\\P",
}


def is_timestamp(text: str) -> bool:
    """Whether go-yaml takes a bare scalar for a point in time (``parseTimestamp``)."""
    if len(text) < 8 or text[4] != "-" or (match := _DATE.fullmatch(text)) is None:
        return False
    year, month, day, hour, minute, second, zone = match.groups()
    if hour is not None:
        if int(hour) > 23 or int(minute) > 59 or int(second) > 59 or ((zone is None) is not (" " in text)):
            return False
    if year == "0000":
        year = "2000"
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=16384)
def short_text(text: str) -> str:
    """A string without line breaks, as it is printed where nothing is folded."""
    if _stays_bare(text):
        if _SIMPLE.fullmatch(text) is not None or not _UNPRINTABLE.search(text):
            return text if _allows_bare(text) else _single_or_double(text)
        return _double_quoted(text, 0, None)
    return _double_quoted(text, 0, None)


def key_text(text: str) -> str:
    """A key: never folded, never a block."""
    if "\n" in text or _BREAKS.search(text):
        return _double_quoted(text, 0, None)
    return short_text(text)


def scalar_text(text: str, indent: int, column: int) -> str:
    """A value whose text begins at ``column`` in a collection whose entries stand at ``indent`` columns.

    The result ends before the line break that ends its last line.
    """
    if has_odd_breaks(text):
        return _with_odd_breaks(text, indent, column)
    if len(text) + column <= BEST_WIDTH and "\n" not in text:
        short = short_text(text)
        if len(short) + column <= BEST_WIDTH:
            return short
    if "\n" in text:
        return _block(text, indent + 2) if is_block_possible(text) else _double_quoted(text, column, indent + 2)
    if " " not in text:
        return short_text(text)
    if not _stays_bare(text) or _UNPRINTABLE.search(text):
        return _double_quoted(text, column, indent + 2)
    if _allows_bare(text):
        return _folded(text, column, indent + 2)
    return _single_quoted(text, column, indent + 2)


def _with_odd_breaks(text: str, indent: int, column: int) -> str:
    if _UNPRINTABLE.search(text) is None:
        if "\n" in text:
            if odd_breaks.allows_block(text):
                return odd_breaks.block(text, indent + 2)
        elif _stays_bare(text) and odd_breaks.allows_single_quotes(text):
            return odd_breaks.single_quoted(text, column, indent + 2, BEST_WIDTH)
    return _double_quoted(text, column, indent + 2)


def is_multiline(text: str) -> bool:
    """Whether the text holds any line break that YAML 1.1 knows."""
    return _BREAKS.search(text) is not None


def _stays_bare(text: str) -> bool:
    """Whether the bare text would be read as a string (``resolve``, ``isBase60Float``)."""
    if not reads_as_itself(text):
        return text == "<<"
    first = text[0]
    return first not in "+-.0123456789" or (_BASE_60.fullmatch(text) is None and not is_timestamp(text))


def is_bare_possible(text: str) -> bool:
    """Whether a text without line breaks can stand without quotes, whatever it then is read as."""
    return _UNPRINTABLE.search(text) is None and _allows_bare(text)


def _allows_bare(text: str) -> bool:
    """``block_plain_allowed`` of a string without line breaks and control characters."""
    first = text[0]
    if first in _FIRST_INDICATORS or first == " " or text[-1] == " " or text.startswith(("---", "...")):
        return False
    if not text.isascii() and _BREAKS.search(text) is not None:
        return False
    if first in "?:-" and (len(text) == 1 or text[1] in _BLANK):
        return False
    return ": " not in text and ":\t" not in text and text[-1] != ":" and " #" not in text and "\t#" not in text


def is_block_possible(text: str) -> bool:
    """Whether a text can be printed as a literal or folded block."""
    if _UNPRINTABLE.search(text) or text[-1] == " ":
        return False
    return " \n" not in text


def _single_or_double(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _block(text: str, indent: int) -> str:
    hint = "2" if text[0] in " \n" else ""
    if text[-1] != "\n":
        chomp = "-"
    elif len(text) == 1 or text[-2] == "\n":
        chomp = "+"
    else:
        chomp = ""
    margin = " " * indent
    lines = (text[:-1] if text[-1] == "\n" else text).split("\n")
    body = "\n".join([margin + line if line else "" for line in lines])
    return f"|{hint}{chomp}\n{body}"


def _folded(text: str, column: int, indent: int) -> str:
    """``yaml_emitter_write_plain_scalar``: a single space behind column 80 becomes a line break."""
    out: list[str] = []
    margin = "\n" + " " * indent
    spaces = False
    for index, char in enumerate(text):
        if char == " ":
            if not spaces and column > BEST_WIDTH and text[index + 1 : index + 2] != " ":
                out.append(margin)
                column = indent
            else:
                out.append(char)
                column += 1
            spaces = True
        else:
            out.append(char)
            column += 1
            spaces = False
    return "".join(out)


def _single_quoted(text: str, column: int, indent: int) -> str:
    out = ["'"]
    column += 1
    margin = "\n" + " " * indent
    spaces = False
    last = len(text) - 1
    for index, char in enumerate(text):
        if char == " ":
            if not spaces and column > BEST_WIDTH and 0 < index < last and text[index + 1] != " ":
                out.append(margin)
                column = indent
            else:
                out.append(char)
                column += 1
            spaces = True
        else:
            out.append("''" if char == "'" else char)
            column += 2 if char == "'" else 1
            spaces = False
    out.append("'")
    return "".join(out)


def _double_quoted(text: str, column: int, indent: int | None) -> str:
    """``indent``: where a folded line goes on; None where nothing may be folded."""
    out = ['"']
    column += 1
    margin = "\n" + " " * (indent or 0)
    spaces = False
    last = len(text) - 1
    for index, char in enumerate(text):
        if char == " ":
            if indent is not None and not spaces and column > BEST_WIDTH and 0 < index < last:
                out.append(margin)
                column = indent
                if text[index + 1] == " ":
                    out.append("\\")
                    column += 1
            else:
                out.append(char)
                column += 1
            spaces = True
            continue
        shown = _escaped(char)
        out.append(shown)
        column += len(shown)
        spaces = False
    out.append('"')
    return "".join(out)


def _escaped(char: str) -> str:
    if (known := _ESCAPES.get(char)) is not None:
        return known
    if _UNPRINTABLE.match(char) is None and char != "\ufeff":
        return char
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
