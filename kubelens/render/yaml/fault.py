"""What go-yaml says of a text that it cannot read, in its own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kubelens.syntax.pattern import pattern

_UNKNOWN_ALIAS: Final = pattern(r"found undefined alias '?([^' ]*)'?")

_COLON_IN_FLOW: Final = "found unexpected ':'"
_MOST_COLONS: Final = 100


class YamlFault(ValueError):
    """A text that sigs.k8s.io/yaml refuses: ``str`` of it is the text of the Go error."""


def converting(reason: str) -> YamlFault:
    """A fault of YAML itself, as ``yaml.Unmarshal`` words it."""
    return YamlFault(f"error converting YAML to JSON: {reason}")


def unmarshaling(reason: str) -> YamlFault:
    """A value that does not fit the Go type it is read into, as ``yaml.Unmarshal`` words it."""
    return YamlFault(f"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {reason}")


def go_problem(text: str, *, context_first: bool = False) -> str:
    """The error of go-yaml v2 for a text that is no YAML: ``yaml: line 3: did not find expected key``.

    The line is counted as ``parser.fail`` counts it: from 0 except in the scanner, and not told where it is 0.
    ``context_first``: as v3 does it, where the construct begins counts before where it breaks.
    """
    error = _error_of_go(text)
    if error is None:
        return "yaml: unknown problem parsing YAML content"
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).splitlines()[0]
    marks = ("context_mark", "problem_mark") if context_first else ("problem_mark", "context_mark")
    first, second = (getattr(getattr(error, mark, None), "line", 0) for mark in marks)
    line = first or second
    if line and (first or context_first):
        line += type(error).__name__ == "ScannerError"
    if match := _UNKNOWN_ALIAS.match(problem):
        return f"yaml: unknown anchor '{match[1]}' referenced"
    return f"yaml: {f'line {line}: ' if line else ''}{problem}"


def _error_of_go(text: str) -> Exception | None:
    """The first error that go-yaml has too: old versions of libyaml refuse colons in brackets that it takes as text."""
    error = _first_error(text)
    for _ in range(_MOST_COLONS):
        at = getattr(getattr(error, "problem_mark", None), "index", -1)
        if getattr(error, "problem", None) != _COLON_IN_FLOW or text[at : at + 1] != ":":
            return error
        text = f"{text[:at]}_{text[at + 1 :]}"
        further = _first_error(text)
        if further is None:
            return error
        error = further
    return error


def _first_error(text: str) -> Exception | None:
    from ruamel.yaml.events import StreamEndEvent  # noqa: PLC0415 - only for texts that cannot be read

    try:
        next_event = _events(text)
        while type(next_event()) is not StreamEndEvent:
            pass
    except Exception as error:  # noqa: BLE001 - readers refuse texts with many types
        return error
    return None


def _events(text: str) -> Callable[[], Any]:
    try:
        from _ruamel_yaml import CParser  # noqa: PLC0415
    except ImportError:  # pragma: no cover - only without libyaml
        from ruamel.yaml import YAML  # noqa: PLC0415

        events: Any = iter(YAML(typ="safe", pure=True).parse(text))
        return lambda: next(events)
    parser: Any = CParser(text)
    return lambda: parser.get_event()
