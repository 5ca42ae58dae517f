"""What holds for every kustomization."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kubelens.render.kustomize.build import build
from kubelens.render.kustomize.json_node import node_of
from kubelens.render.kustomize.loading import FileSet, MappingReader
from kubelens.render.kustomize.patch_schema import builtin_schema
from kubelens.render.kustomize.printing import object_text
from kubelens.render.kustomize.reading import ObjectFile
from kubelens.render.kustomize.strategic_merge import merge
from kubelens.render.kustomize.values import value_of

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t: #'\"-0"), max_size=60
)
KEYS = st.text(st.sampled_from("abcxyz019-_./"), min_size=1, max_size=8).map(lambda text: f"k{text}")
VALUES = st.recursive(
    TEXT | st.integers(-(2**53), 2**53) | st.booleans() | st.sampled_from(["on", "1e3", "0x10", "2024-01-02", "", "~"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=5)


def an_object(data: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "example.org/v1", "kind": "Thing", "metadata": {"name": "one"}, "spec": data}


def a_build(text: str, more: str = "") -> Any:
    files = {"kustomization.yaml": f"resources: [one.yaml]\n{more}", "one.yaml": text}
    return build(FileSet(MappingReader(files)), "")


@given(OBJECTS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_is_printed_is_read_as_the_same_and_printed_the_same(data: dict[str, Any]) -> None:
    text = object_text(node_of(an_object(data)))
    (node,) = ObjectFile("one.yaml", text).objects()
    assert value_of(node, top=True) == value_of(node_of(an_object(data)), top=True)
    assert a_build(text).text == text


@given(OBJECTS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_every_character_has_its_place(data: dict[str, Any]) -> None:
    text = object_text(node_of(an_object(data)))
    (built,) = a_build(text, "namePrefix: x-\n").objects
    sourced = built.sourced()
    assert sourced == built.text
    assert sum(piece.length for piece in sourced.pieces) == len(sourced)
    at = 0
    for piece in sourced.pieces:
        if piece.exact and piece.origins[0].file == "one.yaml":
            origin = piece.origins[0]
            assert text[origin.start : origin.end] == sourced[at : at + piece.length]
        at += piece.length


@given(OBJECTS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_an_object_merged_into_itself_stays(data: dict[str, Any]) -> None:
    target, patch = node_of(an_object(data)), node_of(an_object(data))
    before = object_text(target)
    merged = merge(patch, target, builtin_schema())
    assert merged is not None
    assert object_text(merged) == before


@given(OBJECTS, OBJECTS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_a_patch_does_not_name_stays_whether_it_was_looked_at_or_not(
    data: dict[str, Any], other: dict[str, Any]
) -> None:
    text = object_text(node_of(an_object(data)))
    (lazy,) = ObjectFile("one.yaml", text).objects()
    (eager,) = ObjectFile("one.yaml", text).objects()
    value_of(eager)
    for node in (lazy, eager):
        merge(node_of({"apiVersion": "example.org/v1", "kind": "Thing", "other": other}), node, builtin_schema())
    assert object_text(lazy) == object_text(eager)
