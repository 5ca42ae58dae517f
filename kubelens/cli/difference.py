"""``--diff`` of the predictions: one part of a plan alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn

import click

from kubelens.cli.input_choices import InputChoices
from kubelens.cli.plan_sides import compared
from kubelens.cli.printing import fail, say, say_json
from kubelens.engine.config import ConfigError
from kubelens.plan.plan import Question, SetPlan

diff_option = click.option(
    "--diff", "diff", metavar="DIR|REV", help="Say what changes since a folder, a file or a git revision."
)


def tell_difference(
    old: str, paths: Sequence[str], inputs: InputChoices, form: str, questions: Sequence[Question]
) -> NoReturn:
    """What one part of a plan says of every set, and the exit code: 1 where something differs."""
    plans = _plans(old, paths, inputs, questions)
    if form == "json":
        from kubelens.report.plan_json import consequence_data  # noqa: PLC0415 - one format of two

        say_json(
            {
                "version": 1,
                "sets": [
                    {
                        "name": plan.name,
                        "whole": plan.whole,
                        "consequences": list(map(consequence_data, plan.consequences)),
                    }
                    for plan in plans
                ],
            }
        )
    else:
        from kubelens.report.plan_text import part_lines  # noqa: PLC0415 - one format of two

        say(*part_lines(plans))
    raise SystemExit(int(any(plan.consequences for plan in plans)))


def tell_drawn_difference(
    old: str, paths: Sequence[str], inputs: InputChoices, told: Callable[[Sequence[SetPlan]], Sequence[str]]
) -> NoReturn:
    """What differs in what can be drawn of every set; 1 where something does."""
    lines = told(_plans(old, paths, inputs, (), drawn=True))
    say(*(lines or ["no object and no link differs"]))
    raise SystemExit(int(bool(lines)))


def _plans(
    old: str, paths: Sequence[str], inputs: InputChoices, questions: Sequence[Question], *, drawn: bool = False
) -> list[SetPlan]:
    try:
        return [
            one.plan for one in compared(old, None, tuple(paths) or (".",), inputs, questions=questions, drawn=drawn)
        ]
    except ConfigError as error:
        fail(str(error))
