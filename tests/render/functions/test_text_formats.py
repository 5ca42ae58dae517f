"""YAML, JSON and TOML: what is written reads back, and odd text is told in the libraries' words."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.render.go.function import TemplateFailure
from kubelens.render.go.types import Int64
from kubelens.render.origin import Origin, Sourced, Text
from tests.render.functions.calling import call

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=100)
READABLE = TEXTS.filter(lambda text: not set(text) & set("\ufffe\uffff\u2028\u2029\ufeff"))
KEYS = READABLE.filter(lambda key: key != "<<")
"""A key ``<<`` Helm prints without quotes, and reads as a merge."""
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53).map(float)
    | st.floats(allow_nan=False, allow_infinity=False)
    | READABLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
MAPS = st.dictionaries(KEYS.filter(lambda key: len(key) < 60 and "\n" not in key), VALUES, max_size=4)


@settings(deadline=None, max_examples=60)
@given(MAPS)
def test_yaml_reads_back(value: dict[str, Any]) -> None:
    assert call("fromYaml", call("toYaml", value)) == value


@settings(deadline=None, max_examples=60)
@given(MAPS)
def test_json_reads_back(value: dict[str, Any]) -> None:
    assert call("fromJson", call("toJson", value)) == value
    assert call("mustFromJson", call("toPrettyJson", value)) == value
    assert call("mustFromJson", call("toRawJson", value)) == value


@settings(deadline=None, max_examples=60)
@given(st.lists(VALUES, max_size=3))
def test_lists_read_back(value: list[Any]) -> None:
    assert call("fromYamlArray", call("toYaml", value)) == value
    assert call("fromJsonArray", call("toJson", value)) == value


TOML_VALUES = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(TEXTS, TOML_VALUES, max_size=3))
def test_toml_reads_back(value: dict[str, Any]) -> None:
    assert call("fromToml", call("toToml", value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [1, {"z": "x", "y": []}]}, 'a:\n- 1\n- "y": []\n  z: x\nb: 1'),
        ({"10": 1, "9": 2, "": 3}, '"": 3\n"9": 2\n"10": 1'),
        ([[1, [2]], {}], "- - 1\n  - - 2\n- {}"),
        ("on", '"on"'),
        ("2024-05-06", '"2024-05-06"'),
        ("1:30", '"1:30"'),
        ("a\nb", "|-\n  a\n  b"),
        ("a\nb\n\n", "|+\n  a\n  b\n"),
        ("  two\n", "|2\n    two"),
        ("tab\t", '"tab\\t"'),
        ("\U0001f600", '"\\U0001F600"'),
        ("x: y", "'x: y'"),
        ("\u2028", "'\u2028'"),
        ({"k": "it's \u2028x"}, 'k: "it\'s \\Lx"'),
        ({"k": "a\u2028b\nc"}, "k: |-\n  a\u2028  b\n  c"),
        ({"a\u2028b": 1}, "? 'a\u2028  b'\n: 1"),
        ({"k": "#" + "d' " * 20 + "x y"}, "k: '#" + "d'' " * 19 + "d''\n  x y'"),
        (1e6, "1000000"),
        (1234567.891, "1.234567891e+06"),
        (1e21, "1e+21"),
        ("word " * 20 + "end", "word " * 16 + "word\n  word word word end"),
        (math.nan, ""),
        ("\x7f", ""),
        ({"k" * 130: {"a": 1}}, f"? {'k' * 130}\n: a: 1"),
    ],
)
def test_yaml(value: object, text: str) -> None:
    assert call("toYaml", value) == text


def test_pretty_yaml_goes_further_in_and_folds_nothing() -> None:
    value = {"a": [1e6, {"b": [1]}], "t": "word " * 30 + "x"}
    assert call("toYamlPretty", value) == f"a:\n  - 1e+06\n  - b:\n      - 1\nt: {value['t']}"


def test_yaml_keeps_where_scalars_were_written() -> None:
    name = Text.written("web", "values.yaml", 6)
    values = Sourced(
        {"port": 80.0, "name": name, "text": Text.written("l1\nl2\n", "t.txt", 0)},
        {"port": Origin("values.yaml", 20, 22)},
    )
    made = call("toYaml", values)
    assert isinstance(made, Text)
    assert made == "name: web\nport: 80\ntext: |\n  l1\n  l2"
    assert made.origins_at(made.index("web") + 1) == (Origin("values.yaml", 7, 8),)
    assert made.origins_at(made.index("80")) == (Origin("values.yaml", 20, 22),)
    assert made.origins_at(made.index("l2")) == (Origin("t.txt", 3, 4),)
    back = call("fromYaml", made)
    assert isinstance(back, Sourced)
    assert isinstance(back["name"], Text)
    assert back["name"].origins_at(0) == (Origin("values.yaml", 6, 7),)
    assert back.origins["port"] == Origin("values.yaml", 20, 22)


@pytest.mark.parametrize(
    ("name", "text", "result"),
    [
        ("fromYaml", "", {}),
        ("fromYaml", "a: 1", {"a": 1.0}),
        (
            "fromYaml",
            "- 1",
            {
                "Error": "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}"
            },
        ),
        ("fromJson", "null", {}),
        ("fromJson", "{", {"Error": "unexpected end of JSON input"}),
        ("fromJson", "[1]", {"Error": "json: cannot unmarshal array into Go value of type map[string]interface {}"}),
        ("fromJson", "{'a': 1}", {"Error": "invalid character '\\'' looking for beginning of object key string"}),
        ("fromJson", '{"a": 1,}', {"Error": "invalid character '}' looking for beginning of object key string"}),
        ("fromJson", '{"a" 1}', {"Error": "invalid character '1' after object key"}),
        ("fromJson", '{"a": 01}', {"Error": "invalid character '1' after object key:value pair"}),
        ("fromJson", '{"a": "\n"}', {"Error": "invalid character '\\n' in string"}),
        ("fromJson", "{} x", {"Error": "invalid character 'x' after top-level value"}),
        ("fromJson", '{"a": 1e400}', {"Error": "json: cannot unmarshal number 1e400 into Go value of type float64"}),
        ("fromJsonArray", "two", ["invalid character 'w' in literal true (expecting 'r')"]),
        ("fromJsonArray", '["\\ud83d\\ude00", "\\ud800"]', ["\U0001f600", "\ufffd"]),
        ("fromToml", "a = =", {"Error": "toml: line 1 (last key \"a\"): expected value but found '=' instead"}),
        ("fromToml", "[t]\na =", {"Error": 'toml: line 2 (last key "t.a"): unexpected EOF; expected value'}),
        ("fromToml", "= 1", {"Error": "toml: line 1: unexpected '=': key name appears blank"}),
        ("fromToml", "a", {"Error": "toml: line 1: unexpected EOF; expected key separator '='"}),
    ],
)
def test_reading(name: str, text: str, result: object) -> None:
    assert call(name, text) == result


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("toJson", "<a>&\u2028", '"\\u003ca\\u003e\\u0026\\u2028"'),
        ("toRawJson", "<a>&\u2028", '"<a>&\\u2028"'),
        ("toJson", {"b": 1e21, "a": 1e-7}, '{"a":1e-7,"b":1e+21}'),
        ("toJson", 1e20, "100000000000000000000"),
        ("toPrettyJson", {"a": [1, {}], "b": []}, '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": []\n}'),
        ("toJson", math.inf, ""),
        ("toJson", 1 + 2j, ""),
        (
            "toToml",
            {"z": 1, "a": {"x": 'q"\n'}, "l": [{"a": 1}, {"a": 2}]},
            'z = 1\n\n[a]\n  x = "q\\"\\n"\n\n[[l]]\n  a = 1\n\n[[l]]\n  a = 2\n',
        ),
        ("toToml", {"a b": [1, None]}, "toml: cannot encode array with nil element"),
        ("toToml", {"f": 1e6, "g": 1.0}, "f = 1e+06\ng = 1.0\n"),
    ],
)
def test_writing(name: str, value: object, text: str) -> None:
    assert call(name, value) == text


@pytest.mark.parametrize(
    ("text", "now", "before"),
    [
        (
            "é",
            "invalid character 'é' looking for beginning of value",
            "invalid character 'Ã' looking for beginning of value",
        ),
        ('"\n"', "invalid character '\\n' in string", "invalid character '\\n' in string literal"),
        (
            "1.x",
            "invalid character 'x' in numeric literal",
            "invalid character 'x' after decimal point in numeric literal",
        ),
        ('"\\q"', "invalid escape sequence `\\q` in string", "invalid character 'q' in string escape code"),
    ],
)
def test_words_about_json_changed_with_helm_4(text: str, now: str, before: str) -> None:
    for helm, message in ((4, now), (3, before)):
        with pytest.raises(TemplateFailure) as failure:
            call("mustFromJson", text, helm=helm)
        assert failure.value.message == message


def test_helm_3_writes_floats_of_toml_without_exponent() -> None:
    assert call("toToml", {"f": 1e6}, helm=3) == "f = 1000000.0\n"


def test_a_value_that_holds_itself_is_no_json() -> None:
    knot: dict[str, Any] = {}
    knot["self"] = knot
    assert call("toJson", knot) == ""
    assert call("toYaml", knot) == ""
    with pytest.raises(TemplateFailure, match="encountered a cycle"):
        call("mustToJson", knot)


def test_integers_of_toml_are_int64() -> None:
    made = call("fromToml", "a = 1")
    assert isinstance(made, dict)
    assert type(made["a"]) is Int64


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (12345678901234567890.0, "12345678901234567000"),
        (9223372036854775808.0, "9223372036854776000"),
        (-9223372036854775808.0, "-9.223372036854776e+18"),
        (1.8446744073709552e19, "1.8446744073709552e+19"),
        (123456789012345678.0, "123456789012345680"),
    ],
)
def test_large_numbers_keep_the_digits_that_json_gives_them(number: float, text: str) -> None:
    assert call("toYaml", number) == text
