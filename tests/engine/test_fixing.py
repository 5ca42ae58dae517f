"""Fixes change what their edits name and nothing else, and never add a finding."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.engine.fixing import apply_edits, edits_of, repair
from kubelens.engine.plugins import Plugins
from kubelens.testing import analysis_of, examples_of

EXAMPLES = [
    (rule, example)
    for rule in Plugins().rules()
    for example in examples_of(rule)
    if example.kind == "Bad" and example.before is None
]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(EXAMPLES), st.integers(0, 3), st.booleans())
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
    after = analysis_of([rule], texts.get("0.yaml", text))
    added = Counter(f.message for f in after.findings) - Counter(f.message for f in before.findings)
    assert not added, f"{rule.name}: {added}"
