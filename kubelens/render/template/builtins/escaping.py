"""``html``, ``js`` and ``urlquery`` (text/template, ``funcs.go``)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote_plus

from kubelens.render.go.function import ANY, Function
from kubelens.render.go.printing import sprint
from kubelens.syntax.pattern import pattern

_HTML: Final = str.maketrans(
    {"\0": "\ufffd", '"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;"},
)
_JS: Final = {
    "\\": "\\\\",
    "'": "\\'",
    '"': '\\"',
    "<": "\\u003C",
    ">": "\\u003E",
    "&": "\\u0026",
    "=": "\\u003D",
}
_JS_SPECIAL: Final = pattern(r"[\\'\"<>&=\x00-\x1f]|[^\x00-\x7f]")


def _printed(values: tuple[object, ...]) -> str:
    """The values as an action prints them (``evalArgs``)."""
    if len(values) == 1 and isinstance(values[0], str):
        return values[0]
    return sprint(["<no value>" if value is None else value for value in values])


def _html(*values: object) -> str:
    return _printed(values).translate(_HTML)


def _js(*values: object) -> str:
    return _JS_SPECIAL.sub(_js_escaped, _printed(values))


def _js_escaped(match: re.Match[str]) -> str:
    character = match.group()
    known = _JS.get(character)
    if known is not None:
        return known
    if "\udc80" <= character <= "\udcff":
        return "\ufffd"
    if character > "\x7f" and character.isprintable():
        return character
    return f"\\u{ord(character):04X}"


def _urlquery(*values: object) -> str:
    return quote_plus(_printed(values).encode("utf-8", "surrogateescape"), safe="~")


FUNCTIONS: Final = (
    Function("html", _html, (ANY,), variadic=True),
    Function("js", _js, (ANY,), variadic=True),
    Function("urlquery", _urlquery, (ANY,), variadic=True),
)
