"""What ``kubelens check`` does, once its command line is read."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.cli.foreign_inputs import without_the_unapplied
from kubelens.cli.input_choices import InputChoices, configured
from kubelens.cli.printing import complain
from kubelens.cli.progress import Progress
from kubelens.cli.without_objects import files_without_objects
from kubelens.engine.config import SEVERITIES, TOOLS, Config, ConfigError, did_you_mean
from kubelens.engine.inputs import Inputs, Wanted, read_texts, with_sets
from kubelens.engine.loader import DEAD
from kubelens.engine.parallel import available_jobs
from kubelens.engine.plugins import Plugins
from kubelens.engine.run import BLINDNESS, Outcome, run
from kubelens.rules.api import Profile, Severity

if TYPE_CHECKING:
    from kubelens.cli.earlier import Earlier, Told

CLEAN: Final = 0
FOUND: Final = 1
USAGE: Final = 2
BLIND: Final = 3
_WORTH_KEEPING: Final = 50_000
"""Characters of text from which on a look into the cache costs less than a look at the texts."""


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
    no_cache: bool


def check(
    paths: tuple[str, ...],
    inputs: InputChoices,
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
    no_cache: bool,
    watch: bool,
    **flags: Any,
) -> None:
    """Check the manifests at some paths, print what was found, and end with the exit code.

    The parameters are the options of ``kubelens check --help``, by name.
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
        no_cache,
    )
    try:
        fail_never = flags.get("fail_on") == "never"
        config = _configured(paths, inputs, flags)
        if watch:
            from kubelens.cli.watching import at_each_change, watched  # noqa: PLC0415 - a run that ends needs none

            reports = [file for text in config.output if (file := text.partition("=")[2])]
            places = watched(choices.wanted, inputs)
            at_each_change(lambda: _check(choices, _configured(paths, inputs, flags)), places, reports)
        code, _outcome = _check(choices, config)
    except ConfigError as error:
        complain(str(error))
        raise SystemExit(USAGE) from None
    # What was found is still held here: the process ends at once, and taking it apart first would only take time.
    raise SystemExit(CLEAN if (exit_zero or fail_never) and code == FOUND else code)


def _configured(paths: Sequence[str], inputs: InputChoices, flags: dict[str, Any]) -> Config:
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
            hint = did_you_mean(tool, TOOLS) or f": {', '.join(TOOLS)}"
            raise ConfigError(f"--compat {tool!r} is unknown{hint}")
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


def _check(choices: Choices, config: Config) -> tuple[int, Outcome | None]:
    plugins = Plugins(third_party=not choices.no_plugins)
    if choices.write_baseline and not config.baseline:
        raise ConfigError("--write-baseline needs --baseline FILE")
    if config.output:  # a name that is wrong ends the run before the work, not after it
        from kubelens.cli.output import chosen_formats  # noqa: PLC0415 - formats are needed only where one is named

        chosen_formats(config, plugins)
    with Progress(wanted=not choices.quiet) as progress:
        texts = read_texts(choices.wanted, config, plugins)
        place = _kept_at(choices, config, plugins, texts)
        told = place.told() if place is not None else None
        if told is None:
            inputs = _inputs(choices, config, texts)
            progress.doing = f"checking {len(inputs.loaded)} files"
            kept = place.tree() if place is not None else None
            outcome = run(inputs, config, plugins, jobs=choices.jobs, kept=kept)
    for alone in _judged_alone(choices, texts):
        complain(alone)
    if told is not None:
        return _said_again(choices, told), None
    piped = choices.wanted.stdin_filename if "-" in choices.wanted.paths else None
    asked = [*choices.wanted.paths, piped or ""]
    outcome, foreign = without_the_unapplied(_baselined(choices, config, outcome), asked)
    fixed = 0
    unwritten: tuple[str, ...] = ()
    if choices.fix or choices.unsafe_fixes or choices.diff:
        from kubelens.cli.fixing import fix_files, show_diff  # noqa: PLC0415 - only where something is to be changed

        def again(changed: Inputs) -> Outcome:
            return without_the_unapplied(
                _baselined(choices, config, run(changed, config, plugins, jobs=choices.jobs)), asked
            )[0]

        if choices.diff:
            changes = show_diff(inputs, outcome, again, unsafe=choices.unsafe_fixes, piped=piped)
            _say_failures(outcome)
            code = _code(choices, config, outcome, [])
            return (code if code > FOUND else FOUND if changes else CLEAN), outcome
        done = fix_files(inputs, outcome, again, unsafe=choices.unsafe_fixes, piped=piped)
        outcome, fixed, unwritten = done.outcome, done.count, done.failures
    from kubelens.cli.output import write_results  # noqa: PLC0415 - formats are needed only now

    beside = piped is not None and (choices.fix or choices.unsafe_fixes)
    reports = write_results(choices, config, plugins, outcome, fixed, left_out=inputs.left_out, beside=beside)
    failures = (*outcome.failures, *outcome.rule_failures, *unwritten)
    for failure in failures:
        complain(str(failure))
    complaints: list[str] = []
    code = USAGE if unwritten else _code(choices, config, outcome, complaints)
    for told_of in (*_dead_links(inputs), *_lying_above(inputs, config), *foreign):
        complain(told_of)
        complaints.append(told_of)
    if config.running:
        from kubelens.cli.unnamed_namespaces import unnamed_namespaces  # noqa: PLC0415 - only beside a cluster

        if told_of := unnamed_namespaces(outcome.snapshot, config):
            complain(told_of)
            complaints.append(told_of)
    if place is not None and not failures:
        place.keep(reports, complaints, code, inputs)
    return code, outcome


def _dead_links(inputs: Inputs) -> list[str]:
    """What is said of links below a folder that lead to nothing: nobody applies them, and the exit code does not change."""
    return [f"{uri} is {reason}, and is left out" for uri, reason in inputs.left_out.items() if reason == DEAD]


def _judged_alone(choices: Choices, texts: Inputs) -> list[str]:
    """What is said of files that are named without the kustomization that takes them in."""
    wanted = choices.wanted
    if not wanted.builds or wanted.inside or wanted.changed is not None or not any(map(os.path.isfile, wanted.named)):
        return []
    from kubelens.cli.taken_in import judged_without_their_set  # noqa: PLC0415 - only where files are named

    return judged_without_their_set(wanted.named, {one.uri for one in texts.loaded})


def _lying_above(inputs: Inputs, config: Config) -> list[str]:
    """What to name instead, where sets take in what lies above the folders that were named."""
    if not inputs.sets.found:
        return []
    from kubelens.cli.unrendered import told_above  # noqa: PLC0415 - only beside sets
    from kubelens.kube.bundle import NEWEST  # noqa: PLC0415

    return told_above(inputs.sets.built((config.kubernetes_version or (NEWEST,))[0]))


def _kept_at(choices: Choices, config: Config, plugins: Plugins, texts: Inputs) -> Earlier | None:
    """Where the answer about some texts is kept, None where it is not."""
    if choices.no_cache or sum(len(one.source.text) for one in texts.loaded if one.source is not None) < _WORTH_KEEPING:
        return None
    from kubelens.cli.earlier import earlier  # noqa: PLC0415 - only where there is much to look at
    from kubelens.cli.output import width  # noqa: PLC0415 - as above
    from kubelens.cli.printing import wants_colour  # noqa: PLC0415 - as above

    return earlier(choices, config, plugins, texts, (wants_colour(choices.colour), width(), sys.stdout.isatty()))


def _said_again(choices: Choices, told: Told) -> int:
    from kubelens.cli.output import write_text  # noqa: PLC0415 - only where there is something to say again

    problems: list[ConfigError] = []
    for file, text in told.reports:
        try:
            write_text(file, text, choices)
        except ConfigError as error:
            problems.append(error)
    if problems:
        raise problems[0]
    for complaint in told.complaints:
        complain(complaint)
    return told.code


def _code(choices: Choices, config: Config, outcome: Outcome, complaints: list[str]) -> int:
    """What the command ends with; a run that looked at no object, or a named file with nothing in it, is no success.

    A change that touches no object is one (``--changed``). ``complaints`` takes what is said of it.
    """
    code = exit_code(outcome, config)
    if choices.allow_empty or choices.wanted.changed is not None:
        return code
    if not len(outcome.snapshot.bundle) and not outcome.snapshot.scenarios:
        if code == CLEAN:
            said = []
            if outcome.sets:
                from kubelens.cli.unrendered import why_empty  # noqa: PLC0415 - only beside sets

                said = why_empty(outcome.sets)
            where = ", ".join(map(repr, choices.wanted.inside)) or ", ".join(choices.wanted.paths)
            said.append(f"no object of Kubernetes in {where}; --allow-empty takes that")
            complaints += said
            for text in said:
                complain(text)
        return BLIND if code == CLEAN else code
    names = (*choices.wanted.paths, choices.wanted.stdin_filename)
    empty, said = files_without_objects(names, outcome)
    for text in said:
        complaints.append(text)
        complain(text)
    return BLIND if empty and code == CLEAN else code


def _say_failures(outcome: Outcome) -> None:
    """What keeps a run from telling everything, for output that holds no findings."""
    for failure in (*outcome.failures, *outcome.rule_failures):
        complain(str(failure))
    if outcome.blind:
        from kubelens.report.api import Results  # noqa: PLC0415 - only where something could not be read

        for head, finding in zip(Results(outcome).heads(), outcome.findings, strict=True):
            if finding.rule in BLINDNESS:
                complain(f"{head}: {finding.told}")


def exit_code(outcome: Outcome, config: Config) -> int:
    """What a run ends with: a failed plugin or rule, then unread input, then findings."""
    if outcome.failures or outcome.rule_failures:
        return USAGE
    if outcome.blind:
        return BLIND
    return FOUND if any(f.severity >= config.fail_on for f in outcome.findings) else CLEAN


def _inputs(choices: Choices, config: Config, texts: Inputs) -> Inputs:
    inputs = with_sets(texts, choices.wanted, config)
    if choices.against is None:
        return inputs
    from kubelens.cli.against import what_was  # noqa: PLC0415 - only where two revisions are compared

    if choices.wanted.builds and choices.wanted.renderer != "native":
        complain(
            "--renderer helm renders what is there now alone: no chart is compared with what it was (leave it out)"
        )

    paths = ["."] if choices.wanted.whole else choices.wanted.named
    kinds = choices.wanted.kinds if choices.wanted.builds else None
    past = what_was(choices.against, paths, config, inputs.loaded, inputs.crds, kinds)
    return replace(inputs, old=past.objects, before=past.sets)


def _baselined(choices: Choices, config: Config, outcome: Outcome) -> Outcome:
    if not config.baseline:
        return outcome
    from kubelens.engine.baseline import hold_back, write_baseline  # noqa: PLC0415 - only with a baseline

    path = Path(config.baseline)
    if choices.write_baseline:
        from kubelens.report.summary import plural  # noqa: PLC0415 - as above

        count = write_baseline(path, outcome.snapshot, outcome.findings)
        complain(f"{plural(count, 'finding')} written to {path}")
        return replace(outcome, findings=(), known=count)
    fresh, held = hold_back(path, outcome.snapshot, outcome.findings)
    return replace(outcome, findings=tuple(fresh), known=held)
