"""``kubelens plan``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import click

from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.plan_sides import compared
from kubelens.cli.printing import complain, fail, say, say_json, write_raw, write_report
from kubelens.engine.config import ConfigError
from kubelens.engine.plan_halves import Planned
from kubelens.engine.provenance import home_of
from kubelens.plan.danger import Danger
from kubelens.plan.plan import BACK, QUESTIONS
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
        planned = compared(
            old,
            new,
            paths,
            inputs,
            questions=BACK if back else QUESTIONS,
            drawn=form == "html",
            back=back,
            findings=True,
        )
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
