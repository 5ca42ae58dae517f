"""Manifests for the commands that predict: read, complain on standard error, and hand over the objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from kubelens.cli.input_options import InputOptions, configured
from kubelens.cli.printing import complain, fail
from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.config import Config, ConfigError
from kubelens.engine.inputs import Inputs, Wanted, read_inputs
from kubelens.engine.loader import Status
from kubelens.engine.plugins import Plugins
from kubelens.engine.workspace import Snapshot, Workspace
from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.kube.resource import Resource


def load_snapshot(paths: Sequence[str], options: InputOptions) -> Snapshot:
    """Everything at some paths (``-`` is standard input, none the working folder), as ``check`` reads it.

    What cannot be read is said on standard error; a configuration that is wrong ends the command with code 2.
    """
    paths = tuple(paths) or (".",)
    plugins = Plugins()
    config = load_configuration(paths, options)
    try:
        inputs = read_inputs(Wanted(paths, render=options.render, renderer=options.renderer), config, plugins)
    except ConfigError as error:
        fail(str(error))
    sets = _rendered(inputs, config)
    workspace = Workspace(
        release=release_of(config),
        namespace=config.namespace,
        offered=plugins.schemas(release_of(config)),
        pod_security=config.pod_security,
        running=inputs.running_uris,
    )
    workspace.fill([*inputs.not_in_sets(sets), *(text for one in sets for text in one.texts)])
    snapshot = workspace.snapshot()
    _complain_of(snapshot, {Path(path).as_posix() for path in paths})
    if options.render is False:
        for chart in snapshot.charts:
            complain(f"chart {chart!r} is not rendered")
    for failure in plugins.failures:
        complain(str(failure))
    return snapshot


def load_bundle(paths: Sequence[str], options: InputOptions) -> Bundle:
    """The objects at some paths; ends the command with code 2 where there are none."""
    snapshot = load_snapshot(paths, options)
    if not snapshot.manifests:
        fail(f"no Kubernetes object found in {', '.join(paths) or '.'}")
    return snapshot.bundle


def load_old(against: str, paths: Sequence[str], options: InputOptions) -> Sequence[Resource]:
    """The objects that the paths held before, in a folder, a file or a git revision.

    Ends the command with code 2 where there is no such path and no such revision.
    """
    from kubelens.cli.against import old_bundle  # noqa: PLC0415 - only where two revisions are compared

    config = load_configuration(paths, options)
    try:
        return list(old_bundle(against, paths, config))
    except ConfigError as error:
        fail(str(error))


def load_configuration(paths: Sequence[str], options: InputOptions) -> Config:
    """The configuration of a prediction, which is about one release; ends the command with code 2 where it is wrong."""
    if len(options.kubernetes_version) > 1:
        fail("a prediction is about one release: give --kubernetes-version once")
    try:
        return configured(paths or (".",), options)
    except ConfigError as error:
        fail(str(error))


def release_of(config: Config) -> str:
    """The release that a prediction is about: the first that the configuration names."""
    return (config.kubernetes_version or (NEWEST,))[0]


def _rendered(inputs: Inputs, config: Config) -> list[ApplySet]:
    """The charts among the inputs; of one that cannot be rendered the reason is said on standard error."""
    from kubelens.engine.charts.sets import render_charts  # noqa: PLC0415 - only with charts

    sets = render_charts(
        inputs.charts,
        inputs.crds,
        release=release_of(config),
        namespace=config.namespace,
        helm=int(config.helm_version),
    )
    for one in sets:
        if one.chart is not None and one.chart.fault is not None:
            complain(f"chart {one.name!r} is not rendered: {one.chart.fault}")
    return sets


def _complain_of(snapshot: Snapshot, named: Iterable[str]) -> None:
    for file in snapshot.files.values():
        if file.status is Status.UNREADABLE:
            complain(f"{file.uri}: {file.reason}")
        elif file.manifests or file.uri in named:
            for problem in file.problems:
                position = file.source.position(problem.span.start) if file.source else None
                where = f":{position.line + 1}:{position.column + 1}" if position else ""
                complain(f"{file.uri}{where}: {problem.message}")
