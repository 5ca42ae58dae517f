"""Findings to standard output and to files, in one or several formats."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kubelens.cli.printing import say, wants_colour, write_report
from kubelens.engine.config import Config, ConfigError, did_you_mean
from kubelens.engine.loader import Status
from kubelens.engine.plugins import Plugins
from kubelens.engine.run import Outcome
from kubelens.engine.whole_file import write_whole
from kubelens.report.api import Reporter, Results, Style
from kubelens.report.formats import BUILT_IN, built_in_reporter
from kubelens.report.summary import plural, without_definition

if TYPE_CHECKING:
    from kubelens.cli.checking import Choices


def write_results(
    choices: Choices,
    config: Config,
    plugins: Plugins,
    outcome: Outcome,
    fixed: int,
    *,
    left_out: Mapping[str, str],
    beside: bool = False,
) -> list[tuple[str, str]]:
    """Write every format asked for; without one, ``full`` on a terminal and elsewhere. Gives (file, text) of each.

    ``beside``: standard output is taken by a repaired text, so that reports go to standard error.

    Raises:
        ConfigError: an unknown format, two formats for one place, or a file that cannot be written.
    """
    targets = chosen_formats(config, plugins)
    problems: list[ConfigError] = []
    written: list[tuple[str, str]] = []
    for file, reporter in targets.items():
        colour = not file and wants_colour(choices.colour)
        results = Results(outcome, Style(colour, width(), not file and sys.stdout.isatty()), fixed)
        try:
            text = reporter.render(results)
        except (Exception, SystemExit) as error:
            if reporter.name in BUILT_IN:
                raise
            origin = plugins.distribution_of(reporter.name)
            said = f"{type(error).__name__}: {error}"
            problems.append(ConfigError(f"output format {reporter.name!r} (from {origin}) fails: {said}"))
            continue
        written.append((file, text))
        try:
            write_text(file, text, choices, beside=beside)
        except ConfigError as error:
            problems.append(error)
    beside = beside or _is_for_machines(targets.get(""))
    if choices.statistics:
        _statistics(outcome, beside)
    if choices.show_files:
        _files(outcome, left_out, beside)
    if problems:
        raise problems[0]
    return written


def write_text(file: str, text: str, choices: Choices, *, beside: bool = False) -> None:
    """Write a report where it belongs: to a file, or (``""``) to standard output, or error where that is taken.

    Raises:
        ConfigError: the file cannot be written.
    """
    if file:
        _write(file, text)
    elif not choices.quiet:
        write_report(text, err=beside)


def chosen_formats(config: Config, plugins: Plugins) -> dict[str, Reporter]:
    """The formats that were asked for, else ``full``, by the file they go to (``""``: standard output).

    Raises:
        ConfigError: an unknown format, or two formats for one place.
    """
    targets: dict[str, Reporter] = {}
    for text in config.output or ("full",):
        name, _, file = text.partition("=")
        if file in targets:
            where = f"the file {file!r}" if file else "standard output"
            raise ConfigError(f"two output formats go to {where}: write FORMAT=FILE for one of them")
        targets[file] = _reporter(name, plugins)
    return targets


def _is_for_machines(reporter: Reporter | None) -> bool:
    """Whether standard output holds a report that more lines would spoil."""
    return reporter is not None and reporter.name not in ("full", "concise", "grouped", "github")


def _reporter(name: str, plugins: Plugins) -> Reporter:
    found = built_in_reporter(name)
    if found is not None:
        return found
    others = {r.name: r for r in plugins.reporters() if isinstance(r, Reporter)}
    if name in others:
        return others[name]
    known = [*BUILT_IN, *sorted(others)]
    told = did_you_mean(name, known) or f": {', '.join(known)}"
    raise ConfigError(f"no output format is called {name!r}{told}")


def _write(file: str, text: str) -> None:
    try:
        write_whole(file, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {(error.strerror or str(error)).lower()}") from None


def width() -> int:
    """How many columns a report may take."""
    if not sys.stdout.isatty():
        return 160
    return os.get_terminal_size(sys.stdout.fileno()).columns


def _statistics(outcome: Outcome, beside: bool) -> None:
    counts = Counter((f.rule, str(f.severity)) for f in outcome.findings)
    for (rule, severity), count in counts.most_common():
        say(f"{count:>6}  {severity:<7}  {rule}", err=beside)


def _files(outcome: Outcome, left_out: Mapping[str, str], beside: bool) -> None:
    for file in outcome.snapshot.files.values():
        objects = plural(sum(len(m.resources) for m in file.manifests), "object")
        taken = file.status is Status.TAKEN
        said = objects if taken else f"{file.status.value}: {file.reason}"
        if file.manifests and not taken:
            said = f"{objects}; {said}"
        say(f"{file.uri}: {said}", err=beside)
    for uri, reason in left_out.items():
        say(f"{uri}: left out: {reason}", err=beside)
    for gvk, count in without_definition(outcome.objects).items():
        say(f"{gvk.kind} of {gvk.api_version}: {plural(count, 'object')} without a definition", err=beside)
