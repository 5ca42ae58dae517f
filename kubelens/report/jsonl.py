"""``jsonl``: one JSON object a line, one line a finding."""

from __future__ import annotations

from kubelens.report.api import Reporter, Results
from kubelens.report.json_text import json_text
from kubelens.report.machine import finding_record


def render(results: Results) -> str:
    """JSON Lines."""
    return "".join(json_text(finding_record(one), indent=None) + "\n" for one in results.findings)


REPORTER = Reporter("jsonl", "one JSON object a line", render)
