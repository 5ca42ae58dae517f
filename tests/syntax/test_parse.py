"""Text to documents: any text parses, every span lies in its text, and places lead back to what was written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelens.syntax.parse import parse_source
from kubelens.syntax.place import Place, locate
from kubelens.syntax.text import Source
from kubelens.syntax.tree import walk

FRAGMENTS = st.sampled_from(
    ["---\n", "a: ", "- ", "&x ", "*x", "<<: ", "{", "}", "[", "]", "'", '"', "|\n", ">-\n", "  ", "\n", "\r\n", "\t", "# c\n", "...\n", "y", "\u2028", "\ufeff", "%YAML 1.2\n", "!!int 3", "? ", ": ", "\x00", "\ud800", "b: 1\n"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(FRAGMENTS, max_size=14).map("".join)))
def test_any_text_parses_and_spans_lie_inside(text: str) -> None:
    documents, problems = parse_source(Source("x", text))
    for problem in problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
        assert problem.message
    for document in documents:
        assert 0 <= document.start <= document.end <= len(text)
        for node in walk(document.root):
            assert document.start <= node.start <= node.end <= document.end


@pytest.mark.parametrize(
    "head", ["", "---\n", "--- # first\n", "# comment\n---\n", "a: 1\n---\n", "---\n---\n", "\r\n---\r\n"]
)
def test_places_lead_to_what_is_written(head: str) -> None:
    text = head + "kind: Pod\nspec:\n  items:\n    - name: 'é 😀'\n"
    documents, problems = parse_source(Source("x", text))
    assert not problems
    document = documents[-1]
    for path, written in ((("kind",), "Pod"), (("spec", "items", 0, "name"), "'é 😀'")):
        span = locate(document, Place("x", document.index, path))
        assert text[span.start : span.end] == written


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=5)),
        lambda s: st.one_of(st.lists(s, max_size=3), st.dictionaries(st.text(max_size=4), s, max_size=3)),
        max_leaves=8,
    )
)
def test_json_is_read_as_it_stands(value: object) -> None:
    from kubelens.kube.reading import read_value

    text = json.dumps({"a": value})
    documents, problems = parse_source(Source("x.json", text))
    if not problems:
        assert read_value(documents[0].root).value == {"a": value}


def test_json_with_escaped_surrogate_pairs_is_read() -> None:
    from kubelens.kube.reading import read_value

    text = '{"kind": "ConfigMap", "data": {"a": "\\ud83d\\ude00 ok", "b": [1, true, null, "\\ud800"]}}'
    documents, problems = parse_source(Source("x.json", text))
    assert not problems
    assert read_value(documents[0].root).value["data"] == {"a": "\U0001f600 ok", "b": [1, True, None, "\ufffd"]}
    span = locate(documents[0], Place("x.json", 0, ("data", "a")))
    assert text[span.start : span.end] == '"\\ud83d\\ude00 ok"'
    documents, problems = parse_source(Source("x.yaml", "a: '1'\n---\n" + text))
    assert len(problems) == 1, "in a YAML file Kubernetes refuses it too"
