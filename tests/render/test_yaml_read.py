"""Values as Go reads them, and where their scalars stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelens.render.origin import Sourced, Text
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml


def read(text: str) -> object:
    return read_yaml(text, "values.yaml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1\n", {"a": 1.0}),
        ("on: yes\n", {"true": True}),
        ("a: 012\nb: 0o17\nc: 1_000\nd: 1:30\n", {"a": 10.0, "b": 15.0, "c": 1000.0, "d": "1:30"}),
        ("a: 1e400\n", {"a": "1e400"}),
        ("a: &a {x: 1}\nb: {x: 2, <<: *a}\n", {"a": {"x": 1.0}, "b": {"x": 1.0}}),
        ("a: &a {x: 1}\nb: &b {x: 2}\nc: {<<: [*a, *b]}\n", {"a": {"x": 1.0}, "b": {"x": 2.0}, "c": {"x": 1.0}}),
        ("1.123456789: a\n1e3: b\n0x10: c\n", {"1.1234568": "a", "1000": "b", "16": "c"}),
        ("x: {a: 1, a: 2}\n", {"x": {"a": 2.0}}),
        ("# nothing\n", None),
    ],
)
def test_values(text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x: .inf\n", "error converting YAML to JSON: json: unsupported value: +Inf"),
        ("x: *b\n", "error converting YAML to JSON: yaml: unknown anchor 'b' referenced"),
        ("x: &a [*a]\n", "error converting YAML to JSON: yaml: anchor 'a' value contains itself"),
        (
            "x: 1\n y: 2\n",
            "error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context",
        ),
        ("a: [\n", "error converting YAML to JSON: yaml: line 1: did not find expected node content"),
        (
            "{{ a }}: 3\n",
            'error converting YAML to JSON: yaml: invalid map key: map[interface {}]interface {}{"a":interface {}(nil)}',
        ),
    ],
)
def test_faults_in_the_words_of_go(text: str, problem: str) -> None:
    with pytest.raises(YamlFault) as caught:
        read(text)
    assert str(caught.value) == problem


def test_scalars_know_where_they_stand() -> None:
    text = "name: web\nsize: 3\ntext: |\n  one\n  two\nquoted: 'a b'\n"
    value = read(text)
    assert isinstance(value, Sourced)
    for key in ("name", "quoted"):
        found = value[key]
        assert isinstance(found, Text)
        [origin] = found.origins_of(0, len(found))
        assert text[origin.start : origin.end] == found
    size = value.origins["size"]
    assert text[size.start : size.end] == "3"
    block = value["text"]
    assert isinstance(block, Text)
    [line] = block.origins_of(4, 7)
    assert text[line.start : line.end] == "two"


@given(st.lists(st.text("ab \n'\"|-:{}[]#&*", max_size=12), max_size=4))
def test_pieces_add_up_and_exact_ones_tell_the_truth(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        value = read(text)
    except YamlFault:
        return
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            pending.extend(one.values())
        elif isinstance(one, list):
            pending.extend(one)
        elif isinstance(one, Text):
            assert sum(piece.length for piece in one.pieces) == len(one)
            at = 0
            for piece in one.pieces:
                if piece.exact:
                    origin = piece.origins[0]
                    assert text[origin.start : origin.end] == one[at : at + piece.length]
                at += piece.length


def test_brackets_too_deep_inside_one_another_are_refused() -> None:
    with pytest.raises(YamlFault, match="exceeded max depth"):
        read_yaml("[" * 100_000)
    assert isinstance(read_yaml("[" + "[]," * 20_000 + "]"), list)


@pytest.mark.parametrize("written", ["-0.0", "-0e3", "-0.00", "-.0", "-0"])
def test_a_zero_keeps_its_sign_where_it_is_written_with_a_fraction(written: str) -> None:
    found = read_yaml(f"[{written}]", "a.yaml")
    assert str(found) == ("[0.0]" if written == "-0" else "[-0.0]")


def test_an_escaped_slash_is_refused_in_double_quotes_alone() -> None:
    with pytest.raises(YamlFault, match="yaml: line 2: found unknown escape character"):
        read('a: b\nc: ["x\\/y"]\n')
    assert read("a: x\\/y\nb: 'x\\/y'\nc: \"x\\\\/y\"\n") == {"a": "x\\/y", "b": "x\\/y", "c": "x\\/y"}
