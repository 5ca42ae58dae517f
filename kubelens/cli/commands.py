"""The subcommands of ``kubelens`` and how click finds them; each module is imported when its command is called."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

from kubelens import __version__
from kubelens.cli.command_group import CommandGroup

COMMANDS: Final = {
    "check": ("kubelens.cli.check", "Find what will not work, before the cluster does."),
    "predict": ("kubelens.cli.predict", "Ask what will happen: schedule, rollout, endpoints, route, dns, connect ..."),
    "simulate": (
        "kubelens.cli.simulate",
        "Play a scenario on a virtual cluster: rollouts, drains, lost nodes and zones.",
    ),
    "sweep": (
        "kubelens.cli.sweep",
        "Play manifests through every node loss or drain order, and name the worst.",
    ),
    "test": ("kubelens.cli.test", "Run scenario files as tests: promises held against what happens."),
    "sets": ("kubelens.cli.sets", "List what is applied together: kustomizations, charts, folders."),
    "plan": ("kubelens.cli.plan", "Say what a change does: what restarts, breaks, opens, is refused."),
    "upgrade": ("kubelens.cli.upgrade", "Say what another release of Kubernetes does otherwise with these manifests."),
    "snapshot": ("kubelens.cli.snapshot", "Write what a cluster holds, by way of kubectl, secrets left out."),
    "rules": ("kubelens.cli.rules", "List the rules."),
    "explain": ("kubelens.cli.explain", "Explain a rule: what it catches, why, and what to write."),
    "config": ("kubelens.cli.config", "Show the settings that apply here, or their JSON schema."),
    "migrate": ("kubelens.cli.migrate", "Write a kubelens.toml from a kube-linter or kube-score setup."),
    "audit": ("kubelens.cli.audit", "Check many repositories: one summary, and a report of each."),
    "cache": ("kubelens.cli.cache", "Show or clear what earlier runs found."),
    "lsp": ("kubelens.cli.lsp", "Start the language server on standard input and output."),
    "daemon": ("kubelens.cli.daemon.command", "Say which processes wait to run checks (check --daemon), or stop them."),
    "plugins": ("kubelens.cli.plugins", "List the plugins in use and where they come from."),
    "completion": ("kubelens.cli.completion", "Print the completion script of a shell."),
}


class Commands(CommandGroup):
    """Subcommands by name, imported only when one is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of their use."""
        return [*COMMANDS, *sorted(set(super().list_commands(ctx)) - set(COMMANDS))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module; plugins are asked only for names that are not built in."""
        if cmd_name in COMMANDS:
            command: click.Command = import_module(COMMANDS[cmd_name][0]).command
            command.name = cmd_name
            return command
        if not self.commands:
            from kubelens.cli.printing import complain  # noqa: PLC0415 - only for words that are no built-in command
            from kubelens.engine.plugins import Plugins  # noqa: PLC0415

            plugins = Plugins()
            plugins.add_commands(self)
            for failure in plugins.failures:
                complain(str(failure))
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the built-in commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, "-V", "--version", message="kubelens %(version)s")
def cli() -> None:
    """What your Kubernetes manifests will do, before the cluster does it."""


def run(words: Sequence[str], program: str) -> int:
    """Run the command that the words name; gives an exit code where the command did not end by itself.

    Raises:
        KeyboardInterrupt: somebody stopped it.
        SystemExit: the command's own end, or 2 where the words are wrong.
    """
    try:
        code = cli.main(args=list(words), prog_name=program, standalone_mode=False)
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        from kubelens.report.printable import printable  # noqa: PLC0415 - only after a mistake

        vars(error)["message"] = printable(error.message)  # words of the command line may be names of files
        error.show()
        raise SystemExit(error.exit_code) from None
    return code if isinstance(code, int) else 0
