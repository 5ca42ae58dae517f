"""The scenario files among the texts of a run, as questions: each with the manifests that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from kubelens.engine.config import Config, ConfigError
from kubelens.engine.inputs import Wanted, read_inputs
from kubelens.engine.loader import Loaded
from kubelens.engine.plugins import Plugins
from kubelens.engine.scenario_documents import scenario_in
from kubelens.engine.scenario_files import ScenarioError, ScenarioFile, read_scenario
from kubelens.engine.sets.world import Undecided, world_of
from kubelens.engine.stages import stage_of
from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.predict.cluster.played import Played
from kubelens.predict.scheduler.made_up import NoCluster
from kubelens.rules.subjects import ScenarioRun
from kubelens.syntax.place import Place, locate
from kubelens.syntax.text import Span
from kubelens.syntax.tree import Document

MOST_WORK: Final = 1_500_000
"""Pods and nodes that are looked at in all ticks of one scenario: some seconds at the most."""
_MOST_FILES: Final = 50
_TOO_MANY: Final = f"more than {_MOST_FILES} scenario files are not played in one run"


def scenario_runs(
    loaded: Iterable[Loaded], config: Config, plugins: Plugins, release: str = NEWEST
) -> Iterator[ScenarioRun]:
    """Every scenario file, in order; the manifests that several name are read once."""
    number = 0
    world_at = cache(partial(_world, config, plugins, release))
    for one in loaded:
        documents = scenario_in(one)
        if one.source is None or not documents:
            continue
        head = locate(documents[0], Place(one.uri, 0, ("scenario",)))
        number += 1
        if number > _MOST_FILES:
            yield ScenarioRun(one.uri, fault=_TOO_MANY, head=head)
            return
        try:
            file = read_scenario(one.source)
            if paths := file.paths(Path(one.uri)):
                bundle, cluster = world_at(paths)
            else:
                bundle, cluster = Bundle(file.manifests, release, pod_security=config.pod_security), config.cluster
            question = question_of(file, bundle, cluster)
        except (ScenarioError, NoCluster, ConfigError, Undecided) as error:
            yield ScenarioRun(one.uri, fault=str(error), head=head)
        else:
            yield ScenarioRun(one.uri, question, tuple(_spans(file, question, documents[0], one.uri)), head=head)


def question_of(file: ScenarioFile, bundle: Bundle, cluster: Mapping[str, Any], runs: int = 1) -> Played:
    """What becomes of a scenario's promises with the objects of a bundle; ``cluster``: the setting of that name.

    Raises:
        ScenarioError, NoCluster: it names what is not there.
    """
    stage = stage_of(bundle, file, cluster)
    scenario = replace(file.as_scenario(stage.objects, stage.nodes), most_work=MOST_WORK)
    return Played(scenario, stage.objects, stage.nodes, bundle.release, runs)


def _world(config: Config, plugins: Plugins, release: str, paths: tuple[str, ...]) -> tuple[Bundle, Mapping[str, Any]]:
    """The manifests at some paths, as ``kubelens test`` reads them, and the cluster that settings tell of."""
    if missing := [path for path in paths if not Path(path).exists()]:
        raise ScenarioError(f"world: {missing[0]} is not there")
    read = read_inputs(Wanted(paths), config, plugins)
    world = world_of(read, config, plugins.schemas(release))
    return world.snapshot.bundle, world.cluster


def _spans(file: ScenarioFile, question: Played, document: Document, uri: str) -> Iterator[Span]:
    """Where each promise stands."""
    for item, promises in enumerate(file.promises(question.objects)):
        span = locate(document, Place(uri, 0, ("promises", item)))
        yield from (span for _ in promises)
