"""``jsonl``: one JSON object a line, one line a finding."""

from __future__ import annotations

import json

from kubelens.report.api import Reporter, Results
from kubelens.report.machine import finding_record


def render(results: Results) -> str:
    """JSON Lines."""
    return "".join(json.dumps(finding_record(one), ensure_ascii=False) + "\n" for one in results.findings)


REPORTER = Reporter("jsonl", "one JSON object a line", render)
