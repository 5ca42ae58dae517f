"""Encodings, hashes, patterns, paths and URLs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.render.go.function import TemplateFailure
from kubelens.render.go.utf8 import from_bytes
from kubelens.render.origin import Origin, Text
from tests.render.functions.calling import call

BYTES = st.binary(max_size=40).map(from_bytes)


@settings(deadline=None, max_examples=60)
@given(BYTES)
def test_codes_read_back(text: str) -> None:
    assert call("b64dec", call("b64enc", text)) == text
    assert call("b32dec", call("b32enc", text)) == text
    assert call("decryptAES", "key", call("encryptAES", "key", text)) == text


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("b64dec", ("YQ=",), "illegal base64 data at input byte 3"),
        ("b64dec", ("YW\nJj",), "abc"),
        ("b64dec", ("Y!==",), "illegal base64 data at input byte 1"),
        ("b64dec", ("YQ==x",), "illegal base64 data at input byte 4"),
        ("b32dec", ("NBSWY3D",), "illegal base32 data at input byte 0"),
        ("b32dec", ("ab",), "illegal base32 data at input byte 0"),
        ("sha256sum", ("hello",), "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
        ("adler32sum", ("hello",), "103547413"),
        ("derivePassword", (1, "long", "pw", "user", "site.example"), "Seca1;MeclFomi"),
        ("derivePassword", (1, "none", "pw", "user", "site"), "cannot find password template none"),
        ("regexMatch", ("(", "x"), False),
        ("regexMatch", (r"\bfoo\b", "a foo b"), True),
        ("regexFind", ("[0-9]+", "a12b3"), "12"),
        ("regexFindAll", ("a*", "baac", -1), ["", "aa", ""]),
        ("regexFindAll", ("[0-9]", "123", 2), ["1", "2"]),
        ("regexReplaceAll", ("a(x*)b", "-ab-axxb-", "${1}W"), "-W-xxW-"),
        ("regexReplaceAll", ("a(x*)b", "-ab-axxb-", "$1W"), "---"),
        ("regexReplaceAllLiteral", ("b", "abc", "${1}"), "a${1}c"),
        ("regexSplit", ("z+", "pizza", -1), ["pi", "a"]),
        ("regexQuoteMeta", ("1.5(x)",), "1\\.5\\(x\\)"),
        ("base", ("/a/b/",), "b"),
        ("base", ("",), "."),
        ("dir", ("a",), "."),
        ("clean", ("/a/../../b//c/.",), "/b/c"),
        ("clean", ("../a/..",), ".."),
        ("ext", ("a.b/c",), ""),
        ("isAbs", ("/a",), True),
        (
            "urlJoin",
            ({"scheme": "http", "host": "h", "path": "p q", "query": "a=1", "userinfo": "u:p"},),
            "http://u:p@h/p%20q?a=1",
        ),
        ("urlJoin", ({"path": "a:b"},), "./a:b"),
    ],
)
def test_results(name: str, arguments: tuple[object, ...], result: object) -> None:
    assert call(name, *arguments) == result


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("regexFind", ("(", "x"), "regexp: Compile(`(`): error parsing regexp: missing closing ): `(`"),
        ("mustRegexFind", ("(", "x"), "error parsing regexp: missing closing ): `(`"),
        ("decryptAES", ("k", "x"), "illegal base64 data at input byte 0"),
        (
            "urlParse",
            ("http://x:port/",),
            'unable to parse url: parse "http://x:port/": invalid port ":port" after host',
        ),
        ("urlParse", ("http://x/%zz",), 'unable to parse url: parse "http://x/%zz": invalid URL escape "%zz"'),
        ("urlParse", (":x",), 'unable to parse url: parse ":x": missing protocol scheme'),
        ("urlParse", ("a b:c",), 'unable to parse url: parse "a b:c": first path segment in URL cannot contain colon'),
        ("urlJoin", ({"host": 3},), "unable to parse host key, must be of type string, but int found"),
    ],
)
def test_failures(name: str, arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(TemplateFailure) as failure:
        call(name, *arguments)
    assert failure.value.message == message


def test_url_parts() -> None:
    parts = call("urlParse", "http://ada:p%40w@[::1]:8080/a%20b?q=1#f%20g")
    assert parts == {
        "scheme": "http",
        "host": "[::1]:8080",
        "hostname": "::1",
        "path": "/a b",
        "query": "q=1",
        "opaque": "",
        "fragment": "f g",
        "userinfo": "ada:p%40w",
    }
    assert call("urlJoin", parts) == "http://ada:p%40w@[::1]:8080/a%20b?q=1#f%20g"


@settings(deadline=None, max_examples=60)
@given(st.text("ab/.", max_size=12))
def test_a_clean_path_is_clean(path: str) -> None:
    clean = call("clean", path)
    assert call("clean", clean) == clean
    assert call("isAbs", clean) == call("isAbs", path)


def test_what_a_pattern_leaves_is_where_it_was_written() -> None:
    made = call("regexReplaceAll", "[0-9]+", Text.written("a12b", "f", 10), "-")
    assert isinstance(made, Text)
    assert made == "a-b"
    assert made.origins_at(0) == (Origin("f", 10, 11),)
    assert made.origins_at(2) == (Origin("f", 13, 14),)
