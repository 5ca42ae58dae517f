"""``gitlab``: GitLab's Code Quality report."""

from __future__ import annotations

from typing import Final

from kubelens.report.api import Region, Reporter, Results
from kubelens.report.fingerprint import fingerprints
from kubelens.report.json_text import json_text
from kubelens.rules.api import Severity

_SEVERITIES: Final = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(results: Results) -> str:
    """A JSON array, one object a finding."""
    records = [
        {
            "description": one.region.told(one.message),
            "check_name": one.finding.rule,
            "fingerprint": mark,
            "severity": _SEVERITIES[one.finding.severity],
            "location": {"path": one.region.uri.removeprefix("./"), "lines": {"begin": _line(one.region)}},
        }
        for one, mark in zip(results.findings, fingerprints(results.findings), strict=True)
    ]
    return json_text(records) + "\n"


def _line(region: Region) -> int:
    """The format needs a line: the first one where the file's own is not known."""
    return 1 if region.rendered else region.start.line + 1


REPORTER = Reporter("gitlab", "GitLab Code Quality", render)
