"""Fixes change what their edits name and nothing else, and never add a finding."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.engine.fixing import apply_edits, edits_of, repair
from kubelens.engine.plugins import Plugins
from kubelens.rules.api import Profile
from kubelens.testing import analysis_of, examples_of

RULES = list(Plugins().rules())
DEFAULT = [rule for rule in RULES if Profile.DEFAULT in rule.profiles]
FIXABLE = [
    (rule, example)
    for rule in RULES
    for example in examples_of(rule)
    if example.kind == "Bad" and example.before is None
    if any(finding.fix for finding in analysis_of([rule], example.text).findings)
]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(FIXABLE), st.integers(0, 3), st.booleans())
def test_fixing_touches_only_its_edits_and_adds_no_finding(chosen: tuple, blank: int, unsafe: bool) -> None:
    rule, example = chosen
    text = "# kept\n" * blank + example.text
    before = analysis_of([rule], text)
    for finding in before.findings:
        edits = [edit for _, edit in (edits_of(before.snapshot, finding.fix) or [])] if finding.fix else []
        fixed = apply_edits(text, edits)
        at = 0
        for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end)):
            between = text[at : edit.span.start]
            assert fixed.startswith(between)
            fixed = fixed[len(between) :]
            assert fixed.startswith(edit.text)
            fixed, at = fixed[len(edit.text) :], edit.span.end
        assert fixed == text[at:]
    texts = repair(before.snapshot, before.findings, unsafe=unsafe).texts
    fixed = texts.get("0.yaml", text)
    # An unsafe fix may bring an object to life that nothing judged before: there, only its own rule must stay quiet.
    judges = [rule] if unsafe else DEFAULT
    known = Counter((f.rule, f.message) for f in analysis_of(judges, text).findings)
    added = Counter((f.rule, f.message) for f in analysis_of(judges, fixed).findings) - known
    assert not added, f"{rule.name}: {added}"


@pytest.mark.parametrize(
    ("name", "text", "fixed"),
    [
        ("unknown-field", "spec: {containers: [{name: c, image: x}], RestartPolicy: Never}", "restartPolicy"),
        ("unknown-field", "spec: {containers: [{name: c, image: x}], RestartPolicy: Once}", ""),
        ("unknown-field", "spec: {containers: [{name: c, image: x}], RestartPolicy: Never, restartPolicy: Never}", ""),
    ],
)
def test_a_key_is_renamed_where_its_value_fits(name: str, text: str, fixed: str) -> None:
    whole = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\n{text}\n"
    rule = next(rule for rule in RULES if rule.name == name)
    fixes = [finding.fix for finding in analysis_of([rule], whole).findings]
    assert [fix.title if fix else "" for fix in fixes] == [fixed]


def test_a_successor_is_written_where_it_takes_the_object() -> None:
    rule = next(rule for rule in RULES if rule.name == "removed-api")
    head = "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: w}\n"
    template = "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}"
    (whole,) = analysis_of([rule], f"{head}spec: {{selector: {{matchLabels: {{a: b}}}}, {template}}}\n").findings
    assert whole.fix is not None
    (more,) = analysis_of([rule], f"{head}spec: {{{template}}}\n").findings
    assert more.fix is None
    assert "asks for more than that: spec.selector" in more.notes[-1]


def test_an_ingress_path_that_is_not_written_gets_the_type_that_needs_none() -> None:
    rule = next(rule for rule in RULES if rule.name == "path-type")
    backend = "backend: {service: {name: s, port: {number: 80}}}"
    for path, wanted in (("path: /, ", "Prefix"), ("", "ImplementationSpecific")):
        text = f"spec: {{rules: [{{http: {{paths: [{{{path}{backend}}}]}}}}]}}"
        text = f"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i}}\n{text}\n"
        before = analysis_of([rule], text)
        repaired = repair(before.snapshot, before.findings, unsafe=True).texts["0.yaml"]
        assert f"pathType: {wanted}" in repaired
        assert analysis_of([rule], repaired).findings == ()


WORKLOAD = """apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
"""


def repaired_by(name: str, text: str) -> str:
    """The text after the unsafe fixes of one rule."""
    rule = next(rule for rule in RULES if rule.name == name)
    analysis = analysis_of([rule], text)
    return repair(analysis.snapshot, analysis.findings, unsafe=True).texts.get("0.yaml", text)


@pytest.mark.parametrize(
    ("written", "moved"),
    [
        pytest.param(
            "    spec:\n    containers:  # here\n    - name: c\n      image: x\n",
            "    spec:\n      containers:  # here\n      - name: c\n        image: x\n",
            id="beside a key without a value",
        ),
        pytest.param(
            "    containers:\n    - name: c\n      image: x\n",
            "    spec:\n      containers:\n      - name: c\n        image: x\n",
            id="below a key that is made",
        ),
        pytest.param(
            "    spec:\n      livenessProbe:\n        exec: {command: [ls]}\n      containers:\n      - name: c\n        image: x\n",
            "    spec:\n      containers:\n      - name: c\n        image: x\n        livenessProbe:\n          exec: {command: [ls]}\n",
            id="into the only item of a list",
        ),
        pytest.param(
            "    spec: {containers: [{name: c, image: x, hostNetwork: true}]}\n",
            "    spec: {containers: [{name: c, image: x}], hostNetwork: true}\n",
            id="in flow style",
        ),
        pytest.param(
            "    spec:\n      livenessProbe: {}\n      containers:\n      - name: c\n        image: x\n      - name: d\n        image: y\n",
            "    spec:\n      livenessProbe: {}\n      containers:\n      - name: c\n        image: x\n      - name: d\n        image: y\n",
            id="not where two items could be meant",
        ),
    ],
)
def test_a_field_moves_to_where_it_belongs(written: str, moved: str) -> None:
    assert repaired_by("unknown-field", WORKLOAD + written) == WORKLOAD + moved


def test_lines_that_move_keep_their_line_ends() -> None:
    text = WORKLOAD + "    spec:\n    containers:\n    - name: c\n"
    moved = WORKLOAD + "    spec:\n      containers:\n      - name: c\n"
    assert repaired_by("unknown-field", text.replace("\n", "\r\n")) == moved.replace("\n", "\r\n")


HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n"


@pytest.mark.parametrize(
    ("data", "fixed"),
    [
        ("data: {a: &v 1.10, b: *v}\n", 'data: {a: &v "1.10", b: *v}\n'),
        ("data: &d {a: 8080}\nbinaryData: {}\n", 'data: &d {a: "8080"}\nbinaryData: {}\n'),
        ("immutable: &no false\ndata: {a: *no}\n", 'immutable: &no false\ndata: {a: "false"}\n'),
        ("data: {a: !!int 1}\n", "data: {a: !!int 1}\n"),
    ],
)
def test_a_value_with_an_anchor_changes_for_all_its_places_or_at_one_alone(data: str, fixed: str) -> None:
    assert repaired_by("wrong-type", HEAD + data) == HEAD + fixed


def test_a_value_below_a_shared_map_changes_where_all_its_places_want_it() -> None:
    shared = "  labels: &labels {version: 1.10}\n"
    text = (
        f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n{shared}spec:\n  nodeSelector: *labels\n  containers: []\n"
    )
    assert repaired_by("wrong-type", text) == text.replace("1.10", '"1.10"')
    other = text.replace("nodeSelector: *labels", "overhead: *labels")
    assert repaired_by("wrong-type", other) == other
