"""Reliability and security rules about two places show both: line and column of each."""

from __future__ import annotations

from typing import Final

import pytest

from kubelens.rules.catalogue import kubelens_rules
from kubelens.testing import analysis_of, examples_of

RULES = {rule.name: rule for rule in kubelens_rules() if rule.family in ("reliability", "security")}
End = tuple[int, int, str]
ENDS: Final[list[tuple[str, End, End]]] = [
    ("duplicate-env-name", (20, 21, "PORT"), (18, 21, "PORT")),
    ("hpa-never-scales", (11, 16, "3"), (10, 16, "3")),
    ("ingress-host-without-tls", (10, 13, "www.example.org"), (7, 14, "[shop.example.org]")),
    ("pdb-above-hpa-floor", (35, 17, "2"), (27, 16, "2")),
    ("probe-port-undeclared", (23, 21, "8081"), (18, 15, "name: http")),
    ("probes-identical", (21, 11, "livenessProbe"), (18, 13, "httpGet:")),
    ("rbac-create-pods", (21, 9, "reader"), (8, 9, "pods")),
    ("rbac-node-access", (21, 9, "reader"), (8, 9, "nodes/proxy")),
    ("rbac-pod-exec", (21, 9, "reader"), (8, 9, "pods/exec")),
    ("rbac-secrets", (21, 9, "reader"), (8, 9, "secrets")),
]
"""Rule, then (line, column, first line of the text), both from 1, in its own bad example."""


@pytest.mark.parametrize(("name", "finding", "other"), ENDS)
def test_both_ends(name: str, finding: End, other: End) -> None:
    bad = next(example for example in examples_of(RULES[name]) if example.kind == "Bad")
    analysis = analysis_of([RULES[name]], bad.text)
    found = next(f for f in analysis.findings if f.related)
    seen = []
    for place in (found.at, found.related[0].place):
        source = analysis.snapshot.source(place.uri)
        assert source is not None
        span = analysis.snapshot.locate(place)
        position = source.position(span.start)
        seen.append((position.line + 1, position.column + 1, source.text[span.start : span.end].split("\n")[0]))
    assert seen == [finding, other]
