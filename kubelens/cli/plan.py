"""``kubelens plan``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from typing import Final

import click

from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_configuration, release_of
from kubelens.cli.printing import complain, fail, say, say_json, write_raw, write_report
from kubelens.engine.changes import branched_from
from kubelens.engine.config import Config, ConfigError
from kubelens.engine.inputs import Inputs, Wanted, read_inputs, read_paths
from kubelens.engine.loader import Loaded
from kubelens.engine.plan_halves import Half, Planned, half_of, plans_of
from kubelens.engine.plugins import Plugins
from kubelens.engine.provenance import home_of
from kubelens.engine.selection import RuleSet, choose_rules
from kubelens.engine.sets.chosen import chosen_sets
from kubelens.engine.sets.found import NO_SETS, Sets
from kubelens.engine.workspace import Workspace
from kubelens.kube.resource import Resource
from kubelens.plan.danger import Danger
from kubelens.plan.plan import BACK, QUESTIONS
from kubelens.rules.api import Facts
from kubelens.syntax.place import Place

NEVER: Final = "never"
_ALL_FIELDS: Final = 1_000


@click.command(name="plan")
@click.argument("old", default="HEAD")
@click.argument("new", required=False)
@click.option(
    "--path", "-p", "paths", multiple=True, help="Files and folders that a revision is looked at in; default: here."
)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "html", "json"]), default="text")
@click.option(
    "--fail-on",
    type=click.Choice([*map(str, Danger), NEVER]),
    default=str(Danger.REFUSED),
    show_default=True,
    help="Exit with 1 where a consequence is at least so dangerous.",
)
@click.option("--policy", "policies", multiple=True, metavar="CEL", help="An expression over 'plan' that must hold.")
@click.option("--back", is_flag=True, help="Ask what going back from NEW to OLD does.")
@click.option("--verbose", "-v", is_flag=True, help="Show every field that differs.")
@input_options()
def command(
    old: str,
    new: str | None,
    paths: tuple[str, ...],
    form: str,
    fail_on: str,
    policies: tuple[str, ...],
    back: bool,
    verbose: bool,
    inputs: InputChoices,
) -> None:
    """Say what the change from OLD to NEW does: what restarts, breaks, opens, is refused, and what it does not do.

    OLD is a git revision (the commit where the branch left it counts), a folder or a file; default: what is committed.
    NEW is a revision, a folder, a file or - for standard input; default: the working tree.

    Exit codes: 0, 1 where a consequence is at least as dangerous as --fail-on or a --policy does not hold, 2 for wrong
    usage.
    """
    paths = paths or (".",)
    try:
        planned = _planned(old, new, paths, inputs, drawn=form == "html", back=back)
    except ConfigError as error:
        fail(str(error))
    plans = [one.plan for one in planned]
    broken = _broken(policies, planned) if policies else []
    if form == "json":
        say_json(_data(planned))
    elif form == "markdown":
        from kubelens.report.plan_markdown import plan_markdown  # noqa: PLC0415 - one format of four

        write_raw(plan_markdown(plans))
    elif form == "html":
        from kubelens.report.plan_html import plan_html  # noqa: PLC0415 - one format of four

        write_report(plan_html(plans))
    else:
        from kubelens.report.plan_text import plan_lines  # noqa: PLC0415 - one format of four
        from kubelens.report.plan_told import MOST_FIELDS  # noqa: PLC0415

        say(*plan_lines(plans, fields=_ALL_FIELDS if verbose else MOST_FIELDS))
    for text in broken:
        complain(text)
    dangerous = fail_on != NEVER and any(one.danger >= _danger(fail_on) for plan in plans for one in plan.consequences)
    if dangerous or broken:
        raise SystemExit(1)


def _danger(name: str) -> Danger:
    return next(one for one in Danger if str(one) == name)


def _planned(
    old: str, new: str | None, paths: Sequence[str], options: InputChoices, *, drawn: bool, back: bool
) -> list[Planned]:
    config = load_configuration(paths, options)
    reader = _Reader(config, options, Plugins(), tuple(paths))
    if new is None and not os.path.exists(old):
        old = branched_from(paths[0], old)
    before, after = reader.half(old), reader.half(new) if new is not None else reader.working_tree()
    if back:
        before, after = after, before
    plans = plans_of(before, after, reader.running(), drawn=drawn, questions=BACK if back else QUESTIONS)
    return [reader.with_findings(one) for one in plans]


class _Reader:
    """Reads the sides of a change, each by what the command line calls it."""

    def __init__(self, config: Config, options: InputChoices, plugins: Plugins, paths: tuple[str, ...]) -> None:
        self._config = config
        self._options = options
        self._plugins = plugins
        self._paths = paths
        self._release = release_of(config)
        self._crds = read_paths(config.crds, config, plugins) if config.crds else []

    def working_tree(self) -> Half:
        """What lies there now."""
        return self._of_inputs(self._paths, "")

    def half(self, where: str) -> Half:
        """A folder, a file, standard input, or a revision.

        Raises:
            ConfigError: it is none of these.
        """
        if where == "-" or os.path.exists(where):
            return self._of_inputs((where,), where if os.path.isdir(where) else os.path.dirname(where))
        from kubelens.cli.against import sets_at  # noqa: PLC0415 - only where a revision is named
        from kubelens.engine.revisions import read_revision  # noqa: PLC0415

        revision = read_revision(where, self._paths, self._config.exclude)
        for text in revision.texts:
            if text.source is None:
                complain(f"{text.uri} in {where}: {text.reason}")
        wanted = self._wanted(self._paths)
        sets = NO_SETS
        if wanted.natively:
            sets = sets_at(where, self._paths, revision.texts, self._config, self._crds, wanted.kinds)
        return self._half(sets, revision.texts, "")

    def running(self) -> list[Resource]:
        """What the cluster of ``--cluster`` holds."""
        if not self._config.running:
            return []
        workspace = Workspace(release=self._release, namespace=self._config.namespace)
        workspace.fill(read_paths(self._config.running, self._config, self._plugins))
        return list(workspace.snapshot().bundle)

    def with_findings(self, planned: Planned) -> Planned:
        """The plan of a set with what ``check`` finds anew, or no more."""
        if not planned.plan.changes:
            return planned
        from kubelens.engine.plan_findings import with_findings  # noqa: PLC0415 - rules only where something changes

        return with_findings(planned, self._rules, Facts(self._release, cluster=dict(self._config.cluster) or None))

    @cached_property
    def _rules(self) -> RuleSet:
        return choose_rules(self._config, self._plugins.rules())

    def _wanted(self, paths: tuple[str, ...]) -> Wanted:
        return Wanted(paths, render=self._options.render, renderer=self._options.renderer)

    def _of_inputs(self, paths: tuple[str, ...], at: str) -> Half:
        inputs: Inputs = read_inputs(self._wanted(paths), self._config, self._plugins)
        return self._half(inputs.sets, inputs.loaded, os.path.normpath(at) if at else "")

    def _half(self, sets: Sets, loaded: Sequence[Loaded], at: str) -> Half:
        if self._options.inside:
            sets = chosen_sets(sets, self._options.inside, self._release)
        offered = self._plugins.schemas(self._release)
        return half_of(sets, loaded, self._config, self._release, at=at, offered=offered, crds=self._crds)


def _data(planned: Sequence[Planned]) -> dict[str, object]:
    from kubelens.report.plan_json import plan_data  # noqa: PLC0415 - one format of four

    told = [one for one in planned if one.plan.is_told]
    snapshots = [half.snapshot for one in told for half in (one.new, one.old, *one.came)]

    def shown(place: Place) -> str | None:
        for snapshot in snapshots:
            if place.uri in snapshot.files:
                trace = home_of(snapshot, place)
                source = snapshot.source(trace.uri)
                if source is None:
                    return trace.uri
                position = source.position(trace.span.start)
                return f"{trace.uri}:{position.line + 1}:{position.column + 1}"
        return None

    return plan_data([one.plan for one in planned], shown)


def _broken(policies: Sequence[str], planned: Sequence[Planned]) -> list[str]:
    """The policies that do not hold, with why."""
    from kubelens.cel.evaluate import CelError, Unmodelled, program  # noqa: PLC0415 - only where there is a policy
    from kubelens.cel.parse import CelSyntaxError  # noqa: PLC0415

    data = _data(planned)
    found = []
    for text in policies:
        try:
            if program(text).evaluate({"plan": data}) is not True:
                found.append(f"policy does not hold: {text}")
        except CelSyntaxError as error:
            raise click.UsageError(f"--policy {text!r} is no CEL expression: {error}") from error
        except (CelError, Unmodelled) as error:
            found.append(f"policy cannot be evaluated: {text}: {error}")
    return found
