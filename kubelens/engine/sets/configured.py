"""Sets that the configuration names (``[[apply-sets]]``)."""

from __future__ import annotations

import os
from collections.abc import Iterator

from kubelens.engine.apply_sets import ASSUMED_RELEASE
from kubelens.engine.charts.discovery import is_chart
from kubelens.engine.config import Config, ConfiguredSet
from kubelens.engine.kustomizations.building import kustomization_file
from kubelens.engine.sets.planned import ChartPart, FilesPart, Options, OverlayPart, Part, PlannedSet
from kubelens.engine.sets.tree import Tree

ORIGIN = "configuration"
_MANIFESTS = (".yaml", ".yml", ".json")


def configured_sets(config: Config, tree: Tree) -> Iterator[PlannedSet]:
    """The sets that a configuration names in this tree."""
    for one in config.apply_sets:
        path = tree.path(one.path)
        if path is None:
            continue
        values = tuple(inside for file in one.values if (inside := tree.path(file)) is not None)
        file = os.path.relpath(config.path) if config.path is not None else "the configuration"
        yield PlannedSet(
            one.name or tree.shown(path) or ".",
            ORIGIN,
            (_part(path, values, one, tree),),
            f"named in {file}",
            path,
            namespace=one.namespace,
            kubernetes_version=one.kubernetes_version,
            cluster=one.cluster,
            profile=one.profile,
        )


def _part(path: str, values: tuple[str, ...], one: ConfiguredSet, tree: Tree) -> Part:
    if tree.is_folder(path):
        if is_chart(path, tree):
            return ChartPart(
                path,
                values,
                Options(one.set),
                one.release_name or ASSUMED_RELEASE,
                one.namespace,
                one.api_versions,
            )
        if kustomization_file(path, tree):
            return OverlayPart(path)
        return FilesPart(tuple(name for name in sorted(tree.below(path)) if name.endswith(_MANIFESTS)))
    return FilesPart((path,))
