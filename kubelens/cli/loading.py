"""Manifests for the commands that predict: read, complain on standard error, and hand over the objects."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kubelens.cli.printing import complain, fail
from kubelens.engine.config import Config, ConfigError
from kubelens.engine.config_files import find_config
from kubelens.engine.loader import Loaded, Status, load_paths, read_standard_input
from kubelens.engine.workspace import Snapshot, Workspace
from kubelens.kube.bundle import NEWEST, Bundle


def load_snapshot(
    paths: Sequence[str], *, release: str = "", render: bool | None = None, namespace: str = ""
) -> Snapshot:
    """Everything at some paths (``-`` is standard input, none the working folder), parsed.

    Release, namespace and the level of Pod Security are those of the configuration where none is given.

    Charts are rendered with their own values unless ``render`` is False, kustomizations too where it is True.

    What cannot be read is said on standard error.
    """
    paths = paths or (".",)
    config = _config(paths)
    release = release or (config.kubernetes_version or (NEWEST,))[0]
    namespace = namespace or config.namespace
    workspace = Workspace(release=release, namespace=namespace, pod_security=config.pod_security)
    texts = _texts(paths, bool(render))
    workspace.fill(texts if render is False else with_charts(texts, release, namespace))
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
    if render is False:
        for chart in snapshot.charts:
            complain(f"chart {chart!r} is not rendered")
    return snapshot


def _config(paths: Sequence[str]) -> Config:
    """The configuration that `check` would take for the same paths."""
    first = next((path for path in paths if path != "-"), ".")
    try:
        return find_config(Path(first)) or find_config(Path.cwd()) or Config()
    except ConfigError as error:
        fail(str(error))


def load_bundle(paths: Sequence[str], *, release: str = "", render: bool | None = None, namespace: str = "") -> Bundle:
    """The objects at some paths; ends the command with code 2 where there are none."""
    snapshot = load_snapshot(paths, release=release, render=render, namespace=namespace)
    if not snapshot.manifests:
        fail(f"no Kubernetes object found in {', '.join(paths) or '.'}")
    return snapshot.bundle


def with_charts(texts: Sequence[Loaded], release: str, namespace: str) -> list[Loaded]:
    """Texts with what the charts among them come to; what cannot be rendered is said on standard error."""
    from kubelens.engine.charts.sets import apart, find_charts, render_charts  # noqa: PLC0415 - only with charts

    sets = render_charts(find_charts(texts), (), release=release, namespace=namespace)
    for one in sets:
        if one.chart is not None and one.chart.fault is not None:
            complain(f"chart {one.name!r} is not rendered: {one.chart.fault}")
    return [*apart(texts, sets), *(text for one in sets for text in one.texts)]


def _texts(paths: Sequence[str], render: bool) -> list[Loaded]:
    if "-" in paths:
        piped = [read_standard_input()]
        return [*piped, *_texts([p for p in paths if p != "-"], render)] if len(paths) > 1 else piped
    hook = None
    if render:
        from kubelens.engine.plugins import Plugins  # noqa: PLC0415 - plugins are needed only to render
        from kubelens.engine.run import for_charts  # noqa: PLC0415

        hook = for_charts(Plugins().loader(render=True), False)
    return list(load_paths(paths or ["."], root=Path.cwd(), hook=hook))
