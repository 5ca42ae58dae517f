"""``matches``, ``find`` and ``findAll`` (cel-go ``stdlib``, apiserver ``pkg/cel/library/regex.go``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from kubelens import regexp
from kubelens.cel.values import CelError, Unmodelled, no_overload

T = TypeVar("T")


def matches(text: Any, pattern: Any) -> bool:
    """Whether a pattern is found anywhere in a text."""
    return _asked("matches", text, pattern, lambda compiled: compiled.matches(text), "")


def _find(text: Any, pattern: Any) -> str:
    def first(compiled: regexp.Regexp) -> str:
        found = compiled.search(text)
        return (found.group() or "") if found is not None else ""

    return _asked("find", text, pattern, first, "Illegal regex: ")


def _find_all(text: Any, pattern: Any, limit: Any = -1) -> list[str]:
    if type(limit) is not int:
        raise no_overload("findAll", text, pattern, limit)
    return _asked(
        "findAll",
        text,
        pattern,
        lambda compiled: [match.group() or "" for match in compiled.find_all(text, limit)],
        "Illegal regex: ",
    )


def _asked(name: str, text: Any, pattern: Any, ask: Callable[[regexp.Regexp], T], complaint: str) -> T:
    if type(text) is not str or type(pattern) is not str:
        raise no_overload(name, text, pattern)
    try:
        return ask(regexp.compile(pattern))
    except regexp.RegexpError as wrong:
        raise CelError(f"{complaint}{wrong}") from None
    except regexp.TooMuch:
        raise Unmodelled(f"what {pattern!r} finds in a long text") from None


METHODS: Final[Mapping[str, Callable[..., Any]]] = {"find": _find, "findAll": _find_all}
