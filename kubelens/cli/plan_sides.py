"""Two sides of a change as the command line calls them, read and compared set by set."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from kubelens.cli.input_choices import InputChoices
from kubelens.cli.loading import load_configuration, release_of
from kubelens.cli.printing import complain
from kubelens.engine.changes import branched_from
from kubelens.engine.config import Config
from kubelens.engine.inputs import Inputs, Wanted, read_paths, read_texts, with_sets
from kubelens.engine.loader import Loaded
from kubelens.engine.other_languages import about_objects, language_of, texts_in_other_languages
from kubelens.engine.parsed import Parsed
from kubelens.engine.plan_comparing import plans_of
from kubelens.engine.plan_halves import Half, Planned, half_of
from kubelens.engine.plugins import Plugins
from kubelens.engine.scenario_documents import Scenarios, scenarios_of
from kubelens.engine.second_names import real_names, real_names_here, without_second_names
from kubelens.engine.selection import RuleSet, choose_rules
from kubelens.engine.sets.chosen import chosen_sets
from kubelens.engine.sets.found import NO_SETS, Sets
from kubelens.engine.workspace import Workspace
from kubelens.kube.resource import Resource
from kubelens.plan.plan import QUESTIONS, Question
from kubelens.rules.api import Facts


def compared(
    old: str,
    new: str | None,
    paths: Sequence[str],
    options: InputChoices,
    *,
    questions: Sequence[Question] = QUESTIONS,
    drawn: bool = False,
    back: bool = False,
    findings: bool = False,
) -> list[Planned]:
    """The plan of every set: from ``old`` to ``new`` (None: what lies there now), or ``back``.

    ``findings``: with what ``check`` finds anew or no more.

    Raises:
        ConfigError: a side is neither a path nor a revision, or the configuration cannot be read.
    """
    config = load_configuration(paths, options)
    reader = Reader(config, options, Plugins(), tuple(paths))
    if new is None and not os.path.exists(old):
        old = branched_from(paths[0], old)
    if findings and not options.inside and _touches_nothing(paths, old, new):
        return []
    if new is None:
        reader.look_at_working_tree()
    before, after = reader.half(old), reader.half(new) if new is not None else reader.working_tree()
    if back:
        before, after = after, before
    plans = plans_of(before.half, after.half, reader.running(), drawn=drawn, questions=questions)
    if not findings:
        return plans
    return reader.with_promises([reader.with_findings(one) for one in plans], before, after)


def _touches_nothing(paths: Sequence[str], old: str, new: str | None) -> bool:
    """Whether both sides are revisions, or what lies there now, and nothing that differs can be part of a set."""
    if any(one == "-" or os.path.exists(one) for one in (old, new) if one is not None):
        return False
    from kubelens.engine.untouched import touches_nothing  # noqa: PLC0415 - only where a revision is named

    return touches_nothing(paths, old, new)


class Side(Struct, frozen=True, eq=False):
    """The sets of one side, and its scenario files."""

    half: Half
    scenarios: Scenarios


class Reader:
    """Reads the sides of a change, each by what the command line calls it."""

    def __init__(self, config: Config, options: InputChoices, plugins: Plugins, paths: tuple[str, ...]) -> None:
        self._config = config
        self._options = options
        self._plugins = plugins
        self._paths = paths
        self._release = release_of(config)
        self._earlier = NO_SETS
        self._now: Inputs | None = None
        self._parsed: dict[int, Parsed] = {}
        self._crds = read_paths(config.crds, config, plugins) if config.crds else []

    def look_at_working_tree(self) -> None:
        """Read what lies there now, so that a revision is read without what is left out of that: git may hold it all the same."""
        self._now = read_texts(self._wanted(self._paths), self._config, self._plugins)

    def working_tree(self) -> Side:
        """What lies there now."""
        return self._of_inputs(self._paths, "", self._now)

    def half(self, where: str) -> Side:
        """A folder, a file, standard input, or a revision.

        Raises:
            ConfigError: it is none of these.
        """
        if where == "-" or os.path.exists(where):
            return self._of_inputs((where,), where if os.path.isdir(where) else os.path.dirname(where))
        from kubelens.cli.against import sets_at  # noqa: PLC0415 - only where a revision is named
        from kubelens.engine.revisions import Listings, links_at, names_at, read_revision  # noqa: PLC0415

        listings = Listings()
        left_out = self._now.left_out if self._now is not None else ()
        revision = read_revision(where, self._paths, self._config.exclude, listings=listings, left_out=left_out)
        for text in revision.texts:
            if text.source is None:
                complain(f"{text.uri} in {where}: {text.reason}")
        wanted = self._wanted(self._paths)
        sets = NO_SETS
        if wanted.builds:
            texts = revision.texts
            sets = sets_at(
                *(where, self._paths, texts, self._config, self._crds, wanted.kinds),
                listings=listings,
                earlier=self._earlier,
            )
        other = read_revision(
            *(where, self._paths, self._config.exclude),
            listings=listings,
            is_named=lambda name: bool(language_of(name)),
        )
        foreign = {one.uri: one.source.text for one in other.texts if one.source is not None and language_of(one.uri)}
        names = frozenset(names_at(where, self._paths, listings))
        loaded = without_second_names(revision.texts, real_names(links_at(where, self._paths, listings)))
        return self._half(sets, loaded, "", about_objects(foreign), names.__contains__)

    def running(self) -> list[Resource]:
        """What the cluster of ``--cluster`` holds."""
        if not self._config.running:
            return []
        workspace = Workspace(release=self._release, namespace=self._config.namespace)
        workspace.fill(read_paths(self._config.running, self._config, self._plugins))
        return list(workspace.snapshot().bundle)

    def with_findings(self, planned: Planned) -> Planned:
        """The plan of a set with what ``check`` finds anew, or no more."""
        if not planned.plan.changes and planned.old.is_as(planned.new):
            return planned
        from kubelens.engine.plan_findings import with_findings  # noqa: PLC0415 - rules only where something changes

        return with_findings(planned, self._rules, Facts(self._release, cluster=dict(self._config.cluster) or None))

    def with_promises(self, planned: list[Planned], before: Side, after: Side) -> list[Planned]:
        """The plans with what becomes of the promises of scenario files."""
        if not after.scenarios.sources:
            return planned
        from kubelens.engine.plan_promises import with_promises  # noqa: PLC0415 - only where there is a scenario

        return with_promises(
            planned,
            (before.half, before.scenarios),
            (after.half, after.scenarios),
            cluster=self._config.cluster,
            pod_security=self._config.pod_security,
            release=self._release,
        )

    @cached_property
    def _rules(self) -> RuleSet:
        return choose_rules(self._config, self._plugins.rules())

    def _wanted(self, paths: tuple[str, ...], side: str | None = None) -> Wanted:
        return Wanted(paths, side=side, render=self._options.render, renderer=self._options.renderer)

    def _of_inputs(self, paths: tuple[str, ...], at: str, texts: Inputs | None = None) -> Side:
        wanted = self._wanted(paths, at if paths == (at,) else None)
        texts = texts if texts is not None else read_texts(wanted, self._config, self._plugins)
        inputs = with_sets(texts, wanted, self._config, self._earlier)
        foreign = texts_in_other_languages([one for one in paths if one != "-"], self._config.exclude)
        folder = os.path.normpath(at) if at else ""
        return self._half(
            *(inputs.sets, without_second_names(inputs.loaded, real_names_here()), folder, foreign),
            lambda name: os.path.lexists(os.path.join(folder, name)),
        )

    def _half(
        self,
        sets: Sets,
        loaded: Sequence[Loaded],
        at: str,
        foreign: Mapping[str, str],
        lies: Callable[[str], bool],
    ) -> Side:
        self._earlier = sets
        if self._options.inside:
            sets = chosen_sets(sets, self._options.inside, self._release)
        offered = self._plugins.schemas(self._release)
        half = half_of(
            *(sets, loaded, self._config, self._release),
            at=at,
            offered=offered,
            crds=self._crds,
            parsed=self._parsed,
            foreign=foreign,
            lies=lies,
        )
        return Side(half, scenarios_of(loaded, at))
