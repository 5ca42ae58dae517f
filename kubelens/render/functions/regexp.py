"""Regular expressions (sprig, ``regex.go``): a bad one never matches, and ends every other function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelens.regexp import Match, Regexp, RegexpError, TooMuch
from kubelens.regexp import compile as compile_go
from kubelens.render.functions.family import Family
from kubelens.render.go.function import TemplateFailure
from kubelens.render.go.strconv import can_backquote, quote
from kubelens.render.go.types import Slice
from kubelens.render.limits import within, within_sight
from kubelens.render.origin import Text, cut, joined

REGEXP = Family()
_SLOW = 3
"""Steps for a character of a text that is looked through in all ways at once."""


def _looking(pattern: str, text: str, *_: object) -> int:
    """The work of a search, which may find something at every character."""
    try:
        quick = compile_go(str(pattern)).is_quick(str(text))
    except (RegexpError, TooMuch):
        return 0
    return len(text) if quick else len(text) * _SLOW


def _compiled(pattern: str, *, must: bool) -> Regexp:
    """The pattern; without ``must`` the failure is that of a panic."""
    try:
        return compile_go(str(pattern))
    except RegexpError as fault:
        if must:
            raise TemplateFailure(str(fault)) from None
        shown = f"`{pattern}`" if can_backquote(pattern) else quote(pattern)
        raise TemplateFailure(f"regexp: Compile({shown}): {fault}") from None
    except TooMuch as fault:
        raise TemplateFailure(str(fault)) from None


def _both(name: str, *takes: str) -> Callable[[Callable[..., object]], None]:
    """Enters a function of a compiled pattern under its name and its ``must`` name."""

    def entered(body: Callable[..., Any]) -> None:
        def call(pattern: str, *rest: object, must: bool) -> object:
            within_sight(str(rest[0]))
            try:
                return body(_compiled(pattern, must=must), *rest)
            except TooMuch as fault:
                raise TemplateFailure(str(fault)) from None

        parameters = ("string", *takes)
        REGEXP.function(name, takes=parameters, costs=_looking)(lambda pattern, *rest: call(pattern, *rest, must=False))
        must_name = f"must{name[0].upper()}{name[1:]}"
        REGEXP.function(must_name, takes=parameters, costs=_looking)(
            lambda pattern, *rest: call(pattern, *rest, must=True)
        )

    return entered


@REGEXP.function("regexMatch", takes=("string", "string"), costs=_looking)
def regex_match(pattern: str, text: str) -> bool:
    """Whether the text has a match; not if the pattern is none."""
    within_sight(text)
    try:
        return compile_go(str(pattern)).matches(str(text))
    except RegexpError:
        return False
    except TooMuch as fault:
        raise TemplateFailure(str(fault)) from None


@REGEXP.function("mustRegexMatch", takes=("string", "string"), costs=_looking)
def must_regex_match(pattern: str, text: str) -> bool:
    """Whether the text has a match; fails if the pattern is none."""
    within_sight(text)
    try:
        return _compiled(pattern, must=True).matches(str(text))
    except TooMuch as fault:
        raise TemplateFailure(str(fault)) from None


@_both("regexFind", "string")
def _find(pattern: Regexp, text: str) -> str:
    found = pattern.search(str(text))
    return "" if found is None else cut(text, *found.span())


@_both("regexFindAll", "string", "int")
def _find_all(pattern: Regexp, text: str, count: int) -> Slice:
    found = [cut(text, *match.span()) for match in pattern.find_all(str(text), count)]
    return Slice(found, nil=not found)


@_both("regexReplaceAll", "string", "string")
def _replace(pattern: Regexp, text: str, template: str) -> str:
    return _replaced(pattern, text, lambda match: match.expand(str(template)))


@_both("regexReplaceAllLiteral", "string", "string")
def _replace_literal(pattern: Regexp, text: str, literal: str) -> str:
    return _replaced(pattern, text, lambda _: literal)


def _replaced(pattern: Regexp, text: str, replacement: Callable[[Match], str]) -> str:
    """The text with its matches replaced; what stays keeps its origins."""
    parts: list[str] = []
    end = size = 0

    def replace(match: Match) -> str:
        nonlocal end, size
        start, stop = match.span()
        made = replacement(match)
        size += len(made)
        within(size)
        parts.extend((cut(text, end, start), made))
        end = stop
        return made

    made = pattern.replace_with(str(text), replace)
    if type(text) is not Text:
        return made
    parts.append(text.cut(end, len(text)))
    return joined(parts)


@_both("regexSplit", "string", "int")
def _split(pattern: Regexp, text: str, count: int) -> Slice:
    return Slice(pattern.split(str(text), count))


@REGEXP.function("regexQuoteMeta", takes=("string",))
def regex_quote_meta(text: str) -> str:
    """The text as a pattern that matches just it."""
    return "".join(f"\\{character}" if character in "\\.+*?()|[]{}^$" else character for character in text)
