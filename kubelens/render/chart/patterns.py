"""File name patterns as Go reads them: ``filepath.Match`` and the globs of ``.Files.Glob``.

Both become expressions of Go's ``regexp``, so that the time to hold a name against one grows with the name alone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from kubelens.regexp import Regexp, RegexpError
from kubelens.regexp import compile as compile_go

_STARS: Final = ("[^/]*", ".*")
_NOTHING: Final = r"[^\x00-\x{10FFFF}]"


class BadPattern(ValueError):
    """A pattern that is none."""


@lru_cache(maxsize=512)
def match_pattern(pattern: str) -> Regexp:
    """A pattern of ``filepath.Match``: ``*`` and ``?`` stop at ``/``; ``[a-z]``, ``[^a]``; ``\\`` quotes.

    Raises:
        BadPattern: in the words of ``filepath.ErrBadPattern``.
    """
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            parts.append("[^/]*")
        elif char == "?":
            parts.append("[^/]")
        elif char == "[":
            part, at = _class(pattern, at, "^")
            parts.append(part)
        elif char == "\\":
            if at == len(pattern):
                raise BadPattern("syntax error in pattern")
            parts.append(_quoted(pattern[at]))
            at += 1
        else:
            parts.append(_quoted(char))
    return _whole(parts)


@lru_cache(maxsize=512)
def glob_pattern(pattern: str) -> Regexp:
    """A pattern of gobwas/glob with ``/`` as separator: also ``**`` over separators, ``{a,b}`` and ``[!a]``.

    Raises:
        BadPattern: the pattern is none.
    """
    parts: list[str] = []
    depth = 0
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            if pattern.startswith("*", at):
                at += 1
                parts.append(".*")
            else:
                parts.append("[^/]*")
        elif char == "?":
            parts.append("[^/]")
        elif char == "[":
            part, at = _class(pattern, at, "!")
            parts.append(part)
        elif char == "{":
            depth += 1
            parts.append("(?:")
        elif char == "}" and depth:
            depth -= 1
            parts.append(")")
        elif char == "," and depth:
            parts.append("|")
        elif char == "\\" and at < len(pattern):
            parts.append(_quoted(pattern[at]))
            at += 1
        else:
            parts.append(_quoted(char))
    if depth:
        raise BadPattern("unexpected end of input")
    return _whole(parts)


def _whole(parts: list[str]) -> Regexp:
    """What holds a whole name against the parts of a pattern; stars in a row are one."""
    kept = [part for part, before in zip(parts, ["", *parts], strict=False) if part != before or part not in _STARS]
    try:
        return compile_go(rf"(?s)\A(?:{''.join(kept)})\z")
    except RegexpError:
        raise BadPattern("syntax error in pattern") from None


def _quoted(character: str) -> str:
    """A character that stands for itself."""
    return f"\\{character}" if character.isascii() and not character.isalnum() else character


def _class(pattern: str, at: int, negation: str) -> tuple[str, int]:
    """A class of characters as a regular expression, and the offset behind its ``]``."""
    negated = pattern.startswith(negation, at)
    at += negated
    items: list[str] = []
    while True:
        if at < len(pattern) and pattern[at] == "]" and items:
            at += 1
            break
        low, at = _member(pattern, at)
        high = low
        if pattern.startswith("-", at):
            high, at = _member(pattern, at + 1)
        items.append(f"{_quoted(low)}-{_quoted(high)}" if low <= high else "")
    inner = "".join(items)
    if not inner:
        return ("[^/]" if negated else _NOTHING), at
    return (f"[^/{inner}]" if negated else f"[{inner}]"), at


def _member(pattern: str, at: int) -> tuple[str, int]:
    if at >= len(pattern) or pattern[at] in "-]":
        raise BadPattern("syntax error in pattern")
    if pattern[at] == "\\":
        at += 1
        if at >= len(pattern):
            raise BadPattern("syntax error in pattern")
    if at + 1 >= len(pattern):
        raise BadPattern("syntax error in pattern")
    return pattern[at], at + 1
