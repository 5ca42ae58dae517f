"""``kubelens check``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
from msgspec import Struct
from msgspec.structs import replace

from kubelens.cli.input_options import InputOptions, configured, input_options
from kubelens.cli.printing import complain
from kubelens.cli.progress import Progress
from kubelens.cli.without_objects import complain_of_files_without_objects
from kubelens.engine.config import SEVERITIES, TOOLS, Config, ConfigError
from kubelens.engine.inputs import Inputs, Wanted, read_inputs
from kubelens.engine.parallel import available_jobs
from kubelens.engine.plugins import Plugins
from kubelens.engine.run import BLINDNESS, Outcome, run
from kubelens.rules.api import Profile, Severity

CLEAN: Final = 0
FOUND: Final = 1
USAGE: Final = 2
BLIND: Final = 3


class Choices(Struct, frozen=True):
    """What the command line said beside the configuration."""

    wanted: Wanted
    fix: bool
    unsafe_fixes: bool
    diff: bool
    against: str | None
    write_baseline: bool
    jobs: int
    no_plugins: bool
    statistics: bool
    show_files: bool
    colour: str
    quiet: bool
    allow_empty: bool


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
    "-o",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="full, concise, grouped, json, jsonl, sarif, github, gitlab, junit, rdjson (repeatable).",
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
@click.option("--no-plugins", is_flag=True, help="Load no installed plugins.")
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
def command(
    paths: tuple[str, ...],
    inputs: InputOptions,
    stdin_filename: str,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    against: str | None,
    write_baseline: bool,
    jobs: int | None,
    no_plugins: bool,
    statistics: bool,
    show_files: bool,
    exit_zero: bool,
    force_exclude: bool,
    whole: bool,
    changed: str | None,
    colour: str,
    quiet: bool,
    allow_empty: bool,
    **flags: Any,
) -> None:
    """Find what will not work in the manifests at PATHS (default: here; - reads standard input).

    Exit codes: 0 nothing found, 1 findings at or above --fail-on, 2 wrong usage or configuration or a rule
    or plugin that failed, 3 some input could not be read or parsed, or there was nothing to look at.
    """
    if changed and os.path.exists(changed):  # 'check --changed charts': a path, not a revision
        paths, changed = (changed, *paths), ""
    paths = paths or (".",)
    choices = Choices(
        Wanted(
            paths, stdin_filename, inputs.render, inputs.renderer, force_exclude, whole, inputs.inside, changed, against
        ),
        fix,
        unsafe_fixes,
        diff,
        against,
        write_baseline,
        available_jobs(jobs),
        no_plugins,
        statistics,
        show_files,
        colour,
        quiet,
        allow_empty,
    )
    try:
        fail_never = flags.get("fail_on") == "never"
        config = _configured(paths, inputs, flags)
        code, _outcome = _check(choices, config)
    except ConfigError as error:
        complain(str(error))
        raise SystemExit(USAGE) from None
    # What was found is still held here: the process ends at once, and taking it apart first would only take time.
    raise SystemExit(CLEAN if (exit_zero or fail_never) and code == FOUND else code)


def _configured(paths: Sequence[str], inputs: InputOptions, flags: dict[str, Any]) -> Config:
    config = configured(paths, inputs)
    told: dict[str, Any] = {}
    if flags["profile"]:
        told["profile"] = Profile(flags["profile"])
    if flags["select"]:
        told["select"] = flags["select"]
    for name in ("extend_select", "ignore", "assume_exists", "schema_location", "compat"):
        if flags[name]:
            told[name] = (*getattr(config, name), *flags[name])
    if flags["fail_on"] and flags["fail_on"] != "never":
        told["fail_on"] = SEVERITIES[flags["fail_on"]]
    for name in ("output", "baseline"):
        if flags[name]:
            told[name] = flags[name]
    for tool in flags["compat"]:
        if tool not in TOOLS:
            raise ConfigError(f"--compat {tool!r} is unknown: {', '.join(TOOLS)}")
    config = config.with_flags(**told)
    if flags["severity"]:
        config = replace(config, severity={**config.severity, **_severities(flags["severity"])})
    return config


def _severities(given: Sequence[str]) -> dict[str, Severity]:
    chosen: dict[str, Severity] = {}
    for text in given:
        name, _, level = text.partition("=")
        if level not in SEVERITIES:
            raise ConfigError(f"--severity {text!r}: write RULE=error, RULE=warning or RULE=info")
        chosen[name] = SEVERITIES[level]
    return chosen


def _check(choices: Choices, config: Config) -> tuple[int, Outcome]:
    plugins = Plugins(third_party=not choices.no_plugins)
    if choices.write_baseline and not config.baseline:
        raise ConfigError("--write-baseline needs --baseline FILE")
    if config.output:  # a name that is wrong ends the run before the work, not after it
        from kubelens.cli.output import chosen_formats  # noqa: PLC0415 - formats are needed only where one is named

        chosen_formats(config, plugins)
    with Progress(wanted=not choices.quiet) as progress:
        inputs = _inputs(choices, config, plugins)
        progress.doing = f"checking {len(inputs.loaded)} files"
        outcome = run(inputs, config, plugins, jobs=choices.jobs)
    outcome = _baselined(choices, config, outcome)
    fixed = 0
    unwritten: tuple[str, ...] = ()
    piped = choices.wanted.stdin_filename if "-" in choices.wanted.paths else None
    if choices.fix or choices.unsafe_fixes or choices.diff:
        from kubelens.cli.fixing import fix_files, show_diff  # noqa: PLC0415 - only where something is to be changed

        def again(changed: Inputs) -> Outcome:
            return _baselined(choices, config, run(changed, config, plugins, jobs=choices.jobs))

        if choices.diff:
            changes = show_diff(inputs, outcome, again, unsafe=choices.unsafe_fixes, piped=piped)
            _say_failures(outcome)
            code = _code(choices, config, outcome)
            return (code if code > FOUND else FOUND if changes else CLEAN), outcome
        done = fix_files(inputs, outcome, again, unsafe=choices.unsafe_fixes, piped=piped)
        outcome, fixed, unwritten = done.outcome, done.count, done.failures
    from kubelens.cli.output import write_results  # noqa: PLC0415 - formats are needed only now

    beside = piped is not None and (choices.fix or choices.unsafe_fixes)
    write_results(choices, config, plugins, outcome, fixed, left_out=inputs.left_out, beside=beside)
    for failure in (*outcome.failures, *outcome.rule_failures, *unwritten):
        complain(str(failure))
    return (USAGE if unwritten else _code(choices, config, outcome)), outcome


def _code(choices: Choices, config: Config, outcome: Outcome) -> int:
    """What the command ends with; a run that looked at no object, or a named file with nothing in it, is no success."""
    code = exit_code(outcome, config)
    if choices.allow_empty:
        return code
    if not len(outcome.snapshot.bundle):
        if code == CLEAN:
            complain(f"no object of Kubernetes in {', '.join(choices.wanted.paths)}; --allow-empty takes that")
        return BLIND if code == CLEAN else code
    names = (*choices.wanted.paths, choices.wanted.stdin_filename)
    return BLIND if complain_of_files_without_objects(names, outcome) and code == CLEAN else code


def _say_failures(outcome: Outcome) -> None:
    """What keeps a run from telling everything, for output that holds no findings."""
    for failure in (*outcome.failures, *outcome.rule_failures):
        complain(str(failure))
    if outcome.blind:
        from kubelens.report.api import Results  # noqa: PLC0415 - only where something could not be read

        for head, finding in zip(Results(outcome).heads(), outcome.findings, strict=True):
            if finding.rule in BLINDNESS:
                complain(f"{head}: {finding.message}")


def exit_code(outcome: Outcome, config: Config) -> int:
    """What a run ends with: a failed plugin or rule, then unread input, then findings."""
    if outcome.failures or outcome.rule_failures:
        return USAGE
    if outcome.blind:
        return BLIND
    return FOUND if any(f.severity >= config.fail_on for f in outcome.findings) else CLEAN


def _inputs(choices: Choices, config: Config, plugins: Plugins) -> Inputs:
    inputs = read_inputs(choices.wanted, config, plugins)
    if choices.against is None:
        return inputs
    from kubelens.cli.against import what_was  # noqa: PLC0415 - only where two revisions are compared

    paths = ["."] if choices.wanted.whole else choices.wanted.named
    kinds = choices.wanted.kinds if choices.wanted.natively else None
    past = what_was(choices.against, paths, config, inputs.loaded, inputs.crds, kinds)
    return replace(inputs, old=past.objects, before=past.sets)


def _baselined(choices: Choices, config: Config, outcome: Outcome) -> Outcome:
    if not config.baseline:
        return outcome
    from kubelens.engine.baseline import hold_back, write_baseline  # noqa: PLC0415 - only with a baseline

    path = Path(config.baseline)
    if choices.write_baseline:
        count = write_baseline(path, outcome.snapshot, outcome.findings)
        complain(f"{count} findings written to {path}")
        return replace(outcome, findings=(), known=count)
    fresh, held = hold_back(path, outcome.snapshot, outcome.findings)
    return replace(outcome, findings=tuple(fresh), known=held)
