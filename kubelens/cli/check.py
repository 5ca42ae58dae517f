"""``kubelens check``: its options."""

from __future__ import annotations

from typing import Any

import click

from kubelens.cli.checking import check
from kubelens.cli.input_options import input_options
from kubelens.engine.config import SEVERITIES
from kubelens.report.formats import BUILT_IN
from kubelens.rules.api import Profile


def _names(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for text in value for name in text.split(",") if name.strip())


@click.command(name="check")
@click.argument("paths", nargs=-1)
@click.option("--profile", type=click.Choice([p.value for p in Profile]), help="Set of rules; default: default.")
@click.option("--select", multiple=True, callback=_names, help="Rules, families or aliases in place of the profile's.")
@click.option("--extend-select", multiple=True, callback=_names, help="Rules beside the profile's.")
@click.option("--ignore", multiple=True, callback=_names, help="Rules to leave out.")
@click.option("--severity", multiple=True, metavar="RULE=LEVEL", help="Change a rule's severity.")
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    help="Least severity that gives exit code 1; default: warning.",
)
@click.option(
    "--output",
    "--format",
    "-o",
    "output",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help=f"{', '.join(BUILT_IN)} (repeatable).",
)
@click.option("--fix", is_flag=True, help="Apply the fixes that are safe.")
@click.option("--unsafe-fixes", is_flag=True, help="Apply also fixes that may change what a manifest means.")
@click.option("--diff", is_flag=True, help="Show what --fix would change; change nothing.")
@click.option("--against", metavar="DIR|REV", help="Compare with the manifests of a folder or a git revision.")
@click.option("--baseline", metavar="FILE", help="Hold back the findings known in this file.")
@click.option("--write-baseline", is_flag=True, help="Write all findings to the --baseline file.")
@click.option(
    "--schema-location",
    multiple=True,
    metavar="PLACE",
    help="JSON Schemas of custom resources, a folder or path as kubeconform names them; 'default': what comes along.",
)
@click.option("--assume-exists", multiple=True, metavar="KIND/NAME", help="Objects that live elsewhere (globs).")
@click.option(
    "--compat", multiple=True, callback=_names, help="Honour suppressions of kube-linter, kube-score, polaris, checkov."
)
@input_options()
@click.option("--force-exclude", is_flag=True, help="Leave excluded files out even where they are named.")
@click.option(
    "--whole-repository",
    "whole",
    is_flag=True,
    help="Read the whole folder for references, report on the named files only.",
)
@click.option(
    "--changed",
    is_flag=False,
    flag_value="",
    metavar="[REV]",
    help="Report on files changed since REV (default: the upstream, else HEAD) and the sets made from them; --changed=REV.",
)
@click.option("--stdin-filename", default="<stdin>", show_default=True, help="What to call standard input (-).")
@click.option(
    "--jobs", type=click.IntRange(1), help="Processes that share a large run; default: one a processor, up to 8."
)
@click.option("--no-cache", is_flag=True, help="Neither use nor keep what earlier runs found (kubelens cache info).")
@click.option("--no-plugins", is_flag=True, help="Load no installed plugins.")
@click.option("--watch", is_flag=True, help="Check again whenever a file below PATHS changes; Ctrl-C ends.")
@click.option("--statistics", is_flag=True, help="Count findings by rule.")
@click.option("--show-files", is_flag=True, help="List what was taken, what was skipped, and why.")
@click.option("--allow-empty", is_flag=True, help="Exit with 0 also where there was nothing to look at.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option(
    "--color",
    "--colour",
    "colour",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour in the output.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but findings written to files.")
@click.option(
    "--daemon/--no-daemon",
    default=None,
    help="Let a process of yours that has all imported do it, and start one where none is (see KUBELENS_DAEMON).",
)
def command(**said: Any) -> None:
    """Find what will not work in the manifests at PATHS (default: here; - reads standard input).

    Exit codes: 0 nothing found, 1 findings at or above --fail-on, 2 wrong usage or configuration or a rule
    or plugin that failed, 3 some input could not be read or parsed, or there was nothing to look at.
    """
    if said["watch"] and "-" in said["paths"]:
        raise click.UsageError("--watch looks at files, and standard input is none.")
    if said["watch"] and said["write_baseline"]:
        raise click.UsageError("--watch and --write-baseline: the baseline would take in what --watch is to show.")
    check(**said)
