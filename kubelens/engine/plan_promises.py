"""What a change does to the promises of scenario files: each is played with the objects before it and after it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.apply_sets import FOLDER
from kubelens.engine.plan_halves import Half, Planned
from kubelens.engine.scenario_documents import Scenarios
from kubelens.engine.scenario_files import ScenarioError, ScenarioFile, read_scenario
from kubelens.engine.scenario_runs import question_of
from kubelens.engine.sets.before import seen_from
from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.kube.resource import Resource
from kubelens.plan.consequence import WHOLE_SET, Consequence, kinds
from kubelens.predict.api import Oracle
from kubelens.predict.cluster.promises import Broken
from kubelens.predict.scheduler.made_up import NoCluster

MOST: Final = 20
"""Scenarios that are played for one plan."""
_RUNS: Final = 2
"""Kubelets as quick as they can be, and as slow: as ``kubelens test`` has it where nothing is said."""


class _Outcome(Struct, frozen=True):
    """The promises of a scenario by name, with how each is broken (None: it holds); ``fault``: why it was not played."""

    broken: Mapping[str, Broken | None] = {}
    fault: str = ""


def _files(scenarios: Scenarios) -> dict[str, ScenarioFile]:
    """The files that can be read, by their name seen from the folder of their side."""
    found: dict[str, ScenarioFile] = {}
    for source in scenarios.sources:
        with suppress(ScenarioError):  # kubelens test and check tell of it
            found.setdefault(seen_from(scenarios.at, source.uri), read_scenario(source))
    return found


def with_promises(
    planned: Sequence[Planned],
    old: tuple[Half, Scenarios],
    new: tuple[Half, Scenarios],
    *,
    cluster: Mapping[str, Any],
    pod_security: str = "",
    release: str = NEWEST,
) -> list[Planned]:
    """Plans with the promises that held and no longer do, and the other way round.

    The scenario files of the new side are played, with the objects of each. ``cluster``: the setting of that name.
    """
    asked: list[tuple[list[str], list[Consequence]]] = []
    half, scenarios = new
    earlier = _files(old[1])
    for name, file in _files(scenarios).items():
        before = earlier.get(name)
        places = [os.path.normpath(os.path.join(os.path.dirname(name), one)) for one in file.written.world or ["."]]
        worlds = (_world(before or file, places, old[0], old[1].at), _world(file, places, half, scenarios.at))
        concerned = [
            one.plan.name for one in planned if one.plan.changes and any(one.plan.name in w.sets for w in worlds)
        ]
        if not concerned and not _differ_by_themselves(*worlds):
            continue
        if len(asked) == MOST:
            unasked = Consequence(
                kinds()["promises-unasked"], WHOLE_SET, f"more than {MOST} scenarios: {name} is not played"
            )
            asked.append((concerned, [unasked]))
            break
        was, now = (
            _outcome(file, Bundle(world.objects, release, pod_security=pod_security), cluster) for world in worlds
        )
        asked.append((concerned, list(_told(name, file, was, now))))
    return [_with(one, asked, first=number == 0) for number, one in enumerate(planned)]


class _World(Struct, frozen=True, eq=False):
    """The objects of a scenario on one side, and the sets that they are of: none where the file holds them itself."""

    objects: tuple[Resource, ...]
    sets: frozenset[str]


def _world(file: ScenarioFile, places: Sequence[str], half: Half, at: str) -> _World:
    """``places``: the folders and files of its world, seen from the folder that the side is named from."""
    if not file.written.world and file.manifests:
        return _World(file.manifests, frozenset())
    found: dict[object, Resource] = {}
    sets: set[str] = set()
    for name, one in half.items():
        if one.made.beside:
            continue
        loose = one.made.origin == FOLDER
        if not loose and not (_is_in(name, places) or all(_is_in(uri, places) for uri in one.inputs)):
            continue
        for resource in one.snapshot.objects:
            if not loose or _is_in(seen_from(at, resource.place.uri), places):
                found.setdefault(resource.key.slot, resource)
                sets.add(name)
    return _World(tuple(found.values()), frozenset(sets) or frozenset({""}))


def _is_in(name: str, places: Iterable[str]) -> bool:
    return any(place == "." or name == place or name.startswith(f"{place}/") for place in places)


def _differ_by_themselves(before: _World, after: _World) -> bool:
    """Whether the file holds the objects itself on both sides, and they are not the same."""
    if before.sets or after.sets:
        return False
    return [one.value for one in before.objects] != [one.value for one in after.objects]


def _outcome(file: ScenarioFile, bundle: Bundle, cluster: Mapping[str, Any]) -> _Outcome:
    try:
        found = Oracle(bundle)(question_of(file, bundle, cluster, _RUNS)).answer
    except (ScenarioError, NoCluster) as error:
        return _Outcome(fault=str(error))
    if found.run is None:
        return _Outcome(fault=found.fault)
    return _Outcome({verdict.promise: verdict.broken for verdict in found.run.verdicts})


def _told(name: str, file: ScenarioFile, was: _Outcome, now: _Outcome) -> Iterator[Consequence]:
    called = f"{file.written.scenario} ({name})"
    if now.fault:
        if not was.fault:
            text = f"{called} can be played no more: {now.fault}"
            yield Consequence(kinds()["promise-broken"], WHOLE_SET, text)
        return
    for promise, broken in now.broken.items():
        before = was.broken.get(promise)
        held = promise in was.broken and before is None
        if broken is not None and (held or was.fault):
            what = "held, and holds no more" if held else "does not hold"
            text = f"{called}: '{promise}' {what}: after {broken.second} s: {broken.why}"
            notes = () if held else (f"with the objects before the change it cannot be played: {was.fault}",)
            yield Consequence(kinds()["promise-broken"], WHOLE_SET, text, notes=notes)
        elif broken is None and before is not None:
            text = f"{called}: '{promise}' did not hold, and holds now"
            notes = (f"before, after {before.second} s: {before.why}",)
            yield Consequence(kinds()["promise-holds-again"], WHOLE_SET, text, notes=notes)


def _with(planned: Planned, asked: Sequence[tuple[list[str], list[Consequence]]], *, first: bool) -> Planned:
    """A plan with what is told of it: a scenario over several sets is told in the first of them."""
    plan = planned.plan
    more = [one for names, told in asked for one in told if (plan.name == names[0] if names else first)]
    if not more:
        return planned
    consequences = sorted((*plan.consequences, *more), key=lambda one: -one.danger)
    return replace(planned, plan=replace(plan, consequences=tuple(consequences)))
