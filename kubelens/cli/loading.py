"""Manifests for the commands that predict: read, complain on standard error, and hand over the objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from kubelens.cli.ending import note_unread
from kubelens.cli.input_choices import InputChoices, configured
from kubelens.cli.printing import complain, fail
from kubelens.cli.unnamed_namespaces import unnamed_namespaces
from kubelens.cli.unrendered import complain_of_charts, told_above, why_empty
from kubelens.engine.config import Config, ConfigError
from kubelens.engine.inputs import Wanted, read_inputs
from kubelens.engine.loader import Status
from kubelens.engine.plugins import Plugins
from kubelens.engine.sets.world import Undecided, World, world_of
from kubelens.engine.workspace import Snapshot
from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.api import Oracle
from kubelens.predict.chain.stored import Stored
from kubelens.report.summary import not_whole

_MOST_NAMED: Final = 3
_UNREAD: Final = ("syntax", "directive", "encoding")
"""Kinds of problems for which some of a text is not read at all."""


def load_world(
    paths: Sequence[str],
    options: InputChoices,
    *,
    all_sets: bool = False,
    against: str | None = None,
    each: bool = False,
) -> World:
    """Everything at some paths (``-`` is standard input, none the working folder), as ``check`` reads it.

    ``all_sets``: objects of one name in several sets stand side by side; else the command ends with code 2 there, as it
    does where the configuration is wrong. Of alternatives in folders the first is meant, which is said, unless the caller
    asks about ``each``. ``against``: see :class:`Wanted`. What cannot be read is said on standard error.
    """
    paths = tuple(paths) or (".",)
    plugins = Plugins()
    config = load_configuration(paths, options)
    wanted = Wanted(paths, render=options.render, renderer=options.renderer, inside=options.inside, against=against)
    try:
        inputs = read_inputs(wanted, config, plugins)
        world = world_of(inputs, config, plugins.schemas(release_of(config)), all_sets=all_sets)
    except (ConfigError, Undecided) as error:
        fail(str(error))
    world = replace(_with_nodes_that_are(world), others=tuple(map(_with_nodes_that_are, world.others)))
    complain_of_charts(world.sets)
    for told in (not_whole(world.sets),) if world.snapshot.manifests else why_empty(world.sets):
        if told:
            complain(told)
    for told in told_above(world.sets):
        complain(told)
    _complain_of(world.snapshot, {Path(path).as_posix() for path in paths})
    if told := unnamed_namespaces(world.snapshot, config):
        complain(told)
    if world.others:
        complain(_of_one_world(world, each=each))
    for told in _undecided(world.snapshot.bundle):
        complain(told)
    if options.render is False:
        for chart in world.snapshot.charts:
            complain(f"chart {chart!r} is not rendered")
    for failure in plugins.failures:
        complain(str(failure))
    return world


def load_snapshot(paths: Sequence[str], options: InputChoices, *, all_sets: bool = False) -> Snapshot:
    """The objects of :func:`load_world`."""
    return load_world(paths, options, all_sets=all_sets).snapshot


def load_objects(paths: Sequence[str], options: InputChoices) -> Snapshot:
    """The objects at some paths; ends the command with code 2 where there are none."""
    snapshot = load_snapshot(paths, options)
    if not snapshot.manifests:
        fail(f"no Kubernetes object found in {', '.join(paths) or '.'}")
    return snapshot


def load_each_world(paths: Sequence[str], options: InputChoices) -> list[Snapshot]:
    """The objects of every world that files make; several where folders hold alternatives."""
    world = load_world(paths, options, each=True)
    if not world.snapshot.manifests:
        fail(f"no Kubernetes object found in {', '.join(paths) or '.'}")
    return [one.snapshot for one in (world, *world.others)]


def load_bundle(paths: Sequence[str], options: InputChoices) -> Bundle:
    """The objects of :func:`load_objects` alone."""
    return load_objects(paths, options).bundle


def load_old(against: str, paths: Sequence[str], options: InputChoices, now: World) -> Sequence[Resource]:
    """The objects that the paths held before, in a folder, a file or a git revision; of the sets that are there ``now``.

    Ends the command with code 2 where there is no such path and no such revision.
    """
    from kubelens.cli.against import what_was  # noqa: PLC0415 - only where two revisions are compared

    config = load_configuration(paths, options)
    wanted = Wanted(tuple(paths) or (".",), render=options.render, renderer=options.renderer)
    try:
        past = what_was(against, paths, config, kinds=wanted.kinds if wanted.builds else None)
        left = [] if options.inside else list(past.objects)
        old = [
            bundle for one in now.sets if (bundle := past.sets.bundle_of(one, config, release_of(config))) is not None
        ]
        return [*left, *(resource for bundle in old for resource in bundle)]
    except ConfigError as error:
        fail(str(error))


def load_configuration(paths: Sequence[str], options: InputChoices) -> Config:
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


def _with_nodes_that_are(world: World) -> World:
    """Without the Nodes of the manifests that the API server refuses: no kubelet has such a one, and nothing is placed there.

    What tells of a cluster is there, however it is written.
    """
    bundle = world.snapshot.bundle
    ask = Oracle(bundle)
    nodes = [one for one in world.snapshot.objects if one.kind == "Node" and one.standing is None and not one.partial]
    denials = {id(node): ask(Stored(node)).answer.denial for node in nodes}
    refused = {key: denial for key, denial in denials.items() if denial is not None}
    if not refused:
        return world
    for node in nodes:
        if id(node) in refused:
            complain(f"the API server refuses {node.key}, which counts for nothing: {refused[id(node)].sentence}")
    left = bundle.holding([one for one in bundle if id(one) not in refused])
    return replace(world, snapshot=replace(world.snapshot, bundle=left))


def _undecided(bundle: Bundle) -> Iterator[str]:
    """One sentence for each Namespace that folders write differently, and that is there once."""
    for name in dict.fromkeys(one.name for one in bundle.all("Namespace", group="")):
        copies = [one for one in bundle.named("Namespace", name, "") if not one.partial]
        folders = list(dict.fromkeys(one.place.folder or "." for one in copies))
        if len(folders) > 1 and any(one.labels != copies[0].labels for one in copies):
            named = f"{', '.join(folders[:_MOST_NAMED])}{' and more' if len(folders) > _MOST_NAMED else ''}"
            yield f"Namespace {name!r} has other labels in each of {named}: the nearest above an object counts, else the first"


def _of_one_world(world: World, *, each: bool) -> str:
    first, *folders = [one.folder or "." for one in (world, *world.others)]
    named = ", ".join(folders[:_MOST_NAMED]) + (
        f" and {len(folders) - _MOST_NAMED} more" * (len(folders) > _MOST_NAMED)
    )
    differ = "folders hold different objects of one name"
    if each:
        return f"{differ}: {first}, {named} are answered for one by one"
    return f"{differ}: this is about {first}, not {named} (name the folder that is meant)"


def _complain_of(snapshot: Snapshot, named: Iterable[str]) -> None:
    for file in snapshot.files.values():
        if file.status is Status.UNREADABLE:
            complain(f"{file.uri}: {file.reason}")
            note_unread()
        elif file.manifests or file.uri in named or file.status is Status.TAKEN:
            for problem in file.problems:
                position = file.source.position(problem.span.start) if file.source else None
                where = f":{position.line + 1}:{position.column + 1}" if position else ""
                complain(f"{file.uri}{where}: {problem.message}")
                if problem.kind in _UNREAD:
                    note_unread()
