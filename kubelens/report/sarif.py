"""``sarif``: SARIF 2.1.0 for GitHub code scanning and other viewers."""

from __future__ import annotations

import os
from typing import Any, Final
from urllib.parse import quote

from kubelens import __version__
from kubelens.report.api import Located, Region, Reporter, Results
from kubelens.report.fingerprint import fingerprints
from kubelens.report.json_text import json_text
from kubelens.report.pages import rule_page
from kubelens.rules.api import Profile, Rule, Severity

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SECURITY_SEVERITY: Final = {Severity.ERROR: "7.0", Severity.WARNING: "5.0", Severity.INFO: "2.0"}


def render(results: Results) -> str:
    """One run: the rules that findings name, and a result for each finding."""
    used = {one.finding.rule for one in results.findings}
    rules = sorted((rule for rule in results.rules.values() if rule.name in used), key=lambda rule: rule.name)
    index = {rule.name: number for number, rule in enumerate(rules)}
    marks = fingerprints(results.findings)
    failures = [*results.outcome.failures, *map(str, results.outcome.rule_failures)]
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "kubelens",
                "semanticVersion": __version__,
                "informationUri": "https://github.com/kubelens/kubelens",
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, mark, index) for one, mark in zip(results.findings, marks, strict=True)],
        "invocations": [
            {
                "executionSuccessful": not failures,
                "toolExecutionNotifications": [{"level": "error", "message": {"text": text}} for text in failures],
            }
        ],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json_text(document) + "\n"


def _rule(rule: Rule[Any]) -> dict[str, Any]:
    doc = rule.doc.strip() or rule.summary
    properties: dict[str, Any] = {"tags": ["kubernetes", rule.family], "precision": "high"}
    if Profile.SECURITY in rule.profiles:
        properties["tags"].append("security")
        properties["security-severity"] = _SECURITY_SEVERITY[rule.severity]
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": doc[:1024]},
        "help": {"text": doc, "markdown": doc},
        "helpUri": rule_page(rule.name),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": properties,
    }


def _result(located: Located, mark: str, index: dict[str, int]) -> dict[str, Any]:
    finding = located.finding
    text = located.region.told(located.message)
    for number, related in enumerate(located.related):
        text += f"\n[{related.message}]({number})"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": _physical(located.region)}],
        "partialFingerprints": {"kubelens/v1": mark},
    }
    if finding.rule in index:
        result["ruleIndex"] = index[finding.rule]
    if located.related:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": r.message}, "physicalLocation": _physical(r.region)}
            for number, r in enumerate(located.related)
        ]
    return result


def _physical(region: Region) -> dict[str, Any]:
    artifact = {"uri": quote(os.fsencode(region.uri), safe="/:@!$&'()*+,;=~")}
    if region.rendered:
        return {"artifactLocation": artifact}
    end_column = region.end.column + 1
    if region.end == region.start:
        end_column += 1
    return {
        "artifactLocation": artifact,
        "region": {
            "startLine": region.start.line + 1,
            "startColumn": region.start.column + 1,
            "endLine": region.end.line + 1,
            "endColumn": end_column,
        },
    }


REPORTER = Reporter("sarif", "SARIF 2.1.0", render)
