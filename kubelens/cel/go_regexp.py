"""Patterns in Go's regular expression syntax (RE2), run with Python's ``re``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from kubelens.cel.linear import Linear, Unsupported, goes_back_often

_BACKTRACKING: Final = re.compile(r"\(\?(?:[=!]|<[=!]|>|\(|P=|#)|(?:[*+?]|\{\d+(?:,\d*)?\})\+")
_CLASSES: Final = {
    "[:alnum:]": "0-9A-Za-z", "[:alpha:]": "A-Za-z", "[:digit:]": "0-9", "[:lower:]": "a-z", "[:upper:]": "A-Z",
    "[:word:]": r"\w", "[:space:]": r"\s", "[:xdigit:]": "0-9A-Fa-f", "[:punct:]": r"!-/:-@\[-`{-~",
}  # fmt: skip
_LETTERS: Final = {r"\p{L}": r"^\W\d_", r"\p{N}": r"\d", r"\pL": r"^\W\d_", r"\pN": r"\d"}
_REPEAT: Final = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_MAX_REPEAT: Final = 1000
_SHORT: Final = 12
"""No pattern takes long over a text this short."""
_FLAGS: Final = re.compile(r"\(\?([imsU]+)\)")


@lru_cache(maxsize=512)
def go_pattern(text: str) -> re.Pattern[str] | None:
    """The pattern compiled, None where Go's ``regexp.Compile`` refuses it: look-around, back-references, big repeats."""
    bare = re.sub(r"\\\\|\\[^\\]", lambda found: "c" if found.group()[1] not in "123456789" else "\0", text)
    outside = re.sub(r"\[\^?\]?(?:\[:\w+:\]|[^\]])*\]", "c", bare)
    if "\0" in outside or _BACKTRACKING.search(outside):
        return None
    if any(max(int(low), int(high or low)) > _MAX_REPEAT for low, high in _REPEAT.findall(outside)):
        return None
    translated = re.sub(r"\\z", r"\\Z", text)
    for name, members in _CLASSES.items():
        translated = translated.replace(name, members)
    for name, members in _LETTERS.items():
        translated = translated.replace(name, f"[{members}]")
    translated = re.sub(r"\(\?<([A-Za-z_]\w*)>", r"(?P<\1>", translated)
    translated = re.sub(r"(?<!\\)\$$", r"\\Z", translated)
    translated = _scoped_flags(translated)
    try:
        return re.compile(translated, re.ASCII)
    except (re.error, OverflowError, RecursionError):
        return None


@lru_cache(maxsize=512)
def linear_pattern(text: str) -> Linear | None:
    """The pattern as an automaton where Python could take very long over it, None for other patterns."""
    compiled = go_pattern(text)
    try:
        if compiled is None or not goes_back_often(compiled.pattern):
            return None
        return Linear(compiled.pattern)
    except (Unsupported, RecursionError):
        return None


def go_finds(pattern: str, text: str) -> bool | None:
    """Whether a pattern is found anywhere in a text (``regexp.MatchString``), None where Go refuses the pattern."""
    compiled = go_pattern(pattern)
    if compiled is None:
        return None
    if len(text) > _SHORT and (linear := linear_pattern(pattern)) is not None:
        return linear.found_in(text)
    return compiled.search(text) is not None


def _scoped_flags(text: str) -> str:
    """Flags that Go turns on from where they stand: Python wants them around the rest of their group."""
    while (found := _FLAGS.search(text)) is not None:
        start, end = found.span()
        depth, position, in_class = 0, end, False
        while position < len(text):
            character = text[position]
            if character == "\\":
                position += 1
            elif in_class:
                in_class = character != "]"
            elif character == "[":
                in_class = True
            elif character == "(":
                depth += 1
            elif character == ")":
                if not depth:
                    break
                depth -= 1
            position += 1
        flags = found.group(1).replace("U", "")
        text = f"{text[:start]}(?{flags}:{text[end:position]}){text[position:]}"
    return text
