"""Every rule's page holds examples, and they are true."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.rules.api import Rule
from kubelens.rules.catalogue import kubelens_rules
from kubelens.testing import analysis_of, chart_analysis_of, examples_of, expected_lines

NO_TEXT = {
    "chart-file-unread",
    "chart-rendered-otherwise",
    "json-schema",
    "kustomization-entry-idle",
    "source-path-missing",
    "variable-without-value",
    "too-large-to-apply",
    "unreadable-file",
}
"""Rules about files that hold no text, far too much, or lie beside: their examples cannot be written down."""

RULES = sorted(kubelens_rules(), key=lambda rule: rule.name)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.name))
def test_examples_are_true(rule: Rule[Any]) -> None:
    examples = examples_of(rule)
    if rule.name in NO_TEXT:
        assert "Bad:" in rule.doc
        assert not examples
        return
    kinds = [example.kind for example in examples]
    assert "Bad" in kinds, "the page shows no bad example"
    assert "Good" in kinds, "the page shows no good example"
    for example in examples:
        settings: dict[str, Any] = {"old": example.before}
        if rule.family == "scheduling":
            settings["cluster"] = {"nodes": "3x4cpu,16Gi", "zones": "a,b,c"}
        chart = example.chart
        analysis = chart_analysis_of(rule, example.text) if chart else analysis_of([rule], example.text, **settings)
        if example.kind == "Good":
            assert [f.message for f in analysis.findings] == []
            continue
        assert analysis.findings, example.text
        for finding in analysis.findings:
            assert finding.message
            source = analysis.snapshot.source(finding.at.uri)
            span = finding.span or analysis.snapshot.locate(finding.at)
            assert source is not None
            assert 0 <= span.start <= span.end <= len(source.text)
        lines = {
            source.position((f.span or analysis.snapshot.locate(f.at)).start).line: f.message
            for f in analysis.findings
            if (source := analysis.snapshot.source(f.at.uri)) is not None
        }
        for line, fragment in expected_lines(example.text):
            if example.chart:
                assert any(fragment in message for message in lines.values()), lines
                continue
            assert line in lines, (line, lines)
            assert fragment in lines[line]


def test_names_are_unique_and_read_well() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))
    for rule in RULES:
        assert rule.name == rule.name.lower()
        assert rule.summary.endswith("."), rule.name
