"""``json``: everything a run found, as one object."""

from __future__ import annotations

from typing import Any

from kubelens.engine.loader import Status
from kubelens.report.api import Reporter, Results
from kubelens.report.json_text import json_text
from kubelens.report.machine import finding_record
from kubelens.report.summary import without_definition


def render(results: Results) -> str:
    """Findings, counts, and the files that were not taken with the reason."""
    outcome = results.outcome
    document: dict[str, Any] = {
        "version": 1,
        "kubernetes_versions": list(outcome.releases),
        "findings": [finding_record(one) for one in results.findings],
        "counts": {str(severity): count for severity, count in results.counts().items()},
        "objects": len(outcome.objects),
        "not_whole": [{"set": one.name, "missing": list(one.missing)} for one in outcome.sets if not one.whole],
        "without_definition": [
            {"apiVersion": gvk.api_version, "kind": gvk.kind, "objects": count}
            for gvk, count in without_definition(outcome.objects).items()
        ],
        "skipped": [
            {"file": f.uri, "status": f.status.value, "reason": f.reason}
            for f in outcome.files
            if f.status is not Status.TAKEN and f.loaded.made is None
        ],
        "failures": [*outcome.failures, *map(str, outcome.rule_failures)],
    }
    return json_text(document) + "\n"


REPORTER = Reporter("json", "everything as one JSON object", render)
