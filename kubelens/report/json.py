"""``json``: everything a run found, as one object."""

from __future__ import annotations

from typing import Any

from kubelens.engine.loader import Status
from kubelens.report.api import Reporter, Results
from kubelens.report.json_text import json_text
from kubelens.report.machine import finding_record


def render(results: Results) -> str:
    """Findings, counts, and the files that were not taken with the reason."""
    outcome = results.outcome
    document: dict[str, Any] = {
        "version": 1,
        "kubernetes_versions": list(outcome.releases),
        "findings": [finding_record(one) for one in results.findings],
        "counts": {str(severity): count for severity, count in results.counts().items()},
        "objects": len(outcome.snapshot.bundle),
        "skipped": [
            {"file": f.uri, "status": f.status.value, "reason": f.reason}
            for f in outcome.snapshot.files.values()
            if f.status is not Status.TAKEN
        ],
        "failures": [*outcome.failures, *map(str, outcome.rule_failures)],
    }
    return json_text(document) + "\n"


REPORTER = Reporter("json", "everything as one JSON object", render)
