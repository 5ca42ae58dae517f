"""What is said of templates that fail."""

from __future__ import annotations

import pytest

from kubelens.render.template.faults import ExecutionFault, ParseFault
from tests.render.template.chart import NAME, render

DATA = {"name": "ketch", "count": 3.0, "sails": ["main", None], "deep": {"er": {}}}

UNREADABLE = [
    ("{{ nope }}", 1, 'function "nope" not defined'),
    ("a\n{{ if .x }}\n", 3, "unexpected EOF"),
    ("{{ $x }}", 1, 'undefined variable "$x"'),
    ("{{ .a", 1, "unclosed action"),
    ("\n{{ if .a }}\n{{ end }}\n{{ end }}", 4, "unexpected {{end}}"),
    ("{{ break }}", 1, "{{break}} outside {{range}}"),
    ("{{ (print 1 }}", 1, "unclosed left paren"),
    ("{{ .a\n | print\n 'x", 3, f"unterminated character constant in action started at {NAME}:1"),
    ('{{ define "a" }}1{{ end }}{{ define "a" }}2{{ end }}', 1, 'template: multiple definition of template "a"'),
    ("{{ print) }}", 1, "unexpected right paren"),
    ("{{ .a} }}", 1, "bad character U+007D '}'"),
    ('{{ "a" | 3 }}', 1, "non executable command in pipeline stage 2"),
]


@pytest.mark.parametrize(("text", "line", "message"), UNREADABLE, ids=[text for text, _, _ in UNREADABLE])
def test_text_that_is_no_template(text: str, line: int, message: str) -> None:
    with pytest.raises(ParseFault) as caught:
        render(text)
    assert (caught.value.file, caught.value.line, caught.value.column) == (NAME, line, None)
    assert str(caught.value) == f"template: {NAME}:{line}: {message}"


FAILING = [
    ("{{ .name.x }}", 8, ".name.x", "can't evaluate field x in type interface {}"),
    ("é{{ .deep.nope.x }}", 10, ".deep.nope.x", "nil pointer evaluating interface {}.x"),
    ("{{ range .sails }}{{ .x }}{{ end }}", 21, ".x", "can't evaluate field x in type interface {}"),
    ("{{ range .sails }}{{ with . }}{{ end }}{{ (.).x }}{{ end }}", 43, ".", "can't evaluate field x in type string"),
    ("{{ .deep.nopé.x.y }}", 8, ".deep.nopé.x.y", "nil pointer evaluating interface {}.x"),
    ("{{ $x := 1 }}{{ $x.y }}", 18, "$x.y", "can't evaluate field y in type int"),
    ("{{ upper 3 }}", 9, "3", "expected string; found 3"),
    ("{{ upper .count }}", 9, ".count", "wrong type for value; expected string; got float64"),
    ("{{ upper .nope }}", 9, ".nope", "wrong type for value; expected string; got interface {}"),
    ("{{ .nope | upper }}", 11, "upper", "invalid value; expected string"),
    ("{{ upper nil }}", 9, "nil", "cannot assign nil to string"),
    ("{{ upper `a` `b` }}", 3, "upper", "wrong number of args for upper: want 1 got 2"),
    ("{{ $x = 1 }}", 8, "1", "undefined variable: $x"),
    ("{{ nil }}", 3, "nil", "nil is not a command"),
    ("{{ template `nope` . }}", 12, '{{template "nope" .}}', 'template "nope" not defined'),
    ("{{ range .name }}{{ end }}", 9, ".name", "range can't iterate over ketch"),
    ("{{ eq 1 .count }}", 3, "eq 1 .count", "error calling eq: incompatible types for comparison: int and float64"),
    ("{{ index .sails 2 }}", 3, "index .sails 2", "error calling index: reflect: slice index out of range"),
    ("{{ len .nope }}", 3, "len .nope", "error calling len: len of nil pointer"),
    ("{{ .name | .count }}", 11, ".count", "count is not a method but has arguments"),
    ("{{ range 2 }}{{ .x }}{{ end }}", 16, ".x", "can't evaluate field x in type int"),
    ("{{ .name | call }}", 11, "call", "error calling call: non-function ketch of type string"),
    ("{{ .count | call }}", 12, "call", "error calling call: non-function <float64 Value> of type float64"),
]


@pytest.mark.parametrize(("text", "column", "context", "message"), FAILING, ids=[text for text, *_ in FAILING])
def test_templates_that_fail(text: str, column: int, context: str, message: str) -> None:
    with pytest.raises(ExecutionFault) as caught:
        render(text, DATA)
    place = f"{NAME}:1:{column}"
    assert str(caught.value) == f'template: {place}: executing "{NAME}" at <{context}>: {message}'


def test_endless_includes_end_as_helms_do() -> None:
    text = '{{ define "loop" }}{{ include "loop" . }}{{ end }}{{ include "loop" . }}'
    with pytest.raises(ExecutionFault) as caught:
        render(text)
    assert str(caught.value).endswith(
        "error calling include: rendering template has a nested reference name: loop: unable to execute template"
    )
    assert str(caught.value).count("error calling include") == 1002
