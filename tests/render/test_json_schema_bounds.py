"""A schema and values that a stranger wrote cost what they are long, not their product, and equal items are found."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.render import json_schema
from kubelens.render.chart.schema import hold_against


def messages(schema: Any, value: Any) -> list[str]:
    complaints, trouble = hold_against(schema, value, {})
    return [trouble] if trouble else [one.message for one in complaints]


LARGE = [
    ({"items": {"anyOf": [{"type": "integer"}] * 2_000}}, ["a"] * 20_000),
    ({"items": {"enum": list(range(20_000))}}, [-1] * 20_000),
    ({"anyOf": [{"type": "integer"}] * 2_000}, "a" * 1_000_000),
    ({"allOf": [{"pattern": "^b"}] * 5_000}, "a" * 1_000_000),
]


@pytest.mark.parametrize(("schema", "value"), LARGE, ids=["alternatives", "enum", "long text", "many complaints"])
def test_what_is_too_large_together_is_told(schema: Any, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    take = json_schema._take
    monkeypatch.setattr(json_schema, "_take", lambda steps: (taken.append(steps), take(steps)))
    (told,) = messages(schema, value)
    assert "too large together" in told
    assert len(taken) <= json_schema._MOST_STEPS
    assert sum(taken[:-1]) <= json_schema._MOST_STEPS


def test_the_steps_of_one_value_are_none_of_the_next() -> None:
    schema, value = {"items": {"type": "integer"}}, list(range(300_000))
    assert messages(schema, value) == []
    assert messages(schema, value) == []


EQUAL = [
    ([1, 1.0], (0, 1)),
    ([True, 1], None),
    ([False, 0], None),
    ([[1, {"a": True}], [1, {"a": 1}]], None),
    ([{"a": 1, "b": [2]}, {"c": 1}, {"b": [2.0], "a": 1}], (0, 2)),
    (["1", 1], None),
    ([None, 0, ""], None),
    ([None, "x", None], (0, 2)),
    ([[], {}], None),
    ([*range(30_000), 29_999], (29_999, 30_000)),
]


@pytest.mark.parametrize(("items", "equal"), EQUAL)
def test_items_are_equal_as_json_says(items: list[Any], equal: tuple[int, int] | None) -> None:
    expected = [] if equal is None else [f"items at {equal[0]} and {equal[1]} are equal"]
    assert messages({"uniqueItems": True}, items) == expected
    assert messages({"uniqueItems": False}, items) == []


def test_numbers_that_no_float_holds_are_infinite_as_in_go() -> None:
    assert messages({"minimum": 10**400}, 1) == ["minimum: got 1, want +Inf"]
    assert messages({"maximum": -(10**400)}, 1) == ["maximum: got 1, want -Inf"]


def test_the_librarys_copies_of_a_value_are_not_kept() -> None:
    kinds = {"properties": {"a": {"not": {"type": "string"}}, "b": {"contains": {"const": 1}}}}
    validator = json_schema.validator_of(kinds, {})
    found = list(validator.iter_errors({"a": "x" * 50_000, "b": ["y" * 50_000]}))
    assert [error.validator for error in found] == ["not", "contains"]
    assert max(len(error.message) for error in found) <= 1_000
