"""``kubelens explain``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from kubelens.cli.printing import fail, say, wants_colour, write_report
from kubelens.engine.config import Config, ConfigError
from kubelens.engine.config_files import find_config
from kubelens.engine.plugins import Plugins
from kubelens.engine.rule_names import expand
from kubelens.engine.selection import with_custom_rules
from kubelens.report.rule_page import page
from kubelens.report.terminal_page import for_terminal


@click.command(name="explain")
@click.argument("rule")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default=None,
    help="text on a terminal, markdown elsewhere",
)
def command(rule: str, form: str | None) -> None:
    """Explain RULE (a name, also of a rule in kubelens.toml, or a peer's id such as kube-linter:latest-tag)."""
    try:
        rules = with_custom_rules(find_config(Path()) or Config(), Plugins().rules())
        names = expand([rule], rules)
    except ConfigError as error:
        fail(str(error))
    for number, found in enumerate(r for r in rules if r.name in names):
        if number:
            say("", "---", "")
        text = page(found)
        if (form or ("text" if sys.stdout.isatty() else "markdown")) == "text":
            lines = for_terminal(text, shutil.get_terminal_size().columns, colour=wants_colour("auto"))
            write_report("".join(f"{line}\n" for line in lines))
        else:
            write_report(f"{text}\n")
