"""Random patterns and texts: RE2 itself, which Go's package was made after, finds the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens import regexp
from kubelens.regexp.search import find

re2 = pytest.importorskip("re2", reason="google-re2 has no wheel for this Python")

ATOMS = st.sampled_from(
    [
        "a", "b", "k", "-", "1", ".", r"\.", "[ab]", "[^a]", "[a-c-]", "[]x]", r"\d", r"\W", r"\s", "[[:alpha:]]", "[[:^word:]]", r"\pL",
        r"\PN", r"\p{Greek}", r"\p{^Lu}", r"[\d\pL]", "^", "$", r"\A", r"\z", r"\b", r"\B", "α", "Σ", "ſ", r"\x{3b1}", r"\Qa.\E", "()", "(?i)",
        "(?s)", "(?m)", "(?U)",
    ]
)  # fmt: skip
COUNTS = st.sampled_from(["*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{0}", "{1,3}?"])
GROUPS = st.sampled_from(["(", "(?:", "(?i:", "(?-s:", "(?P<n>"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(GROUPS, inner, COUNTS).map(lambda p: f"{p[0]}{p[1]}){p[2]}"),
        st.tuples(ATOMS, COUNTS).map("".join),
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(GROUPS, st.lists(st.one_of(inner, st.just("")), min_size=2, max_size=3)).map(
            lambda p: f"{p[0]}{'|'.join(p[1])})"
        ),
    ),
    max_leaves=8,
)
TEXTS = st.text(alphabet="abckKAB-1_ .\nαΣσςſéx", max_size=8)
QUIET = re2.Options()
QUIET.log_errors = False
LONGEST = re2.Options()
LONGEST.log_errors = False
LONGEST.longest_match = True


@settings(max_examples=600, deadline=None)
@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=3))
def test_it_finds_what_re2_finds(pattern: str, texts: list[str]) -> None:
    try:
        theirs = re2.compile(pattern, QUIET)
    except re2.error as wrong:
        if "duplicate capture group name" not in str(wrong):
            with pytest.raises(regexp.RegexpError):
                regexp.compile(pattern)
        return
    ours = regexp.compile(pattern)
    for text in texts:
        if r"\B" in pattern and not text.isascii():
            continue  # RE2 looks between the bytes of one character, Go does not
        found = theirs.search(text)
        slots = (
            None
            if found is None
            else tuple(place for number in range(len(ours.names) + 1) for place in found.span(number))
        )
        match = ours.search(text)
        assert (None if match is None else match.slots) == slots
        assert find(ours._program, text) == slots
        assert ours._automaton.matches(text) is ours.matches(text) is (slots is not None)
        if "?" not in pattern and "(?U)" not in pattern:
            longest, expected = ours.longest(text), re2.compile(pattern, LONGEST).search(text)
            assert (None if longest is None else longest.span()) == (None if expected is None else expected.span())


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(list("abc01-^$.|?*+(){}[]\\<>PiUmsxpdQE:,=!") + ["(?", "[:", "{2}", r"\x{"]), max_size=9)
)
def test_it_takes_what_re2_takes(tokens: list[str]) -> None:
    pattern = "".join(tokens)
    try:
        re2.compile(pattern, QUIET)
    except re2.error as wrong:
        if "duplicate capture group name" in str(wrong):
            return
        if r"\p" in pattern.lower():  # Go 1.25 knows names of classes in either case, RE2 in one
            return
        with pytest.raises(regexp.RegexpError):
            regexp.compile(pattern)
    else:
        regexp.compile(pattern)
