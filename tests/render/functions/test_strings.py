"""Text functions: bytes are counted, odd arguments behave as in sprig, and what stays of a text keeps its origins."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.render.go.function import TemplateFailure
from kubelens.render.origin import Origin, Text
from tests.render.functions.calling import call

FILE = "values.yaml"


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("trim", ("\u00a0 a b \n",), "a b"),
        ("trimAll", ("$", "$5.00$"), "5.00"),
        ("trimPrefix", ("v", "v1"), "1"),
        ("trimSuffix", ("-", "a--"), "a-"),
        ("nospace", ("a b\tc\u00a0d",), "abc\xc2d"),
        ("upper", ("straße é",), "STRAßE É"),
        ("lower", ("ΑΣ İ",), "ασ i"),
        ("title", ("it's a-b x_y",), "It'S A-B X_y"),
        ("untitle", ("Hello World",), "hello world"),
        ("swapcase", ("This Is A.Test",), "tHIS iS a.tEST"),
        ("initials", ("Ada  Quay",), "AQ"),
        ("trunc", (5, "hello world"), "hello"),
        ("trunc", (-5, "hello world"), "world"),
        ("trunc", (-99, "short"), "short"),
        ("trunc", (3, "☃a"), "☃"),
        ("trunc", (2, "☃a"), "\udce2\udc98"),
        ("substr", (0, -1, "hello"), "hello"),
        ("substr", (-1, 2, "hello"), "he"),
        ("abbrev", (5, "hello world"), "he..."),
        ("abbrev", (3, "hello"), "hello"),
        ("abbrevboth", (5, 10, "1234 5678 9123"), "...5678..."),
        ("repeat", (3, "ab"), "ababab"),
        ("indent", (2, "a\nb\n"), "  a\n  b\n  "),
        ("nindent", (2, "a"), "\n  a"),
        ("replace", ("a", "-", "banana"), "b-n-n-"),
        ("contains", ("an", "banana"), True),
        ("hasPrefix", ("", "x"), True),
        ("hasSuffix", ("x", ""), False),
        ("plural", ("one", "many", 0), "many"),
        ("quote", ("a", None, 1, 'say "hi"\n'), '"a" "1" "say \\"hi\\"\\n"'),
        ("quote", (None,), ""),
        ("squote", ("it's", 1.5, True), "'it's' '1.5' 'true'"),
        ("cat", ("a", None, 1, [1]), "a 1 [1]"),
        ("join", ("-", [1, 2.5, True, None, "x"]), "1-2.5-true-x"),
        ("join", (",", "abc"), "abc"),
        ("join", (",", None), ""),
        ("split", ("$", "a$b"), {"_0": "a", "_1": "b"}),
        ("splitn", (",", 2, "a,b,c"), {"_0": "a", "_1": "b,c"}),
        ("splitn", (",", 0, "a"), {}),
        ("splitList", ("", "abc"), ["a", "b", "c"]),
        ("splitList", (",", ""), [""]),
        ("wrap", (5, "aa bb cc dd"), "aa bb\ncc dd"),
        ("wrap", (3, "longword x"), "longword\nx"),
        ("wrapWith", (3, "|", "longword x"), "lon|gwo|rd|x"),
        ("toString", (1e6,), "1e+06"),
        ("toStrings", ([1, None, "a"],), ["1", "a"]),
        ("snakecase", ("HTTPServer",), "http_server"),
        ("snakecase", ("userId2",), "user_id2"),
        ("snakecase", ("v2Beta",), "v2_beta"),
        ("snakecase", ("HTTP2xx",), "http_2xx"),
        ("snakecase", ("Bld4Floor",), "bld4_floor"),
        ("snakecase", ("GO PATH-x",), "go_path_x"),
        ("kebabcase", ("FirstName",), "first-name"),
        ("camelcase", ("_complex__case_",), "_Complex_Case_"),
        ("camelcase", ("GOLANG_IS_GREAT",), "GolangIsGreat"),
        ("camelcase", ("_",), "__"),
    ],
)
def test_results(name: str, arguments: tuple[object, ...], result: object) -> None:
    assert call(name, *arguments) == result


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("substr", (3, 2, "hello"), "runtime error: slice bounds out of range [3:2]"),
        ("substr", (5, 99, "hi"), "runtime error: slice bounds out of range [5:2]"),
        ("substr", (-1, -1, "abc"), "runtime error: slice bounds out of range [:-1]"),
        ("substr", (-1, 9, "abc"), "runtime error: slice bounds out of range [:9] with length 3"),
        ("indent", (-1, "a"), "strings: negative Repeat count"),
        ("repeat", (-1, "a"), "strings: negative Repeat count"),
    ],
)
def test_failures(name: str, arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(TemplateFailure, match="^" + message.replace("[", r"\[") + "$"):
        call(name, *arguments)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("trim", ()),
        ("indent", (4,)),
        ("nindent", (4,)),
        ("trunc", (63,)),
        ("trimSuffix", ("-",)),
        ("quote", ()),
        ("squote", ()),
        ("replace", ("+", "_")),
        ("repeat", (2,)),
        ("lower", ()),
    ],
)
def test_what_stays_of_a_text_is_where_it_was_written(name: str, arguments: tuple[object, ...]) -> None:
    made = call(name, *arguments, Text.written("ferry", FILE, 100))
    assert isinstance(made, Text)
    at = made.index("f")
    assert made.origins_at(at) == (Origin(FILE, 100, 101),)
    assert made.origins_at(at + 4) == (Origin(FILE, 104, 105),)
    assert sum(piece.length for piece in made.pieces) == len(made)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(["a", "bc", "\n", " ", "☃"])), st.integers(0, 4))
def test_indented_lines_are_where_they_were_written(parts: list[str], spaces: int) -> None:
    text = "".join(parts)
    made = call("indent", spaces, Text.written(text, FILE, 0))
    pad = " " * spaces
    assert made == pad + text.replace("\n", "\n" + pad)
    assert isinstance(made, Text)
    assert sum(piece.length for piece in made.pieces) == len(made)
    at = 0
    for line in made.split("\n"):
        kept = line[spaces:]
        if kept:
            (first, *_), last = made.origins_at(at + spaces), made.origins_at(at + len(line) - 1)[0]
            assert text[first.start : last.end] == kept
        at += len(line) + 1


@settings(deadline=None, max_examples=60)
@given(st.text(), st.integers(-20, 20))
def test_trunc_cuts_bytes(text: str, count: int) -> None:
    data = text.encode()
    made = str(call("trunc", count, text)).encode("utf-8", "surrogateescape")
    assert made == (data[:count] if count >= 0 else data[count:] if len(data) + count > 0 else data)
