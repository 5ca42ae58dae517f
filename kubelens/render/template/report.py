"""What Helm says of a template that fails (Helm, ``pkg/engine``: ``cleanupParseError``, ``reformatExecErrorMsg``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from kubelens.render.functions.rendering import ChartFailure
from kubelens.render.go.function import TemplateFailure
from kubelens.render.template.faults import ExecutionFault, ParseFault, TemplateFault

_HEAD: Final = "template: "


class _Level(NamedTuple):
    """One level of a failure: where, while what was executed, and what went wrong."""

    place: str
    executed: str
    message: str

    def text(self) -> str:
        place = f"{self.place}\n  " if self.place else ""
        executed = f"{self.executed}\n    " if self.executed else ""
        message = f"{self.message}\n" if self.message else ""
        return place + executed + message


def report(fault: TemplateFault, helm: int = 4) -> str:
    """The text after ``Error: ``, as the major version ``helm`` writes it."""
    if isinstance(fault, ParseFault):
        _, place, *rest = str(fault).split(": ")
        return f"parse error at ({place}): {rest[-1] if rest else place}"
    chain = list(_chain(fault))
    for each in chain:
        if isinstance(each, ChartFailure):
            return f"execution error at ({str(fault).split(': ', 2)[1]}): {each.message}"
    if helm < 4:
        return str(fault)
    levels: list[_Level] = []
    for each in chain:
        level = _level(str(each))
        if level is None:
            return str(fault)
        if not levels or levels[-1] != level:
            levels.append(level)
    return "".join(level.text() for level in levels).strip()


def _chain(fault: Exception) -> Iterator[Exception]:
    """The failure and what caused it, outermost first."""
    current: BaseException | None = fault
    while isinstance(current, TemplateFault | TemplateFailure):
        yield current
        current = current.cause if isinstance(current, ExecutionFault) else current.__cause__


def _level(text: str) -> _Level | None:
    """The parts of a failure's text; None for what has not text/template's form."""
    if not text.startswith(_HEAD):
        return None
    rest = text[len(_HEAD) :]
    if rest.startswith("no template "):
        return _Level("", "", text)
    place, executing, after = rest.partition(": executing ")
    if executing:
        return _executing(place, after) or _simple(rest)
    return _simple(rest)


def _executing(place: str, after: str) -> _Level | None:
    if not after.startswith('"'):
        return None
    name, quote, rest = after[1:].partition('"')
    if not quote or not rest.startswith(" at <"):
        return None
    context, found, message = rest[len(" at <") :].partition(">: ")
    if not found:
        return None
    return _Level(place, f'executing "{name}" at <{context}>:', message.partition(" template:")[0])


def _simple(rest: str) -> _Level | None:
    place, found, message = rest.rpartition(": ")
    if not found:
        return None
    return _Level(place, "", message.partition(" template:")[0])
