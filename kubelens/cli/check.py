"""``kubelens check``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
from msgspec import Struct
from msgspec.structs import replace

from kubelens.cli.printing import complain
from kubelens.cli.progress import Progress
from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.charts.sets import Charts, find_charts
from kubelens.engine.config import SEVERITIES, TOOLS, Config, ConfigError
from kubelens.engine.config_files import find_config, load_config, located
from kubelens.engine.loader import Loaded, read_standard_input
from kubelens.engine.parallel import available_jobs
from kubelens.engine.plugins import Plugins
from kubelens.engine.releases import check_release
from kubelens.engine.run import BLINDNESS, Inputs, Outcome, read_paths, run
from kubelens.engine.told_once import short_names
from kubelens.rules.api import Profile, Severity

CLEAN: Final = 0
FOUND: Final = 1
USAGE: Final = 2
BLIND: Final = 3


class Choices(Struct, frozen=True):
    """What the command line said beside the configuration."""

    paths: tuple[str, ...]
    stdin_filename: str
    render: bool | None
    renderer: str
    fix: bool
    unsafe_fixes: bool
    diff: bool
    against: str | None
    write_baseline: bool
    jobs: int
    no_plugins: bool
    statistics: bool
    show_files: bool
    force_exclude: bool
    inside: tuple[str, ...]
    whole: bool
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
    "--kubernetes-version",
    multiple=True,
    metavar="1.N",
    help="Release to check for (repeatable); default: the newest known.",
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
    "--crd", "crds", multiple=True, metavar="PATH", help="CustomResourceDefinitions to judge custom resources by."
)
@click.option("--assume-exists", multiple=True, metavar="KIND/NAME", help="Objects that live elsewhere (globs).")
@click.option(
    "--compat", multiple=True, callback=_names, help="Honour suppressions of kube-linter, kube-score, polaris, checkov."
)
@click.option("--namespace", "-n", help="Namespace of objects that name none; default: default.")
@click.option(
    "--render/--no-render",
    default=None,
    help="Render kustomizations too, with kustomize or kubectl; render nothing. Default: charts, natively.",
)
@click.option(
    "--renderer",
    type=click.Choice(["native", "helm"]),
    default="native",
    show_default=True,
    help="What renders charts: kubelens itself, or helm on PATH.",
)
@click.option("--exclude", multiple=True, help="Files to leave out (patterns as in .gitignore).")
@click.option("--force-exclude", is_flag=True, help="Leave excluded files out even where they are named.")
@click.option(
    "--in", "inside", multiple=True, metavar="NAME", help="Judge only this set of objects (see kubelens sets)."
)
@click.option(
    "--whole-repository",
    "whole",
    is_flag=True,
    help="Read the whole folder for references, report on the named files only.",
)
@click.option("--stdin-filename", default="<stdin>", show_default=True, help="What to call standard input (-).")
@click.option("--config", "config_file", type=click.Path(), help="Configuration file to use.")
@click.option("--isolated", is_flag=True, help="Use no configuration file.")
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
    stdin_filename: str,
    render: bool | None,
    renderer: str,
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
    inside: tuple[str, ...],
    whole: bool,
    colour: str,
    quiet: bool,
    allow_empty: bool,
    config_file: str | None,
    isolated: bool,
    **flags: Any,
) -> None:
    """Find what will not work in the manifests at PATHS (default: here; - reads standard input).

    Exit codes: 0 nothing found, 1 findings at or above --fail-on, 2 wrong usage or configuration or a rule
    or plugin that failed, 3 some input could not be read or parsed, or there was nothing to look at.
    """
    choices = Choices(
        paths or (".",),
        stdin_filename,
        render,
        renderer,
        fix,
        unsafe_fixes,
        diff,
        against,
        write_baseline,
        available_jobs(jobs),
        no_plugins,
        statistics,
        show_files,
        force_exclude,
        inside,
        whole,
        colour,
        quiet,
        allow_empty,
    )
    try:
        fail_never = flags.get("fail_on") == "never"
        config = _configured(choices, config_file, isolated, flags)
        code, _outcome = _check(choices, config)
    except ConfigError as error:
        complain(str(error))
        raise SystemExit(USAGE) from None
    # What was found is still held here: the process ends at once, and taking it apart first would only take time.
    raise SystemExit(CLEAN if (exit_zero or fail_never) and code == FOUND else code)


def _configured(choices: Choices, config_file: str | None, isolated: bool, flags: dict[str, Any]) -> Config:
    config = Config()
    if config_file is not None:
        config = load_config(Path(config_file))
    elif not isolated:
        first = next((p for p in choices.paths if p != "-" and os.path.exists(p)), ".")
        config = find_config(Path(first)) or (find_config(Path.cwd()) if first != "." else None) or config
    told: dict[str, Any] = {}
    if flags["profile"]:
        told["profile"] = Profile(flags["profile"])
    if flags["select"]:
        told["select"] = flags["select"]
    for name in ("extend_select", "ignore", "crds", "assume_exists", "compat", "exclude"):
        if flags[name]:
            told[name] = (*getattr(config, name), *flags[name])
    if flags["fail_on"] and flags["fail_on"] != "never":
        told["fail_on"] = SEVERITIES[flags["fail_on"]]
    for name in ("output", "kubernetes_version"):
        if flags[name]:
            told[name] = flags[name]
    for tool in flags["compat"]:
        if tool not in TOOLS:
            raise ConfigError(f"--compat {tool!r} is unknown: {', '.join(TOOLS)}")
    for name in ("namespace", "baseline"):
        if flags[name]:
            told[name] = flags[name]
    config = config.with_flags(**told)
    if flags["severity"]:
        config = replace(config, severity={**config.severity, **_severities(flags["severity"])})
    releases: list[str] = []
    for text in config.kubernetes_version:
        try:
            releases.append(check_release(text))
        except ValueError as error:
            raise located(ConfigError(str(error), text), config) from None
    return replace(config, kubernetes_version=tuple(releases))


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
    piped = choices.stdin_filename if "-" in choices.paths else None
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
    """What the command ends with; a run that looked at no object is no success."""
    code = exit_code(outcome, config)
    if code != CLEAN or choices.allow_empty or len(outcome.snapshot.bundle):
        return code
    complain(f"no object of Kubernetes in {', '.join(choices.paths)}; --allow-empty takes that")
    return BLIND


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
    loaded: list[Loaded] = []
    left_out: dict[str, str] = {}
    named: frozenset[str] | None = None
    paths = [p for p in choices.paths if p != "-"]
    if "-" in choices.paths:
        loaded.append(read_standard_input(choices.stdin_filename))
    if paths:
        given = read_paths(
            paths,
            config,
            plugins,
            render=bool(choices.render),
            charts_natively=choices.renderer == "native" or choices.render is False,
            force_exclude=choices.force_exclude,
            left_out=left_out,
        )
        if choices.whole:
            named = frozenset(one.uri for one in (*loaded, *given))
            seen = set(named)
            given += [one for one in read_paths(["."], config, plugins) if one.uri not in seen]
        loaded.extend(given)
    crds = read_paths(config.crds, config, plugins) if config.crds else []
    natively = choices.render is not False and choices.renderer == "native"
    sets: list[ApplySet] = []
    if natively and not choices.render and any("ustomization" in one.uri for one in loaded):
        from kubelens.engine.kustomizations.sets import kustomization_sets  # noqa: PLC0415 - only where there are any

        sets = kustomization_sets(loaded)
    taken = {one.uri for each in sets for one in each.texts}
    charts = find_charts(one for one in loaded if one.uri not in taken) if natively else ()
    if choices.inside:
        sets, charts = _inside(choices.inside, sets, charts)
        loaded = []
    old, before = None, {}
    if choices.against is not None:
        from kubelens.cli.against import old_bundle, old_charts  # noqa: PLC0415 - only where two revisions are compared

        old = old_bundle(choices.against, ["."] if choices.whole else paths, config, loaded, crds)
        before = old_charts(choices.against, charts, config)
    return Inputs(loaded, crds, old, None, named, left_out, charts, before, sets)


def _inside(names: Sequence[str], sets: Sequence[ApplySet], charts: Charts) -> tuple[list[ApplySet], Charts]:
    """The sets and charts of some names, in full or as short as they differ."""
    folders = [folder.rstrip("/") or "." for folder, _ in charts]
    known = [*(one.name for one in sets), *folders]
    short = short_names(known)
    for name in names:
        if name not in known and name not in short:
            raise ConfigError(f"--in {name!r}: there is no such set (see kubelens sets)")
    chosen = {whole for whole, own in zip(known, short, strict=True) if whole in names or own in names}
    kept = [pair for pair, folder in zip(charts, folders, strict=True) if folder in chosen]
    return [one for one in sets if one.name in chosen], kept


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
