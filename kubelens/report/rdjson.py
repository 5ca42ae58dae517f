"""``rdjson``: reviewdog's diagnostic format, columns in UTF-8 bytes."""

from __future__ import annotations

from typing import Any, Final

from kubelens.report.api import Region, Reporter, Results
from kubelens.report.json_text import json_text
from kubelens.report.pages import rule_page
from kubelens.rules.api import Severity
from kubelens.syntax.text import Position

_SEVERITIES: Final = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def render(results: Results) -> str:
    """One object with all diagnostics."""
    diagnostics: list[dict[str, Any]] = []
    for one in results.findings:
        record: dict[str, Any] = {
            "message": one.region.told(one.message),
            "location": _location(one.region),
            "severity": _SEVERITIES[one.finding.severity],
            "code": {"value": one.finding.rule, "url": rule_page(one.finding.rule)},
        }
        if one.related:
            record["related_locations"] = [{"message": r.message, "location": _location(r.region)} for r in one.related]
        diagnostics.append(record)
    document = {"source": {"name": "kubelens", "url": rule_page("")}, "diagnostics": diagnostics}
    return json_text(document) + "\n"


def _location(region: Region) -> dict[str, Any]:
    if region.rendered:
        return {"path": region.uri}
    return {
        "path": region.uri,
        "range": {"start": _position(region, region.start), "end": _position(region, region.end)},
    }


def _position(region: Region, position: Position) -> dict[str, int]:
    column = position.column
    if region.source is not None:
        text = region.source.line_text(position.line)[: position.column]
        column = len(text.encode("utf-8", "surrogatepass"))
    return {"line": position.line + 1, "column": column + 1}


REPORTER = Reporter("rdjson", "reviewdog", render)
