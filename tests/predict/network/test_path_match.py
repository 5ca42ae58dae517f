"""Hosts and paths, beside the published tables of the agreement suites."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelens.predict.network.path_match import (
    intersection,
    is_exact_match,
    is_prefix_match,
    matches_labels,
    matches_one_label,
    replace_prefix,
)

PATHS = st.lists(st.sampled_from(["a", "aa", "b", "cart"]), max_size=4).map(lambda parts: "/" + "/".join(parts))
HOSTS = st.lists(st.sampled_from(["a", "b", "com", "shop"]), min_size=1, max_size=4).map(".".join)


@given(PATHS, PATHS)
def test_a_prefix_fits_what_lies_below_it(prefix: str, tail: str) -> None:
    assert is_prefix_match(prefix, prefix.rstrip("/") + tail)


@given(PATHS, PATHS)
def test_a_trailing_slash_never_matters_to_a_prefix(prefix: str, path: str) -> None:
    assert is_prefix_match(prefix, path) == is_prefix_match(prefix.rstrip("/") + "/", path)


@given(PATHS, PATHS)
def test_what_fits_exactly_fits_as_a_prefix(rule: str, path: str) -> None:
    assert not is_exact_match(rule, path) or is_prefix_match(rule, path)


@given(HOSTS, HOSTS)
def test_one_label_is_among_many(rule: str, host: str) -> None:
    assert not matches_one_label(f"*.{rule}", host) or matches_labels(f"*.{rule}", host)


@given(HOSTS, HOSTS)
def test_intersection_does_not_depend_on_who_asks(listener: str, route: str) -> None:
    assert intersection(f"*.{listener}", route) == intersection(route, f"*.{listener}")


@pytest.mark.parametrize(
    ("listener", "route", "expected"),
    [
        ("", "shop.example.com", "shop.example.com"),
        ("*.example.com", "", "*.example.com"),
        ("*.example.com", "shop.example.com", "shop.example.com"),
        ("*.example.com", "*.shop.example.com", "*.shop.example.com"),
        ("shop.example.com", "*.example.com", "shop.example.com"),
        ("*.example.com", "example.com", None),
        ("shop.example.com", "cart.example.com", None),
    ],
)
def test_intersection(listener: str, route: str, expected: str | None) -> None:
    assert intersection(listener, route) == expected


@pytest.mark.parametrize(
    ("path", "matched", "replacement", "expected"),
    [
        # the table of HTTPPathModifier.replacePrefixMatch
        ("/foo/bar", "/foo", "/xyz", "/xyz/bar"),
        ("/foo/bar", "/foo", "/xyz/", "/xyz/bar"),
        ("/foo/bar", "/foo/", "/xyz", "/xyz/bar"),
        ("/foo/bar", "/foo/", "/xyz/", "/xyz/bar"),
        ("/foo", "/foo", "/xyz", "/xyz"),
        ("/foo/bar", "/foo", "", "/bar"),
        ("/foo/bar", "/foo", "/", "/bar"),
        ("/foo", "/foo", "", "/"),
        ("/foo", "/foo", "/", "/"),
        ("/foo/bar/", "/foo", "/xyz", "/xyz/bar/"),
    ],
)
def test_replace_prefix(path: str, matched: str, replacement: str, expected: str) -> None:
    assert replace_prefix(path, matched, replacement) == expected
