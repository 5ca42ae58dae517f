"""``--against DIR|REV``: the objects before a change, from a folder or a git revision."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from kubelens.cli.printing import complain
from kubelens.engine.charts.reading import MAX_FILE, ChartFiles
from kubelens.engine.charts.sets import Charts, charts_by_name, find_charts
from kubelens.engine.config import Config
from kubelens.engine.loader import Loaded, load_paths
from kubelens.engine.revisions import folder_at, read_revision
from kubelens.engine.workspace import Workspace
from kubelens.kube.bundle import NEWEST, Bundle


def old_bundle(
    against: str,
    paths: Sequence[str],
    config: Config,
    now: Sequence[Loaded] = (),
    crds: Sequence[Loaded] = (),
) -> Bundle:
    """The objects of a folder or file, else those that the same paths held in a git revision.

    ``now``: what is read now. With no path but standard input, nothing is known to be removed: the objects before are
    those that it holds. ``crds``: definitions beside the manifests; those of today judged the old objects too.

    Raises:
        ConfigError: neither a path nor a revision of that name exists.
    """
    if os.path.exists(against):
        return _objects(config, load_paths([against], root=Path.cwd(), exclude=config.exclude), crds)
    piped = not paths and bool(now)
    taken = None if piped or any(one.origins for one in now) else frozenset(one.uri for one in now)
    revision = read_revision(against, paths or ["."], config.exclude, taken or None)
    for path in revision.absent:
        complain(f"{path} is not in {against}: there is nothing to compare it with")
    for text in revision.texts:
        if text.source is None:
            complain(f"{text.uri} in {against}: {text.reason}")
    old = _objects(config, revision.texts, crds)
    if not piped:
        return old
    held = {(r.gvk.group, r.kind, r.namespace, r.name) for r in _objects(config, now, ())}
    return Bundle([r for r in old if (r.gvk.group, r.kind, r.namespace, r.name) in held], old.release)


def old_charts(against: str, charts: Charts, config: Config) -> dict[str, ChartFiles]:
    """What the charts of now were in a folder or a git revision, by the charts' names.

    Raises:
        ConfigError: neither a path nor a revision of that name exists.
    """
    if not charts:
        return {}
    if os.path.exists(against):
        return charts_by_name(find_charts(load_paths([against], root=Path.cwd(), exclude=config.exclude)))
    return charts_by_name([(folder, ChartFiles(folder_at(against, folder, MAX_FILE))) for folder, _ in charts])


def _objects(config: Config, texts: Iterable[Loaded], crds: Sequence[Loaded]) -> Bundle:
    workspace = Workspace(release=(config.kubernetes_version or (NEWEST,))[0], namespace=config.namespace)
    named = list(texts)
    beside = frozenset(one.uri for one in crds) - {one.uri for one in named}
    workspace.fill([*named, *(one for one in crds if one.uri in beside)])
    bundle = workspace.snapshot().bundle
    if not beside:
        return bundle
    return Bundle([resource for resource in bundle if resource.place.uri not in beside], bundle.release)
