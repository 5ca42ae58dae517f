"""One repository of an audit: checked by itself, in a process that may be ended, and told as a report and counts."""

from __future__ import annotations

import os
from collections import Counter

from msgspec import Struct

from kubelens.engine.config import Config
from kubelens.engine.inputs import Wanted, read_inputs
from kubelens.engine.plugins import Plugins
from kubelens.engine.run import run
from kubelens.report.api import Results
from kubelens.report.json import REPORTER


class Repository(Struct, frozen=True):
    """A folder to check, and the settings it is checked with, which are not its own."""

    folder: str
    config: Config
    plugins: bool


class Audited(Struct, frozen=True):
    """What was found in a repository: ``counts`` by rule and severity, the JSON report, and whether all could be read."""

    objects: int
    counts: dict[tuple[str, str], int]
    report: str
    blind: bool
    failures: tuple[str, ...]
    """Rules and plugins that failed."""


def audited(task: Repository) -> Audited:
    """Check a repository. The working folder of the process is the repository's from here on.

    Raises:
        OSError: there is no such folder.
        ConfigError: the settings name an unknown rule or option.
    """
    os.chdir(task.folder)
    plugins = Plugins(third_party=task.plugins)
    outcome = run(read_inputs(Wanted(), task.config, plugins), task.config, plugins)
    counts = Counter((finding.rule, str(finding.severity)) for finding in outcome.findings)
    failures = (*outcome.failures, *map(str, outcome.rule_failures))
    return Audited(
        len(outcome.objects),
        dict(counts),
        REPORTER.render(Results(outcome)),
        outcome.blind,
        failures,
    )
