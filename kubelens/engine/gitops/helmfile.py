"""helmfile's state files as sets: each release whose chart lies in this repository."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from kubelens.engine.charts.discovery import is_chart
from kubelens.engine.gitops.argo_application import release_of
from kubelens.engine.gitops.objects import first_origin
from kubelens.engine.gitops.repository import inside_root
from kubelens.engine.gitops.templating import NotFilledIn, as_text, filled_in
from kubelens.engine.sets.planned import ChartPart, Lack, Options, Part, PlannedSet
from kubelens.engine.sets.tree import Tree
from kubelens.kube import fields
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.values import documents, load_values
from kubelens.render.origin import Sourced, Text

ORIGIN: Final = "helmfile"
_NAMES: Final = re.compile(r"helmfile\.ya?ml(?:\.gotmpl)?")
_ENVIRONMENT: Final = "default"


def is_helmfile(path: str) -> bool:
    """Whether a file is helmfile's by its name, or by the folder it lies in."""
    folder, _, name = path.rpartition("/")
    return _NAMES.fullmatch(name) is not None or posixpath.basename(folder) == "helmfile.d"


def sets_of_helmfile(path: str, tree: Tree) -> Iterator[PlannedSet]:
    """The sets that a state file installs in the environment ``default``."""
    text = tree.read(path)
    if text is None:
        return
    why = f"helmfile {tree.shown(path)}"
    data = {
        "Environment": Sourced([("Name", _ENVIRONMENT), ("Values", Sourced())]),
        "Values": Sourced(),
        "Namespace": "",
    }
    written = Text.written(text, path, 0)
    try:
        filled = filled_in(written, {**data, "StateValues": Sourced()}, go=True)
        states = [load_values(part, path) for _, part in documents(str(filled), path)]
    except (NotFilledIn, ChartFault) as fault:
        if "releases" in text:
            yield PlannedSet(tree.shown(path), ORIGIN, (), why, path, (Lack(f"{tree.shown(path)}: {fault}"),))
        return
    folder = posixpath.dirname(path)
    for state in states:
        for _, release in fields.items(state, "releases"):
            if fields.text(release, "name") and fields.boolean(release, "installed") is not False:
                yield _set_of(release, path, folder, tree, why)


def _set_of(release: fields.Value, path: str, folder: str, tree: Tree, why: str) -> PlannedSet:
    name, chart = str(fields.text(release, "name")), str(fields.text(release, "chart"))
    namespace = str(fields.text(release, "namespace"))
    lacks: list[Lack] = []
    inside = inside_root(chart, folder or ".")
    parts: tuple[Part, ...] = ()
    if inside is None or not is_chart(inside, tree):
        lacks.append(Lack(f"chart {chart!r} is not in this repository", first_origin(release)))
    else:
        values = tuple(_values(release, folder, tree, lacks))
        version = release_of(fields.text(release, "kubeVersion"))
        parts = (ChartPart(inside, values, _options(release), name, namespace, kubernetes_version=version),)
    return PlannedSet(name, ORIGIN, parts, why, path, tuple(lacks), namespace=namespace)


def _values(release: fields.Value, folder: str, tree: Tree, lacks: list[Lack]) -> Iterator[str | Sourced]:
    given = release.get("values")
    for one in given if isinstance(given, list) else ():
        if isinstance(one, Sourced):
            yield one
        elif isinstance(one, str):
            inside = inside_root(one, folder or ".")
            if one.endswith(".gotmpl"):
                lacks.append(Lack(f"{one} is a template of helmfile", first_origin(release)))
            elif inside is None or tree.read(inside) is None:
                lacks.append(Lack(f"{one} is not there", first_origin(release)))
            else:
                yield inside


def _options(release: fields.Value) -> Options:
    lines: list[str] = []
    for _, one in fields.items(release, "set"):
        name, values = fields.text(one, "name"), fields.texts(one, "values")
        value = f"{{{','.join(values)}}}" if values else as_text(one.get("value"))
        lines.append(f"{name}={value}")
    return Options(tuple(lines))
