"""Scenario files: what is wrong in them, and which promises were broken when they were played, in place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from lsprotocol import types
from msgspec import Struct

from kubelens.engine.parsed_file import ParsedFile
from kubelens.engine.scenario_documents import SCENARIO
from kubelens.engine.scenario_files import ScenarioError, promises_of
from kubelens.engine.scenario_form import PromiseFile, ScenarioDocument
from kubelens.kube import fields
from kubelens.kube.reading import read_value
from kubelens.syntax.place import Place, Step
from kubelens.syntax.text import Span
from kubelens_lsp.convert import to_range
from kubelens_lsp.view import View

_AT: Final = re.compile(r" - at `\$(?P<path>[^`]*)`\Z")
_STEP: Final = re.compile(r"\.(?P<key>[\w-]+)|\[(?P<index>\d+)\]|\[\.\.\.\]")
_UNKNOWN: Final = re.compile(r"unknown field `(?P<key>[^`]+)`")


class Played(Struct, frozen=True):
    """What came of a scenario: its text when it was played, and what ``kubelens test --format json`` said."""

    text: str
    told: str


def is_scenario(view: View, key: str) -> bool:
    """Whether a file is a scenario."""
    file = view.snapshot.files.get(key)
    return file is not None and file.reason == SCENARIO


def scenario_problems(view: View, key: str, played: Played | None, encoding: str) -> list[types.Diagnostic]:
    """What a scenario file says that it may not, and the promises that were broken; nothing of other files."""
    file = view.snapshot.files.get(key)
    if file is None or file.source is None or not is_scenario(view, key) or not file.documents:
        return []
    value = read_value(file.documents[0].root).value
    try:
        written = msgspec.convert(value, ScenarioDocument)
        for index, one in enumerate(written.promises):
            try:
                list(promises_of(one))
            except ScenarioError as error:
                return [_problem(view, file, ("promises", index), str(error), encoding)]
    except msgspec.ValidationError as error:
        message, path = _told(str(error))
        return [_problem(view, file, path, message, encoding)]
    if played is None or played.text != file.source.text:
        return []
    return [_problem(view, file, path, text, encoding) for path, text in _broken(played, written.promises)]


def in_words(told: str) -> str:
    """What was played, in a few lines."""
    lines: list[str] = []
    for one in _scenarios(told):
        lines.append(f"{'ok' if one.get('holds') is True else 'FAILED'}  {fields.text(one, 'name')}")
        if fault := fields.text(one, "fault"):
            lines.append(f"  {fault}")
        for _, promise, run in _promises(one):
            broken = fields.optional_mapping(promise, "broken")
            why = f": after {broken.get('second')} s, seed {run}: {fields.text(broken, 'why')}" if broken else ""
            lines.append(f"  {'broken' if broken else 'holds '}  {fields.text(promise, 'name')}{why}")
    return "\n".join(lines) + "\n"


def scenario_lenses(view: View, key: str, played: Played | None) -> list[types.CodeLens]:
    """Above a scenario: play it, and what came of it last."""
    if not is_scenario(view, key):
        return []
    top = types.Range(types.Position(0, 0), types.Position(0, 0))
    source = view.snapshot.source(key)
    lenses = [
        types.CodeLens(top, types.Command("play", "kubelens.playScenario", arguments=[key])),
        types.CodeLens(top, types.Command("show it played", "kubelens.scenarioPage", arguments=[key])),
    ]
    if played is not None and source is not None and played.text == source.text:
        failed = [one for one in _scenarios(played.told) if one.get("holds") is not True]
        title = "not every promise holds" if failed else "every promise holds"
        lenses.insert(0, types.CodeLens(top, types.Command(title, "kubelens.playScenario", arguments=[key])))
    return lenses


def _broken(played: Played, written: list[PromiseFile]) -> Iterator[tuple[tuple[Step, ...], str]]:
    """(path, what came of it) of each promise that some run breaks, and of what keeps it from being played.

    A run tells of promises in the order in which they are written, by names that its objects give them.
    """
    items = [index for index, one in enumerate(written) for _ in promises_of(one)]
    for one in _scenarios(played.told):
        if fault := fields.text(one, "fault"):
            yield ("scenario",), fault
        told: set[int] = set()
        for number, promise, run in _promises(one):
            broken, name = fields.optional_mapping(promise, "broken"), fields.text(promise, "name")
            if broken is None or number in told:
                continue
            told.add(number)
            path: tuple[Step, ...] = ("promises", items[number]) if number < len(items) else ("scenario",)
            yield path, f"{name} is broken after {broken.get('second')} s, seed {run}: {fields.text(broken, 'why')}"


def _scenarios(told: str) -> list[Mapping[str, Any]]:
    try:
        found = msgspec.json.decode(told)
    except msgspec.DecodeError:
        return []
    return [one for _, one in fields.items(found, "scenarios")] if isinstance(found, dict) else []


def _promises(one: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any], object]]:
    """(which it is of its run, the promise, the run's seed) of all runs."""
    for _, run in fields.items(fields.mapping(one, "simulation"), "runs"):
        for number, promise in fields.items(run, "promises"):
            yield number, promise, run.get("seed")


def _told(message: str) -> tuple[str, tuple[Step, ...]]:
    """A complaint of the form, and the path of what it is about."""
    path: tuple[Step, ...] = ()
    if (found := _AT.search(message)) is not None:
        steps = _STEP.finditer(found["path"])
        path = tuple(
            int(step["index"]) if step["index"] else step["key"] for step in steps if step["index"] or step["key"]
        )
        message = message[: found.start()]
    if (unknown := _UNKNOWN.search(message)) is not None:
        path = (*path, unknown["key"])
        message = f"a scenario has no field {unknown['key']!r} here"
    return message, path


def _problem(view: View, file: ParsedFile, path: tuple[Step, ...], message: str, encoding: str) -> types.Diagnostic:
    assert file.source is not None
    place = Place(file.uri, 0).at(*path)
    span = view.snapshot.locate(place.key() if path and isinstance(path[-1], str) else place)
    line = file.source.position(span.start).line
    span = Span(span.start, min(span.end, file.source.line_end(line)))
    return types.Diagnostic(
        to_range(file.source, span, encoding), message, types.DiagnosticSeverity.Error, "scenario", source="kubelens"
    )
