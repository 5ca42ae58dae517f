"""A finding as data: the one form that ``json``, ``jsonl`` and others share."""

from __future__ import annotations

from typing import Any

from kubelens.report.api import Located, Region


def finding_record(located: Located) -> dict[str, Any]:
    """A finding with its places (lines and columns from 1, in code points, ends exclusive)."""
    finding = located.finding
    record: dict[str, Any] = {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": finding.message,
        **region_record(located.region),
    }
    if finding.label:
        record["label"] = finding.label
    if finding.notes:
        record["notes"] = list(finding.notes)
    if located.related:
        record["related"] = [{"message": r.message, **region_record(r.region)} for r in located.related]
    if finding.fix is not None:
        record["fix"] = {"title": finding.fix.title, "applicability": finding.fix.applicability.value}
    return record


def region_record(region: Region) -> dict[str, Any]:
    """File, start and end; ``rendered`` where these count in what Helm made of the file."""
    return {
        "file": region.uri,
        "line": region.start.line + 1,
        "column": region.start.column + 1,
        "end_line": region.end.line + 1,
        "end_column": region.end.column + 1,
        **({"rendered": True} if region.rendered else {}),
    }
