"""``kubelens completion``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from kubelens.cli.printing import write_raw


@click.command(name="completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of SHELL: eval it, or write it where the shell looks for completions."""
    from kubelens.cli.commands import cli  # noqa: PLC0415 - which imports this module by name

    kind = get_completion_class(shell)
    assert kind is not None
    write_raw(kind(cli, {}, "kubelens", "_KUBELENS_COMPLETE").source() + "\n")
