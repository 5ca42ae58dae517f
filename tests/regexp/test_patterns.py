"""What Go's ``regexp.Compile`` takes and refuses, in its words; names of groups, prefixes, characters beyond ASCII."""

from __future__ import annotations

import pytest

from kubelens import regexp

REFUSED = [
    ("*", "missing argument to repetition operator: `*`"),
    ("a|*?", "missing argument to repetition operator: `*?`"),
    ("(?i)+", "missing argument to repetition operator: `+`"),
    ("a++", "invalid nested repetition operator: `++`"),
    ("a*{2}?", "invalid nested repetition operator: `*{2}?`"),
    ("a{1001}", "invalid repeat count: `{1001}`"),
    ("a{2,1}", "invalid repeat count: `{2,1}`"),
    ("a{99999999999}", "invalid repeat count: `{99999999999}`"),
    ("((a{100}){100}){100}", "invalid repeat count: `{100}`"),
    ("(a{500}){3}?", "invalid repeat count: `{3}?`"),
    ("(", "missing closing ): `(`"),
    ("a)b", "unexpected ): `a)b`"),
    ("x[a", "missing closing ]: `[a`"),
    ("[]", "missing closing ]: `[]`"),
    ("[z-a]", "invalid character class range: `z-a`"),
    ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
    (r"\p{Klingon}", r"invalid character class range: `\p{Klingon}`"),
    (r"a\pQ", r"invalid character class range: `\pQ`"),
    (r"\p", r"invalid character class range: `\p`"),
    (r"\p{Greek", r"invalid character class range: `\p{Greek`"),
    ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
    ("(?!a)", "invalid or unsupported Perl syntax: `(?!`"),
    ("(?i-)", "invalid or unsupported Perl syntax: `(?i-)`"),
    ("(?P=name)", "invalid or unsupported Perl syntax: `(?P`"),
    ("(?#c)", "invalid or unsupported Perl syntax: `(?#`"),
    ("(?i", "invalid or unsupported Perl syntax: `(?i`"),
    ("(?i:", "missing closing ): `(?i:`"),
    ("(?P<a b>c)", "invalid named capture: `(?P<a b>`"),
    ("(?P<a", "invalid named capture: `(?P<a`"),
    ("(?<=a)b>", "invalid named capture: `(?<=a)b>`"),
    (r"(a)\1", r"invalid escape sequence: `\1`"),
    (r"\C", r"invalid escape sequence: `\C`"),
    (r"\Z", r"invalid escape sequence: `\Z`"),
    (r"\E", r"invalid escape sequence: `\E`"),
    (r"\x4", r"invalid escape sequence: `\x4`"),
    (r"\x{110000}", r"invalid escape sequence: `\x{110000`"),
    (r"\x{}", r"invalid escape sequence: `\x{}`"),
    (r"\u0041", r"invalid escape sequence: `\u`"),
    ("a\\", "trailing backslash at end of expression: ``"),
    ("(" * 1001 + ")" * 1001, "expression nests too deeply: `" + "(" * 1001 + ")" * 1001 + "`"),
    ("\ud800", "invalid UTF-8: `\ud800`"),
]


@pytest.mark.parametrize(("pattern", "message"), REFUSED, ids=[pattern[:20] for pattern, _ in REFUSED])
def test_what_go_refuses(pattern: str, message: str) -> None:
    with pytest.raises(regexp.RegexpError) as raised:
        regexp.compile(pattern)
    assert str(raised.value) == f"error parsing regexp: {message}"


FOUND = [
    (r"a{,2}", "a{,2}", "a{,2}"),
    (r"a{1", "a{1", "a{1"),
    (r"a{01}", "a{01}", "a{01}"),
    (r"[]a]+", "b]a]", "]a]"),
    (r"[^]a]", "]ab", "b"),
    (r"[a\-z]+", "-", "-"),
    (r"\Qa.b\E+", "a.bbb", "a.bbb"),
    (r"\Q(", "(", "("),
    (r"(?i)straße", "STRAẞE", "STRAẞE"),
    (r"(?i)k", "\u212a", "\u212a"),
    (r"(?i)[^x]", "Xa", "a"),
    (r"(?i)\p{Lu}", "é", "é"),
    (r"\pL+", "12éλж3", "éλж"),
    (r"\p{Greek}+", "abγδ", "γδ"),
    (r"\p{Old_Italic}", "\U00010300", "\U00010300"),
    (r"\p{Lowercase_Letter}+", "ABcd", "cd"),
    (r"\P{^Nd}+", "x42", "42"),
    (r"\p{Any}", "\n", "\n"),
    (r"\p{LC}+", "1Aa", "Aa"),
    (r"\PC", "\u0378a", "a"),
    (r"[[:^alpha:]]+", "ab12", "12"),
    (r"\w+", "éa_1é", "a_1"),
    (r"\d", "\u0663" + "3", "3"),
    (r"(?U)a+", "aaa", "a"),
    (r"(?U)a+?", "aaa", "aaa"),
    (r"(?s)a.b", "a\nb", "a\nb"),
    (r"(?m)^b$", "a\nb\nc", "b"),
    (r"^b$", "a\nb\nc", None),
    (r"a$", "a\n", None),
    (r"\x{1F600}", "😀", "😀"),
    (r"(|a)+", "aaa", ""),
    (r"(|a)*", "aaa", ""),
    (r"(a|ab)(c|bcd)", "abcd", "abcd"),
    (r"(?<year>\d{4})", "in 2024", "2024"),
    (r"[^\x00-\x{10FFFF}]", "a", None),
]


@pytest.mark.parametrize(("pattern", "text", "found"), FOUND)
def test_what_go_finds(pattern: str, text: str, found: str | None) -> None:
    match = regexp.compile(pattern).search(text)
    assert (match.group() if match is not None else None) == found
    assert regexp.compile(pattern).matches(text) is (found is not None)


def test_the_longest_match_of_the_leftmost() -> None:
    assert regexp.compile("a|ab|abc").search("xabc").group() == "a"  # type: ignore[union-attr]
    assert regexp.compile("a|ab|abc").longest("xabc").group() == "abc"  # type: ignore[union-attr]


def test_groups_by_number_and_name() -> None:
    compiled = regexp.compile(r"(?P<key>\w+)=(\w*)(;)?")
    assert compiled.names == ("key", "", "")
    match = compiled.search("a: b=, c")
    assert match is not None
    assert match.groups() == ("b", "", None)
    assert match.span(3) == (-1, -1)
    assert match.expand("${key}:$2:$3:$9:$key2:${open:$$") == "b:::::${open:$"


@pytest.mark.parametrize(
    ("pattern", "prefix", "whole"),
    [("abc", "abc", True), ("ab*", "a", False), ("", "", True), ("(?i)ab", "", False), (r"a\.b[cd]", "a.b", False)],
)
def test_the_text_that_begins_every_match(pattern: str, prefix: str, whole: bool) -> None:
    assert regexp.compile(pattern).literal_prefix() == (prefix, whole)


def test_at_most_so_many_matches() -> None:
    compiled = regexp.compile("a")
    assert [match.span() for match in compiled.find_all("aaa", 2)] == [(0, 1), (1, 2)]
    assert compiled.find_all("aaa", 0) == []
    assert compiled.split("1a2a3", 0) == []
    assert compiled.replace_literal("1a2", "$0") == "1$02"
