"""``gitlab``: GitLab's Code Quality report."""

from __future__ import annotations

import json
from typing import Final

from kubelens.report.api import Reporter, Results
from kubelens.report.fingerprint import fingerprints
from kubelens.rules.api import Severity

_SEVERITIES: Final = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(results: Results) -> str:
    """A JSON array, one object a finding."""
    records = [
        {
            "description": one.finding.message,
            "check_name": one.finding.rule,
            "fingerprint": mark,
            "severity": _SEVERITIES[one.finding.severity],
            "location": {"path": one.region.uri.removeprefix("./"), "lines": {"begin": one.region.start.line + 1}},
        }
        for one, mark in zip(results.findings, fingerprints(results.findings), strict=True)
    ]
    return json.dumps(records, indent=2, ensure_ascii=False) + "\n"


REPORTER = Reporter("gitlab", "GitLab Code Quality", render)
