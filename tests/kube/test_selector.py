"""Label selectors: what they match, how they read what is wrong, and how they are told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelens.kube.selector import (
    EVERYTHING,
    NOTHING,
    Operator,
    Requirement,
    Selector,
    equality_selector,
    label_selector,
    read_labels,
    read_requirements,
)

LABELS = {"app": "web", "tier": "", "n": "5"}


@pytest.mark.parametrize(
    ("operator", "key", "values", "matches"),
    [
        ("In", "app", ["web", "x"], True),
        ("In", "app", ["x"], False),
        ("In", "absent", ["x"], False),
        ("In", "tier", [""], True),
        ("NotIn", "app", ["x"], True),
        ("NotIn", "app", ["web"], False),
        ("NotIn", "absent", ["x"], True),
        ("Exists", "tier", [], True),
        ("Exists", "absent", [], False),
        ("DoesNotExist", "absent", [], True),
        ("DoesNotExist", "tier", [], False),
        ("Gt", "n", ["4"], True),
        ("Gt", "n", ["5"], False),
        ("Lt", "n", ["6"], True),
        ("Lt", "n", ["5"], False),
        ("Gt", "app", ["4"], False),
        ("Gt", "absent", ["4"], False),
        ("Gt", "n", ["x"], False),
        ("Gt", "n", [str(2**63)], False),
        ("Lt", "n", ["6", "7"], False),
    ],
)
def test_a_requirement_matches_as_apimachinery_has_it(
    operator: str, key: str, values: list[str], matches: bool
) -> None:
    (requirement,) = read_requirements([{"key": key, "operator": operator, "values": values}])
    assert requirement.matches(LABELS) is matches
    assert (requirement in Selector((requirement,)).failing(LABELS)) is not matches


@pytest.mark.parametrize(
    ("operator", "values", "told"),
    [
        ("In", ["b"], "k=b"),
        ("In", ["c", "b"], "k in (b,c)"),
        ("NotIn", ["b"], "k!=b"),
        ("NotIn", ["c", "b"], "k notin (b,c)"),
        ("Exists", [], "k"),
        ("DoesNotExist", [], "!k"),
        ("Gt", ["1"], "k>1"),
        ("Lt", ["1"], "k<1"),
    ],
)
def test_a_requirement_is_told_as_kubectl_does(operator: str, values: list[str], told: str) -> None:
    assert str(Requirement("k", Operator(operator), tuple(values))) == told


@pytest.mark.parametrize("values", [1, True, 1.5, "web", {"a": "b"}])
def test_values_that_are_no_list_make_no_requirement(values: object) -> None:
    assert read_requirements([{"key": "a", "operator": "In", "values": values}]) == ()


def test_what_selects_everything_and_nothing() -> None:
    assert label_selector({}) == EVERYTHING
    assert label_selector(None) == label_selector("app=web") == NOTHING
    assert equality_selector(None).is_empty
    assert (NOTHING.is_empty, NOTHING.matches({}), str(NOTHING), str(EVERYTHING)) == (
        False,
        False,
        "<nothing>",
        "<everything>",
    )


def test_labels_and_expressions_hold_together() -> None:
    both = label_selector({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "tier", "operator": "Exists"}]})
    assert both.matches(LABELS)
    assert not both.matches({"app": "web"})
    assert [str(r) for r in both.failing({"tier": "x"})] == ["app=web"]
    assert str(both) == "app=web,tier"


def test_labels_are_text_and_null_is_empty_text() -> None:
    assert read_labels({"a": "b", "n": None, "i": 1, "m": {}}) == {"a": "b", "n": ""}
    assert read_labels(["a"]) == {}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["key", "operator", "values", "matchLabels", "matchExpressions", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(anything)
def test_anything_is_read(value: object) -> None:
    selector = label_selector(value)
    assert selector.matches(LABELS) is (not selector.failing(LABELS) and not selector.nothing)
    assert read_requirements(value) is not None
