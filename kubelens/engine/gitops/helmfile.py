"""helmfile's state files as sets: each release whose chart lies in this repository."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

from kubelens.engine.charts.discovery import is_chart
from kubelens.engine.gitops.argo_application import release_of
from kubelens.engine.gitops.globs import files_of, is_glob
from kubelens.engine.gitops.helmfile_inheritance import Inherited
from kubelens.engine.gitops.helmfile_state import DEFAULT, Environment, State, filled_values, states_of
from kubelens.engine.gitops.made_later import is_made_later
from kubelens.engine.gitops.objects import first_origin
from kubelens.engine.gitops.repository import inside_root, names_one, origin_of
from kubelens.engine.gitops.templating import NotFilledIn, as_text
from kubelens.engine.kustomizations.building import kustomization_file
from kubelens.engine.sets.planned import ChartPart, FilesPart, Lack, Lacked, Options, OverlayPart, Part, PlannedSet
from kubelens.engine.sets.tree import Tree
from kubelens.kube import fields
from kubelens.render.chart.fault import ChartFault
from kubelens.render.origin import Sourced, unknown_in
from kubelens.syntax.pattern import pattern

ORIGIN: Final = "helmfile"
_MANIFESTS: Final = (".yaml", ".yml")
_DECIDING: Final = ("name", "chart", "set", "condition", "installed", "kubeVersion")
"""Fields without which nothing can be said of a release."""
_LOCAL: Final = pattern(r"\.{1,2}(?:/|$)")
"""How a chart is named that lies here: other names are those of repositories where no such folder is."""
_NAMES: Final = pattern(r"helmfile\.ya?ml(?:\.gotmpl)?")


def is_helmfile(path: str) -> bool:
    """Whether a file is helmfile's by its name, or by the folder it lies in."""
    folder, _, name = path.rpartition("/")
    return _NAMES.fullmatch(name) is not None or posixpath.basename(folder) == "helmfile.d"


def sets_of_helmfile(path: str, tree: Tree) -> Iterator[PlannedSet]:
    """The sets that a state file installs in each environment that it names, else in ``default``."""
    text = tree.read(path)
    if text is None:
        return
    why = f"helmfile {tree.shown(path)}"
    try:
        states = list(states_of(path, tree))
    except (NotFilledIn, ChartFault) as fault:
        if "releases" in text:
            yield PlannedSet(tree.shown(path), ORIGIN, (), why, path, (Lack(str(fault)),))
        return
    for state in states:
        told = why if state.environment.name == DEFAULT else f"{why}, environment {state.environment.name!r}"
        told = ", ".join([told, *state.functions.unset])
        inherited = Inherited(state)
        for part in state.parts:
            for _, written in fields.items(part, "releases"):
                if not fields.text(written, "name"):
                    continue
                release = inherited.release(written)
                if _is_wanted(release, state.environment):
                    yield _set_of(release, path, tree, told, state, inherited.lacks)


def _is_wanted(release: fields.Value, environment: Environment) -> bool:
    """Whether a release is installed, or nobody can tell."""
    if unknown_in([release.get("installed"), release.get("condition")]):
        return True
    return fields.boolean(release, "installed") is not False and environment.holds(fields.text(release, "condition"))


def _set_of(
    release: fields.Value, path: str, tree: Tree, why: str, state: State, unfollowed: Iterable[str]
) -> PlannedSet:
    folder, environment = posixpath.dirname(path), state.environment
    name, chart = str(fields.text(release, "name")), str(fields.text(release, "chart"))
    namespace = str(fields.text(release, "namespace"))
    lacks = [_absent(one, inside_root(one, folder or "."), tree, one) for one in environment.missing]
    lacks += [Lack(one, first_origin(release), kind=Lacked.VALUES) for one in unfollowed]
    if unknown_in(release):
        what = f"it takes {' and '.join(state.functions.unknown_in(release))}, which no file tells"
        lacks.append(Lack(what, first_origin(release), kind=Lacked.VALUES))
    if unknown_in(release.get("namespace")):
        namespace = ""
    inside = inside_root(chart, folder or ".")
    beneath: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    if unknown_in([release.get(key) for key in _DECIDING]):
        pass
    elif inside is not None and is_chart(inside, tree):
        values = tuple(_values(release, folder, tree, lacks, state))
        lacks += _secrets(release, folder, tree, state)
        version = release_of(fields.text(release, "kubeVersion"))
        parts = (ChartPart(inside, values, _options(release), name, namespace, kubernetes_version=version),)
    elif inside is not None and tree.is_folder(inside):
        parts = tuple(_as_chart(inside, tree, Lack(f"{chart!r} holds templates and no Chart.yaml"), lacks))
    elif inside is not None and _LOCAL.match(chart) and names_one(chart):
        wrong = not is_made_later(inside, tree)
        lacks.append(Lack(f"chart {chart!r} is not there", origin_of(release, "chart"), wrong))
    else:
        what = f"chart {chart!r} is not in this repository"
        lacks.append(Lack(what, first_origin(release), kind=Lacked.CHARTS))
        beneath = tuple(_beneath(release, folder, tree))
    shown = name if environment.name == DEFAULT else f"{environment.name}/{name}"
    return PlannedSet(shown, ORIGIN, parts, why, path, tuple(lacks), namespace=namespace, beneath=beneath)


def _as_chart(folder: str, tree: Tree, templated: Lack, lacks: list[Lack]) -> Iterator[Part]:
    """A folder that helmfile makes a chart of: a kustomization, or plain manifests (helmfile/chartify)."""
    if kustomization_file(folder, tree):
        yield OverlayPart(folder)
        return
    files = tuple(sorted(path for path in tree.below(folder) if path.endswith(_MANIFESTS)))
    if any("{{" in (tree.read(path) or "") for path in files):
        lacks.append(templated)
    else:
        yield FilesPart(files)


def _values(release: fields.Value, folder: str, tree: Tree, lacks: list[Lack], state: State) -> Iterator[str | Sourced]:
    given = release.get("values")
    for one in given if isinstance(given, list) else ():
        if isinstance(one, Sourced):
            yield one
        elif isinstance(one, str) and not unknown_in(one):
            inside = _inside(one, release, folder)
            found = _matched(inside, tree) if inside is not None else []
            if not found and _needs_files(release, state):
                lacks.append(_absent(one, inside, tree, release))
            for path in found:
                if not path.endswith(".gotmpl"):
                    yield path
                    continue
                try:
                    text = tree.read(path) or ""
                    yield filled_values(text, path, release, state.environment, state.functions)
                except (NotFilledIn, ChartFault) as fault:
                    lacks.append(Lack(f"{one}: {fault}", first_origin(release)))


def _inside(written: str, release: fields.Value, folder: str) -> str | None:
    """The path of a file of values (``prepareReleaseValuesEntries``), None where that leads out."""
    return inside_root(f"{fields.text(release, 'valuesPathPrefix')}{written}", folder or ".")


def _matched(inside: str, tree: Tree) -> list[str]:
    """The files at a path, which may be a pattern of Go's ``filepath.Glob`` (``ExpandPaths``)."""
    if is_glob(inside):
        return sorted(files_of(inside.replace("**", "*"), tree))
    return [inside] if tree.read(inside) is not None else []


def _beneath(release: fields.Value, folder: str, tree: Tree) -> Iterator[str]:
    """The files of values of a release whose chart is elsewhere."""
    for key in ("values", "secrets"):
        for one in fields.texts(release, key):
            inside = _inside(one, release, folder)
            yield from _matched(inside, tree) if inside is not None else ()


def _secrets(release: fields.Value, folder: str, tree: Tree, state: State) -> Iterator[Lack]:
    """What a release takes from encrypted files, which nobody here can read; those that are not there."""
    for one in fields.texts(release, "secrets"):
        inside = _inside(one, release, folder)
        if inside is None or tree.read(inside) is not None:
            yield Lack(f"{one} is encrypted", first_origin(one), kind=Lacked.VALUES)
        elif _needs_files(release, state):
            yield _absent(one, inside, tree, release)


def _needs_files(release: fields.Value, state: State) -> bool:
    """Whether helmfile ends where a file of a release is not there."""
    handler = [fields.text(given, "missingFileHandler") for given in (release, *state.parts)]
    return next(filter(None, handler), "Error") == "Error"


def _absent(written: str, inside: str | None, tree: Tree, near: object) -> Lack:
    wrong = inside is not None and names_one(written) and not is_made_later(inside, tree)
    return Lack(f"{written} is not there", first_origin(written) or first_origin(near), wrong)


def _options(release: fields.Value) -> Options:
    lines: list[str] = []
    for _, one in fields.items(release, "set"):
        name, values = fields.text(one, "name"), fields.texts(one, "values")
        value = f"{{{','.join(values)}}}" if values else as_text(one.get("value"))
        lines.append(f"{name}={value}")
    return Options(tuple(lines))
