"""``kubelens plugins``."""

from __future__ import annotations

import click

from kubelens.cli.printing import complain, say
from kubelens.engine.plugins import Plugins
from kubelens.report.summary import plural


@click.command(name="plugins")
def command() -> None:
    """List the plugins in use and the distributions they come from."""
    plugins = Plugins()
    rules = plugins.rules()
    for name, distribution in plugins.named():
        own = sum(1 for r in rules if r.distribution == distribution)
        say(f"{name}  ({distribution}" + (f", {plural(own, 'rule')})" if own and distribution != "kubelens" else ")"))
    for failure in plugins.failures:
        complain(str(failure))
    if plugins.failures:
        raise SystemExit(2)
