"""``kubelens plan``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.plan_sides import compared
from kubelens.cli.printing import columns_shown, complain, fail, wants_colour, write_raw
from kubelens.engine.config import ConfigError
from kubelens.engine.plan_halves import Planned
from kubelens.plan.danger import Danger
from kubelens.plan.plan import BACK, QUESTIONS
from kubelens.report.terminal_answer import shown

NEVER: Final = "never"
_FORMATS: Final = ("text", "markdown", "html", "json", "github", "gitlab")
DRAWN: Final = "html"


@click.command(name="plan")
@click.argument("old", default="HEAD")
@click.argument("new", required=False)
@click.option(
    "--path", "-p", "paths", multiple=True, help="Files and folders that a revision is looked at in; default: here."
)
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text")
@click.option(
    "--output", "-o", "outputs", multiple=True, metavar="FORMAT[=FILE]", help="Write it to a file too; more than once."
)
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
    outputs: tuple[str, ...],
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
    form = next((one for one in outputs if one in _FORMATS), form)
    written = [_output(one) for one in outputs if one not in _FORMATS]
    try:
        planned = compared(
            old,
            new,
            paths,
            inputs,
            questions=BACK if back else QUESTIONS,
            drawn=DRAWN in (form, *(name for name, _ in written)),
            back=back,
            findings=True,
        )
    except ConfigError as error:
        fail(str(error))
    broken = _broken(policies, planned) if policies else []
    from kubelens.cli.plan_formats import FORMATS  # noqa: PLC0415 - once there is a plan

    text = FORMATS[form](planned, verbose)
    if form == "text":
        text = "\n".join(shown(text.split("\n"), columns_shown(), colour=wants_colour("auto")))
    write_raw(text)
    for name, file in written:
        _write(file, FORMATS[name](planned, verbose))
    for text in broken:
        complain(text)
    dangerous = fail_on != NEVER and any(one.plan.danger >= _danger(fail_on) for one in planned)
    if dangerous or broken:
        raise SystemExit(1)


def _danger(name: str) -> Danger:
    return next(one for one in Danger if str(one) == name)


def _output(text: str) -> tuple[str, str]:
    """(format, file) of ``FORMAT=FILE``."""
    name, _, file = text.partition("=")
    if name not in _FORMATS or not file:
        raise click.UsageError(f"--output {text!r}: write FORMAT=FILE with one of {', '.join(_FORMATS)}")
    return name, file


def _write(file: str, text: str) -> None:
    try:
        Path(file).write_text(text, encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        fail(f"{file}: {error.strerror}")


def _broken(policies: Sequence[str], planned: Sequence[Planned]) -> list[str]:
    """The policies that do not hold, with why."""
    from kubelens.cel.evaluate import CelError, Unmodelled, program  # noqa: PLC0415 - only where there is a policy
    from kubelens.cel.parse import CelSyntaxError  # noqa: PLC0415
    from kubelens.cli.plan_formats import data_of  # noqa: PLC0415

    data = data_of(planned)
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
