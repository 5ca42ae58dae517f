"""A plugin's question as a command: ``kubelens predict NAME WORDS -f PATH``."""

from __future__ import annotations

from collections.abc import Sequence

import click
from msgspec import to_builtins

from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_bundle
from kubelens.cli.printing import fail, say, write_report
from kubelens.predict.api import NamedQuery, Oracle, Prediction
from kubelens.report.json_text import json_text


def command_of(query: NamedQuery) -> click.Command:
    """The command that builds the question from its words, asks it, and prints answer, reasons and assumptions."""

    @click.command(name=query.name, help=query.summary)
    @click.argument("words", nargs=-1)
    @click.option("--filename", "-f", "paths", multiple=True, metavar="PATH", help="Manifests; default: here.")
    @format_option("text", "json")
    @input_options()
    def command(words: Sequence[str], paths: Sequence[str], form: str, inputs: InputChoices) -> None:
        bundle = load_bundle(paths, inputs)
        try:
            prediction: Prediction[object] = Oracle(bundle)(query.build(tuple(words)))
            said = [_as_json(query.name, prediction)] if form == "json" else _as_lines(prediction)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
            fail(f"question {query.name!r} of a plugin fails: {type(error).__name__}: {error}")
        if form == "json":
            write_report(f"{said[0]}\n")
        else:
            say(*said)

    return command


def _as_json(name: str, prediction: Prediction[object]) -> str:
    data = {
        "version": 1,
        "question": name,
        "answer": to_builtins(prediction.answer),
        "reasons": [r.text for r in prediction.reasons],
        "assumptions": [a.text for a in prediction.assumptions],
    }
    return json_text(data)


def _as_lines(prediction: Prediction[object]) -> list[str]:
    lines = [str(prediction.answer)]
    lines += [f"  {reason.text}" for reason in prediction.reasons]
    lines += [f"  assuming: {assumption.text}" for assumption in prediction.assumptions]
    return lines
