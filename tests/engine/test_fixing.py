"""Fixes change what their edits name and nothing else, and never add a finding."""

from __future__ import annotations

from collections import Counter

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
