"""``kubelens predict``: one subcommand for each module ``kubelens.cli.predict_NAME``, then the questions of plugins."""

from __future__ import annotations

import os
from importlib import import_module

import click

from kubelens.cli.printing import complain


class Predictions(click.Group):
    """The questions that can be asked, each in a module of its own."""

    _asked_plugins = False

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the modules beside this one, and of plugins' questions."""
        self._add_plugins()
        here = os.path.dirname(__file__)
        own = [n[8:-3].replace("_", "-") for n in os.listdir(here) if n.startswith("predict_") and n.endswith(".py")]
        return sorted({*own, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one question's module."""
        module = f"kubelens.cli.predict_{cmd_name.replace('-', '_')}"
        if not os.path.isfile(os.path.join(os.path.dirname(__file__), module.rpartition(".")[2] + ".py")):
            self._add_plugins()
            return super().get_command(ctx, cmd_name)
        command: click.Command = import_module(module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the questions, each with the whole of its first sentence."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.get_short_help_str(limit=200)) for name, one in found if one is not None])

    def _add_plugins(self) -> None:
        """Ask plugins, once, and only for names that are not built in or for a list."""
        if self._asked_plugins:
            return
        self._asked_plugins = True
        from kubelens.cli.named_query import command_of  # noqa: PLC0415 - few have such plugins
        from kubelens.engine.plugins import Plugins  # noqa: PLC0415 - as above

        plugins = Plugins()
        for query in plugins.queries():
            self.add_command(command_of(query))
        for failure in plugins.failures:
            complain(str(failure))


@click.group(cls=Predictions, name="predict")
def command() -> None:
    """Ask what will happen, with no cluster at hand."""
