"""``kubelens predict``: one subcommand for each module ``kubelens.cli.predict_NAME``, then the questions of plugins."""

from __future__ import annotations

from importlib import import_module

import click

from kubelens import cli
from kubelens.cli.command_group import CommandGroup
from kubelens.cli.printing import complain


class Predictions(CommandGroup):
    """The questions that can be asked, each in a module of its own."""

    _asked_plugins = False

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the modules beside this one, and of plugins' questions."""
        self._add_plugins()
        from pkgutil import iter_modules  # noqa: PLC0415 - only for a list, or after a mistake

        beside = (found.name for found in iter_modules(cli.__path__))
        own = [name[8:].replace("_", "-") for name in beside if name.startswith("predict_")]
        return sorted({*own, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one question's module."""
        module = f"{cli.__name__}.predict_{cmd_name.replace('-', '_')}"
        try:
            found: click.Command | None = import_module(module).command if "." not in cmd_name else None
        except ModuleNotFoundError as missing:
            if missing.name != module:
                raise
            found = None
        if found is not None:
            found.name = cmd_name
        else:
            self._add_plugins()
            found = super().get_command(ctx, cmd_name)
        return found

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
