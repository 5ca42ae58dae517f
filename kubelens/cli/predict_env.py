"""``kubelens predict env``: the environment variables Services give a workload's containers."""

from __future__ import annotations

from collections.abc import Sequence

import click
from msgspec import to_builtins

from kubelens.cli.input_options import InputOptions, input_options
from kubelens.cli.loading import load_bundle
from kubelens.cli.predict_dns import find_workload
from kubelens.cli.printing import say, say_json
from kubelens.predict.api import Oracle
from kubelens.predict.network.service_env import VariablesOf


@click.command()
@click.argument("workload")
@click.argument("paths", nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@input_options()
def command(workload: str, paths: Sequence[str], form: str, inputs: InputOptions) -> None:
    """Show the variables that Services add to WORKLOAD's containers, and which ones the containers set themselves."""
    bundle = load_bundle(paths, inputs)
    prediction = Oracle(bundle)(VariablesOf(find_workload(bundle, workload)))
    if form == "json":
        data = {
            "version": 1,
            "workload": workload,
            "variables": [to_builtins(v) for v in prediction.answer],
            "reasons": [r.text for r in prediction.reasons],
            "assumptions": [a.text for a in prediction.assumptions],
        }
        say_json(data)
        return
    for variable in prediction.answer:
        own = f"  set by container {', '.join(variable.own)} itself: that one counts" if variable.own else ""
        say(f"{variable.name}={variable.value}{own}")
    for reason in prediction.reasons:
        say(f"  {reason.text}")
    for assumption in prediction.assumptions:
        say(f"  assuming: {assumption.text}")
