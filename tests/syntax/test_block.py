"""The quick reader of plain block YAML against libyaml: the same nodes and spans, or no answer."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import to_builtins

from kubelens.syntax.block import holds_nothing, read_block
from kubelens.syntax.events import compose
from kubelens.syntax.parse import compose_again, parse_source
from kubelens.syntax.text import Source
from kubelens.syntax.tree import Mapping, Node, Scalar, Sequence

WORDS = [
    "a",
    "web",
    "x-y",
    "1",
    "0.5",
    "true",
    "~",
    "-v",
    "--flag=1",
    "a b",
    "http://x:80/y",
    "a#b",
    "x:y",
    "é",
    "?",
    ":",
]
VALUES = [
    "",
    *WORDS,
    '"q"',
    '""',
    '"a \\"b\\" \\n"',
    '"a: b # c"',
    '"open',
    "'s'",
    "'it''s'",
    "'begun",
    "ended'",
    'ended"',
    "'begun: # ''so'' \n\n        and ended' # c",
    '"begun: \\"so\\" \n          and\n     ended "',
    "' #'",
    "{}",
    "{ }",
    "[]",
    "[a, b]",
    "[\"a\", 'b' ]",
    "[ -x, --y=z ]",
    "{a: b}",
    "{a: b, c: '1'}",
    "{a: [b]}",
    "[a, {}]",
    "|",
    ">",
    "|-",
    ">-",
    "|+",
    "|2",
    "&x a",
    "*x",
    "!!str 1",
    "a:",
    "a: b",
    "- a",
    "-",
    "<<: *x",
    "@x",
    "`x`",
    "%x",
    "a\\b",
    '"a\\b"',
    "\tx",
    "---",
    "...",
]
KEYS = ["a", "b", "app.kubernetes.io/name", "$patch", '"q"', "'s'", '"a b"', "'a: b'", "a b", "<<", "?", "-", "k" * 300]
LINES = st.builds(
    lambda indent, dashes, key, value, tail: " " * indent + "".join(dashes) + key + value + tail,
    st.integers(0, 7),
    st.lists(st.sampled_from(["- ", "-   "]), max_size=2),
    st.one_of(st.just(""), st.sampled_from(KEYS).map(lambda key: f"{key}: ")),
    st.sampled_from(VALUES),
    st.sampled_from(["", "", "", " ", " # note", "# no", "  #", "\t"]),
)
LIKELY = st.builds(
    lambda depth, dash, key, value: "  " * depth + ("- " if dash else "") + (f"{key}: " if key else "") + value,
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from(["", "a", "b", "c", '"d"']),
    st.sampled_from(["", "", "", *VALUES]),
)
TEXTS = st.lists(
    st.one_of(
        LIKELY, LIKELY, LIKELY, LINES, st.sampled_from(["", "  ", "    ", "# c", "  # c", "      text", "\ttext"])
    ),
    max_size=9,
).flatmap(lambda lines: st.sampled_from(["\n", "\n", ""]).map(lambda end: "\n".join(lines) + end))


def shape(node: Node | None) -> object:
    """Everything a node holds, to be compared."""
    if type(node) is Mapping:
        inner: object = [(shape(key), shape(value)) for key, value in node.entries]
    elif type(node) is Sequence:
        inner = [shape(item) for item in node.items]
    else:
        assert type(node) is Scalar
        return (node.text, node.style, node.tag, node.anchor, node.start, node.end)
    return (type(node).__name__, inner, node.tag, node.anchor, node.flow, node.start, node.end)


def by_libyaml(text: str, base: int) -> object:
    """The shape of libyaml's tree."""
    root, problems = compose(text, base)
    assert not problems
    return shape(root)


@settings(max_examples=1000, deadline=None)
@given(TEXTS, st.integers(0, 9))
@example('x:\n  - a: plain\n  - "q"\nw: "q"\n foo\n', 0)
@example("x:\n    a: plain\n   b\n", 0)
@example("a:\n- b\n-  - c\n   - d: e\n     f:\n  \n", 3)
@example("a: b\n  c\n\n\n  d\ne: f", 0)
@example("a: |\n  b\n    \n c: d\n", 0)
@example("a: >-\n  b\n  c\n\n\n  d\n", 0)
def test_trees_are_those_of_libyaml(text: str, base: int) -> None:
    read = read_block(text, base)
    if read is not None:
        assert shape(read) == by_libyaml(text, base)


@given(TEXTS)
@example("# a\n\n  # b")
@example("# a\x85b: c\n")
def test_what_holds_nothing_is_empty_for_libyaml(text: str) -> None:
    if holds_nothing(text):
        assert compose(text, 0) == (None, [])


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: {}\ndata:\n  a: |\n    x\n     y\n\n    z\n",
        "spec:\n  ports:\n  - port: 80\n    name: 'http'  # here\n  args: [\"a\", b]\n  empty:\n",
        "a: one\n  two\n\n  three\nb: >\n  c\n  d\n",
    ],
)
def test_what_manifests_are_written_in_is_read(text: str) -> None:
    assert read_block(text, 0) is not None


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb: [x]\n---\na: {b: [c, {d: e}]}\n",
        '{"a": "\\ud83d\\ude00", "b": [1]}\n',
        '{"a": "\\ud83d\\ude00"}\n{"b": 1}\n',
        "# nothing\n---\na: : b\n",
    ],
)
def test_a_tree_is_made_again_as_it_was(text: str) -> None:
    documents, _ = parse_source(Source("x", text))
    assert [to_builtins(compose_again(one)) for one in documents] == [to_builtins(one.root) for one in documents]


@pytest.mark.parametrize(
    "text",
    [
        "a:\n  {}\nb:\n  []\n",
        "a:\n  plain\n  goes on\nb: 1\n",
        "a:\n- b:\n    'one: two'\n  c: d\n",
        "a: 'x: y,\n\n  z'\nb: \"q\n  r\"\n",
    ],
)
def test_values_below_their_key_and_quotes_over_lines_are_plain(text: str) -> None:
    root = read_block(text, 0)
    assert root is not None
    assert shape(root) == by_libyaml(text, 0)
