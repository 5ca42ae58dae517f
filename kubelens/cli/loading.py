"""Manifests for the commands that predict: read, complain on standard error, and hand over the objects."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kubelens.cli.printing import complain, fail
from kubelens.engine.loader import Loaded, Status, load_paths, read_standard_input
from kubelens.engine.workspace import Snapshot, Workspace
from kubelens.kube.bundle import NEWEST, Bundle


def load_snapshot(
    paths: Sequence[str], *, release: str = NEWEST, render: bool = False, namespace: str = "default"
) -> Snapshot:
    """Everything at some paths (``-`` is standard input, none the working folder), parsed.

    What cannot be read is said on standard error.
    """
    paths = paths or (".",)
    workspace = Workspace(release=release, namespace=namespace)
    workspace.fill(_texts(paths, render))
    snapshot = workspace.snapshot()
    named = {Path(path).as_posix() for path in paths}
    for file in snapshot.files.values():
        if file.status is Status.UNREADABLE:
            complain(f"{file.uri}: {file.reason}")
        elif file.manifests or file.uri in named:
            for problem in file.problems:
                position = file.source.position(problem.span.start) if file.source else None
                where = f":{position.line + 1}:{position.column + 1}" if position else ""
                complain(f"{file.uri}{where}: {problem.message}")
    for chart in snapshot.charts:
        complain(f"chart {chart!r} is not rendered (see --render)")
    return snapshot


def load_bundle(
    paths: Sequence[str], *, release: str = NEWEST, render: bool = False, namespace: str = "default"
) -> Bundle:
    """The objects at some paths; ends the command with code 2 where there are none."""
    snapshot = load_snapshot(paths, release=release, render=render, namespace=namespace)
    if not snapshot.manifests:
        fail(f"no Kubernetes object found in {', '.join(paths) or '.'}")
    return snapshot.bundle


def _texts(paths: Sequence[str], render: bool) -> list[Loaded]:
    if "-" in paths:
        piped = [read_standard_input()]
        return [*piped, *_texts([p for p in paths if p != "-"], render)] if len(paths) > 1 else piped
    hook = None
    if render:
        from kubelens.engine.plugins import Plugins  # noqa: PLC0415 - plugins are needed only to render

        hook = Plugins().loader(render=True)
    return list(load_paths(paths or ["."], root=Path.cwd(), hook=hook))
