"""A set's texts as a snapshot of objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kubelens.engine.apply_sets import FOLDER, ApplySet
from kubelens.engine.config import Config
from kubelens.engine.loader import Loaded
from kubelens.engine.parsed import Parsed
from kubelens.engine.workspace import Snapshot, Workspace
from kubelens.kube.definitions import Elsewhere

_NOTHING_PARSED: Final[Mapping[int, Parsed]] = {}


class Snapshots:
    """Sets as snapshots, one after another; what the next has in common with the last is not read again.

    ``offered``: CustomResourceDefinitions that their cluster has beside their own. ``parsed``: documents there already,
    by the id of their source. ``running``: what the cluster holds. ``elsewhere``: what knows kinds that nothing declares.
    """

    def __init__(
        self,
        config: Config,
        release: str,
        namespace: str = "",
        *,
        offered: Iterable[Mapping[str, Any]] = (),
        parsed: Mapping[int, Parsed] = _NOTHING_PARSED,
        running: Sequence[Loaded] = (),
        elsewhere: Elsewhere | None = None,
        rendered: bool = False,
        assumed_release: str = "",
        noted: dict[int, Parsed] | None = None,
    ) -> None:
        """``assumed_release``: the name that charts were rendered for where nobody gives one. ``noted`` takes what is parsed, where somebody wants it."""
        self._parsed = parsed
        self._running = running
        self._assumed_release = assumed_release
        self._workspace = Workspace(
            release=release,
            namespace=namespace or config.namespace,
            offered=offered,
            elsewhere=elsewhere,
            pod_security=config.pod_security,
            rendered=rendered,
            running=[one.uri for one in running],
        )
        self._workspace.noted = noted

    def of(self, apply_set: ApplySet) -> Snapshot:
        """The objects of a set."""
        run = apply_set.chart
        self._workspace.chart = run if run is not None and (run.tried or not apply_set.beside) else None
        self._workspace.fill([*apply_set.said_in, *apply_set.texts, *self._running], self._parsed, alone=True)
        snapshot = self._workspace.snapshot()
        snapshot.bundle.assumed_release = self._assumed_release
        snapshot.bundle.applied_together = apply_set.origin != FOLDER
        snapshot.bundle.base = apply_set.base
        snapshot.bundle.open_values = apply_set.open_values
        return snapshot


def snapshot_of(
    apply_set: ApplySet,
    config: Config,
    release: str,
    offered: Iterable[Mapping[str, Any]] = (),
    parsed: dict[int, Parsed] | None = None,
) -> Snapshot:
    """The objects of a set; ``offered``: CustomResourceDefinitions that its cluster has beside its own.

    ``parsed``: documents there already, by the id of their source, which takes those that are read.
    """
    there = {} if parsed is None else parsed
    snapshots = Snapshots(
        *(config, release, apply_set.namespace),
        offered=offered,
        parsed=there,
        rendered=apply_set.chart is not None,
        assumed_release=apply_set.assumed_release,
        noted=there,
    )
    return snapshots.of(apply_set)
