"""The index of the built-in rules says what their modules say, and only rules that look at something are imported."""

from __future__ import annotations

from kubelens.rules.catalogue import imported_rules, index_text, kubelens_rules


def test_the_index_is_current() -> None:
    indexed, imported = kubelens_rules(), imported_rules()
    assert index_text(indexed) == index_text(imported), "run tools/build_docs.py"
    assert [rule.doc for rule in indexed] == [rule.doc for rule in imported]
    assert all(rule.doc for rule in indexed)
