"""Lists are copied, maps are shared and changed in place, and what is empty gives way in a merge."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.render.go.function import TemplateFailure
from kubelens.render.go.types import Mapping, Slice, type_name
from kubelens.render.origin import Origin, Sourced
from tests.render.functions.calling import call


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("list", (1, "a", None), [1, "a", None]),
        ("first", ([],), None),
        ("last", ([1, 2],), 2),
        ("rest", ([1, 2, 3],), [2, 3]),
        ("initial", ([1, 2, 3],), [1, 2]),
        ("append", ([1], [2]), [1, [2]]),
        ("prepend", ([1], 0), [0, 1]),
        ("concat", ([1], ["a"], [None]), [1, "a", None]),
        ("reverse", ([1, 2],), [2, 1]),
        ("uniq", ([1, 1.0, "a", "a", [1], [1]],), [1, 1.0, "a", [1]]),
        ("without", ([1, 2, 1.0], 1), [2, 1.0]),
        ("has", (1, [1.0]), False),
        ("has", ("a", None), False),
        ("compact", (["", None, 0, False, "x", [], {}],), ["x"]),
        ("slice", ([1, 2, 3], 1), [2, 3]),
        ("slice", ([1, 2, 3], "1", 2.9), [2]),
        ("slice", ([],), None),
        ("chunk", (2, [1, 2, 3]), [[1, 2], [3]]),
        ("sortAlpha", (["b", "a", "B", 10, 9],), ["10", "9", "B", "a", "b"]),
        ("until", (3,), [0, 1, 2]),
        ("until", (-3,), [0, -1, -2]),
        ("untilStep", (0, 5, -1), []),
        ("seq", (0,), "1 0"),
        ("seq", (1, 2, 10), "1 3 5 7 9"),
        ("seq", (5, 2, 1), ""),
        ("dict", ("a", 1, "b"), {"a": 1, "b": ""}),
        ("dict", (1, 2), {"1": 2}),
        ("get", (None, "a"), ""),
        ("hasKey", ({"a": None}, "a"), True),
        ("pluck", ("a", {"a": 1}, None, {"a": 2}, {}), [1, 2]),
        ("keys", ({"b": 1}, {"a": 2}), ["b", "a"]),
        ("values", ({"b": 1, "a": 2},), [2, 1]),
        ("pick", ({"a": 1, "b": 2}, "a", "z"), {"a": 1}),
        ("omit", ({"a": 1, "b": 2}, "a"), {"b": 2}),
        ("dig", ("a", "b", "none", {"a": {"b": 1}}), 1),
        ("dig", ("a", "z", "none", {"a": {}}), "none"),
        ("deepEqual", ([1], [1.0]), False),
        ("default", ("d", 0), "d"),
        ("default", ("d", "a", "b"), "a"),
        ("coalesce", (None, "", 0, "x"), "x"),
        ("ternary", (1, 2, False), 2),
        ("all", (), True),
        ("any", (0, ""), False),
        ("empty", ({},), True),
    ],
)
def test_results(name: str, arguments: tuple[object, ...], result: object) -> None:
    made = call(name, *arguments)
    assert made == result
    assert type(made) is type(result) or isinstance(made, type(result))


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("first", (5,), "Cannot find first on type int"),
        ("mustFirst", (None,), "runtime error: invalid memory address or nil pointer dereference"),
        ("append", ("a", "b"), "Cannot push on type string"),
        ("concat", ("a", [1]), "Cannot concat type string as list"),
        ("slice", ("abc", 1), "list should be type of slice or array but string"),
        ("slice", ([1], 2), "reflect.Value.Slice: slice index out of bounds"),
        ("set", (None, "a", 1), "assignment to entry in nil map"),
        ("dig", ("a", "x"), "dig needs at least three arguments"),
        (
            "dig",
            ("a", "x", Mapping({"a": 1}, "common.Values")),
            "interface conversion: interface {} is common.Values, not map[string]interface {}",
        ),
        ("deepCopy", (None,), "reflect: call of reflect.Value.Type on zero Value"),
    ],
)
def test_failures(name: str, arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(TemplateFailure) as failure:
        call(name, *arguments)
    assert failure.value.message == message


def test_types_of_results() -> None:
    made = [
        call("until", 1),
        call("splitList", ",", "a"),
        call("split", ",", "a"),
        call("chunk", 1, [1]),
        call("keys", {}),
    ]
    assert list(map(type_name, made)) == ["[]int", "[]string", "map[string]string", "[][]interface {}", "[]string"]


def test_a_map_that_is_set_is_the_same_map() -> None:
    values = Sourced({"port": 80.0}, {"port": Origin("values.yaml", 6, 8)})
    assert call("set", values, "port", 81) is values
    assert values == {"port": 81}
    assert values.origins == {}


@pytest.mark.parametrize(
    ("name", "target", "source", "result"),
    [
        ("merge", {"a": False}, {"a": True}, {"a": True}),
        ("merge", {"a": 1}, {"a": None, "b": None}, {"a": 1}),
        ("merge", {"a": {"x": 1}}, {"a": {"x": 2, "y": 3}}, {"a": {"x": 1, "y": 3}}),
        ("merge", {"a": []}, {"a": [1]}, {"a": [1]}),
        ("merge", {"a": 1}, {"a": {"b": 1}}, {"a": 1}),
        ("mergeOverwrite", {"a": 1}, {"a": 0}, {"a": 0}),
        ("mergeOverwrite", {"a": 1}, {"a": None}, {"a": None}),
        ("mergeOverwrite", {"a": {"b": 1}}, {"a": {}}, {"a": {"b": 1}}),
        ("mergeOverwrite", {"a": {"b": 1}}, {"a": 1}, {"a": 1}),
        ("mergeOverwrite", {"a": 1}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ("mergeOverwrite", {"a": [3]}, {"a": []}, {"a": []}),
    ],
)
def test_merging(name: str, target: dict[str, Any], source: dict[str, Any], result: dict[str, Any]) -> None:
    assert call(name, target, source) is target
    assert target == result


def test_merged_maps_are_shared_and_copied_ones_are_not() -> None:
    source: dict[str, Any] = {"level": {"deep": 1}}
    shared: Any = call("merge", {}, source)
    copied: Any = call("deepCopy", source)
    shared["level"]["deep"] = 2
    assert source == {"level": {"deep": 2}}
    assert copied == {"level": {"deep": 1}}


def test_a_map_merged_into_itself_ends() -> None:
    knot: dict[str, Any] = {"a": 1}
    knot["self"] = knot
    assert call("merge", knot, {"self": knot, "b": 2})["b"] == 2  # type: ignore[index]


SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3)
MAPS = st.recursive(
    st.dictionaries(st.sampled_from("abc"), SCALARS, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), SCALARS | inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=60)
@given(MAPS, MAPS)
def test_a_merge_keeps_what_is_set_and_an_overwriting_one_takes_what_is_given(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    kept: Any = call("merge", call("deepCopy", one), call("deepCopy", other))
    taken: Any = call("mergeOverwrite", call("deepCopy", one), call("deepCopy", other))
    assert set(kept) | {key for key, value in other.items() if value is None} == set(one) | set(other)
    for key, value in one.items():
        if value and not isinstance(value, dict):
            assert kept[key] == value
    for key, value in other.items():
        if not isinstance(value, dict):
            assert taken[key] == value


@settings(deadline=None, max_examples=60)
@given(st.lists(SCALARS))
def test_each_item_is_once_in_uniq(items: list[Any]) -> None:
    made: Any = call("uniq", items)
    assert isinstance(made, list)
    assert all(call("has", item, made) for item in items)
    assert call("uniq", made) == made
    assert len({(type(item), item) for item in made}) == len(made)


def test_a_nil_list_is_none_in_json() -> None:
    assert call("toJson", call("rest", [])) == "null"
    assert call("toJson", Slice()) == "[]"
