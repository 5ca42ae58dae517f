"""Bare text in brackets that go-yaml refuses."""

from __future__ import annotations

import pytest

from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [what?ref=1]", "yaml: did not find expected ',' or ']'"),
        ("a: 1\nb:\n- {c: d?e}", "yaml: line 2: did not find expected ',' or '}'"),
    ],
)
def test_a_question_mark_ends_bare_text_in_brackets(text: str, message: str) -> None:
    with pytest.raises(YamlFault, match="error converting YAML to JSON") as caught:
        read_yaml(text)
    assert str(caught.value).endswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [map[oar:2] 3]", "yaml: did not find expected ',' or ']'"),
        ("a: 1\nb: [map[oar:2 mast:1]]", "yaml: line 1: did not find expected ',' or ']'"),
        ("a: {b: map[oar:2]}", "yaml: did not find expected ',' or '}'"),
    ],
)
def test_maps_as_go_prints_them_break_at_their_brackets_not_at_their_colons(text: str, message: str) -> None:
    with pytest.raises(YamlFault) as caught:
        read_yaml(text)
    assert str(caught.value).endswith(message)


@pytest.mark.parametrize("text", ["a: ['what?ref=1']", "a:\n- what?ref=1", 'a: ["?"]'])
def test_quoted_text_and_text_on_its_own_line_pass(text: str) -> None:
    assert isinstance(read_yaml(text), dict)
