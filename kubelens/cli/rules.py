"""``kubelens rules``."""

from __future__ import annotations

import click
from msgspec import to_builtins

from kubelens.cli.format_option import format_option
from kubelens.cli.printing import complain, say, say_json
from kubelens.engine.plugins import Plugins
from kubelens.report.pages import rule_page
from kubelens.rules.api import Profile


@click.command(name="rules")
@click.option("--profile", type=click.Choice([p.value for p in Profile]), help="Only the rules of a profile.")
@format_option("text", "json", "markdown")
def command(profile: str | None, form: str) -> None:
    """List the rules, by family."""
    plugins = Plugins()
    rules = [r for r in plugins.rules() if profile is None or Profile(profile) in r.profiles]
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
                "page": rule_page(r.name),
            }
            for r in rules
        ]
        say_json(records)
        return
    if form == "markdown":
        say("| rule | severity | profiles | what it catches |", "|---|---|---|---|")
        for r in rules:
            profiles = ", ".join(p.value for p in Profile if p in r.profiles)
            say(f"| [{r.name}]({r.name}.md) | {r.severity} | {profiles} | {r.summary} |")
        return
    width = max((len(r.name) for r in rules), default=0)
    family = ""
    for r in rules:
        if r.family != family:
            family = r.family
            say(*([""] if family != rules[0].family else []), family)
        home = "" if r.distribution == "kubelens" else f"  ({r.distribution})"
        say(f"  {r.name:<{width}}  {r.severity!s:<7}  {r.summary}{home}")
    for failure in plugins.failures:
        complain(str(failure))
