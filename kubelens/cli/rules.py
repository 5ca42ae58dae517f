"""``kubelens rules``."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any, Final

import click
from msgspec import to_builtins

from kubelens.cli.format_option import format_option
from kubelens.cli.printing import columns_shown, complain, fail, say, say_answer, say_json
from kubelens.engine.config import Config, ConfigError
from kubelens.engine.config_files import find_config
from kubelens.engine.plugins import Plugins
from kubelens.engine.selection import with_custom_rules
from kubelens.report.columns import columns
from kubelens.report.pages import rule_page
from kubelens.rules.api import Profile, Rule

_AS_IT_IS: Final = 10_000
"""Columns where no terminal says how many it has: nothing is folded."""


@click.command(name="rules")
@click.option("--profile", type=click.Choice([p.value for p in Profile]), help="Only the rules of a profile.")
@format_option("text", "json", "markdown")
def command(profile: str | None, form: str) -> None:
    """List the rules, by family; those of the configuration of this folder are among them."""
    plugins = Plugins()
    try:
        everything = with_custom_rules(find_config(Path()) or Config(), plugins.rules())
    except ConfigError as error:
        fail(str(error))
    rules = [r for r in everything if profile is None or Profile(profile) in r.profiles]
    rules.sort(key=lambda r: (r.family, r.name))
    if form == "json":
        records = [
            {
                "name": r.name,
                "family": r.family,
                "severity": str(r.severity),
                "profiles": sorted(p.value for p in r.profiles),
                "summary": r.summary,
                "aliases": list(r.aliases),
                "options": [{"name": o.name, "default": to_builtins(o.default), "help": o.help} for o in r.options],
                "distribution": r.distribution,
                "page": rule_page(r.name) if r.distribution == "kubelens" else None,
            }
            for r in rules
        ]
        say_json(records)
        return
    if form == "markdown":
        say("| rule | severity | profiles | what it catches |", "|---|---|---|---|")
        for r in rules:
            profiles = ", ".join(p.value for p in Profile if p in r.profiles)
            named = f"[{r.name}]({r.name}.md)" if r.distribution == "kubelens" else r.name
            say(f"| {named} | {r.severity} | {profiles} | {r.summary} |")
        return
    width = max((len(r.name) for r in rules), default=0)
    lines: list[str] = []
    for family, some in groupby(rules, key=lambda r: r.family):
        listed = [(f"  {r.name:<{width}}", f"{r.severity!s:<7}", _told(r)) for r in some]
        lines += [*([""] if lines else []), family, *columns(listed, columns_shown() or _AS_IT_IS)]
    say_answer(*lines)
    for failure in plugins.failures:
        complain(str(failure))


def _told(rule: Rule[Any]) -> str:
    """What a rule catches, without the marks of Markdown, and where it comes from if that is elsewhere."""
    home = "" if rule.distribution == "kubelens" else f"  ({rule.distribution})"
    return rule.summary.replace("``", "") + home
