"""Versions and what they must be, as Masterminds/semver sees them."""

from __future__ import annotations

from functools import cmp_to_key
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.render.go.function import TemplateFailure
from kubelens.render.go.methods import methods_of
from kubelens.render.semver.version import Version, parse_version
from tests.render.functions.calling import call


@pytest.mark.parametrize(
    ("constraint", "version", "holds"),
    [
        ("^1.2.0", "1.9.9", True),
        ("^0.2.3", "0.3.0", False),
        ("^0.0.3", "0.0.4", False),
        ("^0", "0.9.0", True),
        ("~1.2.0", "1.3.0", False),
        ("~1", "1.9.0", True),
        ("~>1.2", "1.2.5", True),
        (">1.2", "1.2.9", False),
        ("<=1.2", "1.2.9", True),
        ("=<1.2", "1.2.0", True),
        ("!=1.2.x", "1.2.4", False),
        ("!=1.x", "2.0.0", True),
        ("1.2 - 1.4", "1.3.5", True),
        ("1.2 - 1.4", "1.4.5", True),
        (">=1.0, <2.0 || >=3", "2.5.0", False),
        (">=1.0 <2.0", "1.5.0", True),
        ("x", "9.9.9", True),
        ("*", "1.0.0-rc1", False),
        (">=1.21-0", "v1.21.0-eks-abc", True),
        (">=1.2.0", "1.3.0-beta", False),
        ("^1.2.3-beta.2", "1.2.3-beta.10", True),
        (">=1.2.3+a", "1.2.3+b", True),
    ],
)
def test_constraints(constraint: str, version: str, holds: bool) -> None:
    assert call("semverCompare", constraint, version) is holds


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("semver", ("1.2.3.4",), "invalid semantic version"),
        ("semver", (" 1",), "invalid semantic version"),
        ("semver", ("1.2.3-01",), "version segment starts with 0"),
        (
            "semver",
            ("99999999999999999999",),
            'error parsing version segment: strconv.ParseUint: parsing "99999999999999999999": value out of range',
        ),
        ("semverCompare", ("", "1"), 'improper constraint: ""'),
        ("semverCompare", ("1  " * 300 + "!", "1"), 'improper constraint: "' + "1  " * 300 + '!"'),
        ("semverCompare", (">> 1", "1"), 'improper constraint: ">> 1"'),
    ],
)
def test_failures(name: str, arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(TemplateFailure) as failure:
        call(name, *arguments)
    assert failure.value.message == message


def test_methods() -> None:
    methods = methods_of(call("semver", "v1.2.3-rc.1+b"))
    assert [methods[name].call() for name in ("Major", "Prerelease", "Metadata", "Original", "String")] == [
        1,
        "rc.1",
        "b",
        "v1.2.3-rc.1+b",
        "1.2.3-rc.1+b",
    ]
    assert call("toString", methods["IncPatch"].call()) == "1.2.3"
    assert call("toString", methods["IncMinor"].call()) == "1.3.0"
    assert call("toString", methods["SetMetadata"].call("x")) == "1.2.3-rc.1+x"
    assert methods["LessThan"].call(call("semver", "1.2.3")) is True


PARTS = st.sampled_from(["0", "1", "10", "a", "b1", "-"])
VERSIONS = st.builds(
    Version,
    st.integers(0, 2),
    st.integers(0, 2),
    st.integers(0, 2),
    st.lists(PARTS, max_size=3).map(".".join),
    st.sampled_from(["", "m"]),
)


@settings(deadline=None, max_examples=100)
@given(st.lists(VERSIONS, max_size=5))
def test_versions_have_one_order(versions: list[Version]) -> None:
    ordered = sorted(versions, key=cmp_to_key(Version.compare))
    for before, after in pairwise(ordered):
        assert before.compare(after) <= 0
        assert after.compare(before) == -before.compare(after)
    for version in versions:
        assert parse_version(str(version)).compare(version) == 0


def test_a_long_constraint_ends() -> None:
    with pytest.raises(TemplateFailure):
        call("semverCompare", "1" * 2000 + "!", "1.0.0")
