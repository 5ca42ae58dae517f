"""Charts of this repository that another one asks for and has not in ``charts/``: ``helm dependency build`` would bring them.

A ``file://`` repository says where the chart lies. Elsewhere a chart of that name and version counts that lies beside: a
repository of charts is where they are released from.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

from kubelens.engine.charts.discovery import CHART_FILE
from kubelens.engine.sets.tree import Tree
from kubelens.render.chart.metadata import Dependency
from kubelens.render.chart.versions import is_compatible
from kubelens.render.origin import Sourced
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml

_LOCAL: Final = "file://"


def nearby_chart(wanted: Dependency, folder: str, known: Iterable[str], tree: Tree) -> str | None:
    """The folder of the chart that a dependency of the one in ``folder`` means; ``known``: folders of charts."""
    if wanted.repository.startswith(_LOCAL):
        found = posixpath.normpath(posixpath.join(folder, wanted.repository.removeprefix(_LOCAL)))
        return found if _is_meant(wanted, found, tree, any_version=True) else None
    for candidate in _candidates(wanted, folder, known):
        if candidate != folder and _is_meant(wanted, candidate, tree):
            return candidate
    return None


def _candidates(wanted: Dependency, folder: str, known: Iterable[str]) -> Iterator[str]:
    yield posixpath.normpath(posixpath.join(folder, "..", wanted.name))
    yield from (one for one in known if posixpath.basename(one) == wanted.name)


def _is_meant(wanted: Dependency, folder: str, tree: Tree, *, any_version: bool = False) -> bool:
    if folder.startswith(".."):
        return False
    text = tree.read(posixpath.join(folder, CHART_FILE))
    try:
        chart = read_yaml(text) if text is not None else None
    except YamlFault:
        return False
    if not isinstance(chart, Sourced) or chart.get("name") != wanted.name:
        return False
    version = chart.get("version")
    return any_version or (isinstance(version, str) and is_compatible(str(wanted.version), str(version)))
