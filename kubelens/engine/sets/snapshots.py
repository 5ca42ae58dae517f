"""A set's texts as a snapshot of objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.config import Config
from kubelens.engine.loader import Loaded
from kubelens.engine.parsed import Parsed
from kubelens.engine.workspace import Snapshot, Workspace
from kubelens.kube.definitions import Elsewhere

_NOTHING_PARSED: Final[Mapping[int, Parsed]] = {}


def snapshot_of(
    apply_set: ApplySet,
    config: Config,
    release: str,
    offered: Iterable[Mapping[str, Any]] = (),
    parsed: Mapping[int, Parsed] = _NOTHING_PARSED,
    running: Sequence[Loaded] = (),
    elsewhere: Elsewhere | None = None,
) -> Snapshot:
    """The objects of a set; ``offered``: CustomResourceDefinitions that its cluster has beside its own.

    ``parsed``: documents there already, by the id of their source. ``running``: what the cluster holds.
    ``elsewhere``: what knows kinds that nothing declares.
    """
    workspace = Workspace(
        release=release,
        namespace=apply_set.namespace or config.namespace,
        offered=offered,
        elsewhere=elsewhere,
        pod_security=config.pod_security,
        chart=apply_set.chart if not apply_set.beside else None,
        running=[one.uri for one in running],
    )
    workspace.fill([*apply_set.said_in, *apply_set.texts, *running], parsed)
    return workspace.snapshot()
