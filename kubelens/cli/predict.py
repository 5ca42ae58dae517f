"""``kubelens predict``: one subcommand for each module ``kubelens.cli.predict_NAME``."""

from __future__ import annotations

import os
from importlib import import_module

import click


class Predictions(click.Group):
    """The questions that can be asked, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the modules beside this one."""
        here = os.path.dirname(__file__)
        own = [n[8:-3].replace("_", "-") for n in os.listdir(here) if n.startswith("predict_") and n.endswith(".py")]
        return sorted({*own, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one question's module."""
        module = f"kubelens.cli.predict_{cmd_name.replace('-', '_')}"
        if not os.path.isfile(os.path.join(os.path.dirname(__file__), module.rpartition(".")[2] + ".py")):
            return super().get_command(ctx, cmd_name)
        command: click.Command = import_module(module).command
        return command


@click.group(cls=Predictions, name="predict")
def command() -> None:
    """Ask what will happen, with no cluster at hand."""
