"""Texts that somebody is typing: the rest of the document stays, where it stood."""

from __future__ import annotations

import random

import pytest

from kubelens.kube.reading import read_value
from kubelens.syntax.parse import parse_source
from kubelens.syntax.text import Source
from kubelens.syntax.tree import Mapping, Scalar
from kubelens.syntax.unfinished import parse_unfinished

WHOLE = "kind: Pod\nspec:\n  replicas: 3\n  template:\n    a: 1\n  list:\n  - name: a\n    b: 2\n  - name: c\n"


def value(text: str, document: int = 0) -> object:
    found = parse_unfinished(Source("a", text)).documents[document]
    return read_value(found.root).value if found.root is not None else None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a: 1\nfoo\nb: 2\n", {"a": 1, "b": 2}),
        ("a: 1\nfoo", {"a": 1}),
        ("a:\n  foo\n  b: 2\n", {"a": {"b": 2}}),
        ("a: 1\nfoo\n  b: 2\n", {"a": 1, "foo": {"b": 2}}),
        ("a:\n- x: 1\n  foo\n- z: 1\n", {"a": [{"x": 1}, {"z": 1}]}),
        ('a: "x\nb: 2\n', {"a": None, "b": 2}),
        ("a: [1, \nb: 2\n", {"a": None, "b": 2}),
        ("a: *\nb: 1\n", {"a": None, "b": 1}),
        ("a: b: c\nd: 1\n", {"a": None, "d": 1}),
        ("a: 1\r\nfoo\r\nb: 2\r\n", {"a": 1, "b": 2}),
    ],
)
def test_what_is_finished_is_read(text: str, read: object) -> None:
    found = parse_unfinished(Source("a", text))
    assert found.problems
    assert value(text) == read


def test_whole_texts_are_read_as_ever() -> None:
    for text in (WHOLE, "a: 1\n---\nb: 2\n", ""):
        source = Source("a", text)
        found, (documents, problems) = parse_unfinished(source), parse_source(source)
        assert (found.problems, found.gaps) == (problems, ())
        assert [(d.start, d.end) for d in found.documents] == [(d.start, d.end) for d in documents]


def test_other_documents_are_not_touched() -> None:
    text = f"a: 1\nfoo\n---\n{WHOLE}"
    assert value(text, 1) == value(WHOLE)


def test_each_word_stands_where_it_stood() -> None:
    """A half-typed key on a line of its own, anywhere: what is read stands in the text as it is written there."""
    lines = WHOLE.splitlines(keepends=True)
    chance = random.Random(1)
    for _ in range(200):
        at = chance.randrange(len(lines) + 1)
        indent = " " * chance.choice((0, 2, 4))
        text = "".join([*lines[:at], f"{indent}{chance.choice(('min', 'imagePull', 'a-b', 'x/y'))}\n", *lines[at:]])
        found = parse_unfinished(Source("a", text))
        stack = [d.root for d in found.documents if d.root is not None]
        while stack:
            node = stack.pop()
            if isinstance(node, Scalar):
                if node.text and "\n" not in text[node.start : node.end]:
                    assert text[node.start : node.end] == node.text
            elif isinstance(node, Mapping):
                stack += [one for pair in node.entries for one in pair]
            elif hasattr(node, "items"):
                stack += node.items
