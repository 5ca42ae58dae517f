"""helmfile's state files as they are in one environment (helmfile, ``pkg/app/two_pass_renderer.go``, ``pkg/state``)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from kubelens.engine.gitops.helmfile_functions import HelmfileFunctions
from kubelens.engine.gitops.repository import inside_root
from kubelens.engine.gitops.templating import NotFilledIn, Parameters, executed
from kubelens.engine.sets.tree import Tree
from kubelens.kube import fields
from kubelens.render.chart.coalesce import value_at
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.values import merge_maps
from kubelens.render.origin import Sourced, Text
from kubelens.render.template.faults import ExecutionFault, LimitReached, ParseFault
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml
from kubelens.syntax.pattern import pattern

DEFAULT: Final = "default"
"""The environment where none is asked for."""
_PARTS: Final = pattern(r"^---.*\n", re.MULTILINE)
_MOST_BASES: Final = 20
_DIALECT: Final = 1
"""Of templates: helmfile's has more functions than Helm's."""


class Environment(Struct, frozen=True):
    """One environment: its name, and the values that templates see. ``missing``: files of values that are not there."""

    name: str
    values: Sourced
    missing: tuple[str, ...] = ()

    @property
    def data(self) -> dict[str, object]:
        """What a state file's templates see."""
        environment = Sourced([("Name", self.name), ("Values", self.values)])
        return {"Environment": environment, "Values": self.values, "StateValues": self.values, "Namespace": ""}

    def holds(self, condition: str) -> bool:
        """Whether a release's ``condition``, a path of values, is true; without one it is."""
        if not condition:
            return True
        there, value = value_at(self.values, condition)
        return there and value is True


class State(Struct, frozen=True):
    """A state file in an environment: each part of it, read. ``functions``: what its templates asked for."""

    environment: Environment
    parts: tuple[Sourced, ...]
    functions: HelmfileFunctions


def states_of(path: str, tree: Tree) -> Iterator[State]:
    """A state file in each environment that it names, in ``default`` where it names none.

    Raises:
        NotFilledIn: a template in it fails.
        ChartFault: it is no YAML.
    """
    pieces = [piece for file, text in _with_bases(path, tree) for piece in _pieces(text, file)]
    named = dict.fromkeys(name for piece in pieces for name in _environments_in(piece, path, tree))
    for name in named or (DEFAULT,):
        environment = Environment(name, Sourced())
        functions = HelmfileFunctions(posixpath.dirname(path), tree)
        parts: list[Sourced] = []
        for piece in pieces:
            part = _read(_filled(piece, path, environment.data, functions), path)
            environment = _with_values(environment, part, path, tree, functions)
            parts.append(part)
        yield State(environment, tuple(parts), functions)


def filled_values(
    text: str, path: str, release: fields.Value, environment: Environment, functions: HelmfileFunctions
) -> Sourced:
    """A file of values that is a template of helmfile's, for one release.

    Raises:
        NotFilledIn: it fails.
        ChartFault: what comes out is no YAML.
    """
    about = Sourced([("Name", release.get("name")), ("Namespace", release.get("namespace", ""))])
    return _read(_filled(Text.written(text, path, 0), path, {**environment.data, "Release": about}, functions), path)


def filled_text(text: str, release: fields.Value, state: State) -> str:
    """An expression in a release, filled in for it: what is left of a state file's own once that is filled in.

    Raises:
        NotFilledIn: it fails.
    """
    about = Sourced([(key.capitalize(), release.get(key, "")) for key in ("name", "namespace", "chart", "labels")])
    try:
        return executed(text, {**state.environment.data, "Release": about}, state.functions.library, _DIALECT)
    except (ParseFault, ExecutionFault, LimitReached) as fault:
        raise NotFilledIn(f"{str(text)!r} cannot be filled in: {str(fault).splitlines()[0]}") from None


def _with_bases(path: str, tree: Tree) -> list[tuple[str, str]]:
    """A file and, before it, those that it names as its ``bases``."""
    text = tree.read(path) or ""
    found: list[tuple[str, str]] = []
    for piece in _pieces(text, path):
        match = re.search(r"^bases:[ \t]*\n((?:[ \t]*-[ \t]*\S+[ \t]*\n?)+)", str(piece), re.MULTILINE)
        for name in re.findall(r"-[ \t]*[\"']?([^\s\"']+)", match[1]) if match else ():
            base = inside_root(name, posixpath.dirname(path) or ".")
            written = tree.read(base) if base is not None and "{{" not in name else None
            if base is not None and written is not None and len(found) < _MOST_BASES:
                found.append((base, written))
    return [*found, (path, text)]


def _pieces(text: str, file: str) -> Iterator[Text]:
    """The parts of a file that are filled in one after the other."""
    start = 0
    for match in _PARTS.finditer(text):
        yield Text.written(text[start : match.start()], file, start)
        start = match.end()
    yield Text.written(text[start:], file, start)


def _filled(piece: Text, path: str, data: Parameters, functions: HelmfileFunctions) -> str:
    """A part of a file filled in.

    Raises:
        NotFilledIn: it fails; with its line in the file, and no more of its text than what failed.
    """
    try:
        return executed(piece, data, functions.library, _DIALECT)
    except (ParseFault, ExecutionFault) as fault:
        raise NotFilledIn(
            f"its template fails at line {_line(piece, path, functions) + fault.line}: {fault.message}"
        ) from None
    except LimitReached as fault:
        raise NotFilledIn(f"its template takes too much: {fault}") from None


def _line(piece: Text, path: str, functions: HelmfileFunctions) -> int:
    """How many lines of the file stand before a part."""
    start = next((origin.start for origin in piece.origins_of(0, len(piece)) if origin.file == path), 0)
    return functions.text(path).count("\n", 0, start)


def _environments_in(piece: Text, path: str, tree: Tree) -> tuple[str, ...]:
    """The environments that a part names; one that needs values for that names none."""
    try:
        functions = HelmfileFunctions(posixpath.dirname(path), tree)
        part = _read(_filled(piece, path, Environment(DEFAULT, Sourced()).data, functions), path)
    except (NotFilledIn, ChartFault):
        return ()
    return tuple(str(name) for name in fields.mapping(part, "environments"))


def _read(text: object, path: str) -> Sourced:
    try:
        value = read_yaml(text if isinstance(text, str) else "", path)
    except YamlFault as fault:
        raise ChartFault(str(fault), path) from None
    return value if isinstance(value, Sourced) else Sourced()


def _with_values(
    environment: Environment, part: Sourced, path: str, tree: Tree, functions: HelmfileFunctions
) -> Environment:
    """An environment with the values that a part gives it: files in their order, maps as they stand."""
    values, missing = environment.values, list(environment.missing)
    own = fields.mapping(fields.mapping(part, "environments"), environment.name)
    given = [*_listed(part, "values"), *_listed(own, "values")]
    for one in given:
        if isinstance(one, Sourced):
            values = merge_maps(values, one)
            continue
        inside = inside_root(str(one), posixpath.dirname(path) or ".")
        text = tree.read(inside) if inside is not None else None
        if inside is None or text is None:
            if fields.text(own, "missingFileHandler", "Error") == "Error":
                missing.append(one if isinstance(one, str) else str(one))
            continue
        written: object = Text.written(text, inside, 0)
        if inside.endswith(".gotmpl"):
            data = Environment(environment.name, values).data
            written = _filled(Text.written(text, inside, 0), inside, data, functions)
        values = merge_maps(values, _read(written, inside))
    return Environment(environment.name, values, tuple(missing))


def _listed(value: fields.Value, key: str) -> list[object]:
    found = value.get(key)
    return list(found) if isinstance(found, list) else []
