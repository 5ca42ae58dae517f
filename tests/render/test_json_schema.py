"""JSON Schemas are held against values as the jsonschema package does, which passes the suite of their authors."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.render.json_schema import mismatches, schema_mismatch
from kubelens.render.json_schema_references import Unresolvable, schema_of_schemas

DRAFTS = {
    4: ("http://json-schema.org/draft-04/schema#", jsonschema.Draft4Validator),
    6: ("http://json-schema.org/draft-06/schema#", jsonschema.Draft6Validator),
    7: ("http://json-schema.org/draft-07/schema#", jsonschema.Draft7Validator),
    2019: ("https://json-schema.org/draft/2019-09/schema", jsonschema.Draft201909Validator),
    2020: ("https://json-schema.org/draft/2020-12/schema", jsonschema.Draft202012Validator),
}
NAMES = st.sampled_from(["a", "b", "ab"])
LEAVES = st.sampled_from([None, True, False, 0, 1, 1.5, 12, "", "a", "abc", [], {}])
VALUES = st.recursive(
    LEAVES, lambda one: st.lists(one, max_size=3) | st.dictionaries(NAMES, one, max_size=3), max_leaves=6
)
TYPES = st.sampled_from(["null", "boolean", "number", "integer", "string", "array", "object"])
SMALL = st.integers(0, 3)


def grown(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    named = st.dictionaries(NAMES, below, max_size=2)
    some = st.lists(below, min_size=1, max_size=2)
    words: dict[str, Any] = dict.fromkeys(("allOf", "anyOf", "oneOf"), some)
    words |= dict.fromkeys(("not", "if", "then", "else", "contains", "propertyNames"), below)
    words |= dict.fromkeys(("additionalProperties", "unevaluatedItems"), below)
    words |= {"properties": named, "patternProperties": named, "dependentSchemas": named, "items": below}
    words |= {"unevaluatedProperties": below, "prefixItems": some}
    return st.fixed_dictionaries({}, optional=words)


FLAT = st.fixed_dictionaries(
    {},
    optional={
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=2, unique=True),
        "enum": st.lists(LEAVES, min_size=1, max_size=3),
        "const": LEAVES,
        "required": st.lists(NAMES, max_size=2, unique=True),
        "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=2, unique=True), max_size=2),
        "uniqueItems": st.booleans(),
        "pattern": st.sampled_from(["^a", "b$", "."]),
        "multipleOf": st.sampled_from([1, 2, 0.5]),
        **dict.fromkeys(("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"), SMALL),
        **dict.fromkeys(("minProperties", "maxProperties", "exclusiveMinimum", "exclusiveMaximum"), SMALL),
    },
)
SCHEMAS = st.recursive(FLAT | st.booleans(), lambda below: FLAT | grown(below), max_leaves=8)


@pytest.mark.parametrize("draft", [6, 7, 2020])
@given(schema=SCHEMAS, value=VALUES)
@settings(max_examples=300, deadline=None)
def test_what_fits_is_what_fits_for_the_package(draft: int, schema: Any, value: Any) -> None:
    uri, validator = DRAFTS[draft]
    if isinstance(schema, dict):
        schema = {"$schema": uri, **schema}
    ours = not list(mismatches(schema, value, {}))
    assert ours == validator(schema).is_valid(value)


@pytest.mark.parametrize("draft", DRAFTS)
def test_the_schemas_of_schemas_take_themselves_and_no_slips(draft: int) -> None:
    uri = DRAFTS[draft][0]
    assert schema_mismatch(schema_of_schemas(draft), lambda *_: True) is None
    slip = schema_mismatch({"$schema": uri, "properties": {"a": {"type": "strnig"}}}, lambda *_: True)
    assert slip is not None
    assert slip.path == ("properties", "a", "type")


def test_references_by_place_name_and_uri() -> None:
    schema = {
        "$id": "https://desk.test/root.json",
        "$defs": {
            "short": {"maxLength": 2},
            "named": {"$anchor": "here", "type": "string"},
            "apart": {"$id": "apart.json", "$defs": {"in": {"minLength": 1}}},
        },
        "allOf": [
            {"$ref": "#/$defs/short"},
            {"$ref": "#here"},
            {"$ref": "apart.json#/$defs/in"},
            {"$ref": "https://other.test/x"},
        ],
    }
    beside = {"https://other.test/x": {"pattern": "^a"}}
    found = {text: {one.keyword for one in mismatches(schema, text, beside)} for text in ("ab", "abc", "", 1, "b")}
    assert found == {"ab": set(), "abc": {"maxLength"}, "": {"minLength", "pattern"}, 1: {"type"}, "b": {"pattern"}}
    with pytest.raises(Unresolvable):
        list(mismatches(schema, "ab", {}))
    with pytest.raises(Unresolvable):
        list(mismatches({"$ref": "#/$defs/none"}, "ab", {}))


def test_a_tree_that_is_extended_is_extended_at_every_level() -> None:
    """``$dynamicRef``: what refers to a schema may replace what that refers to."""
    tree = {
        "$id": "https://desk.test/tree",
        "$dynamicAnchor": "node",
        "properties": {"children": {"items": {"$dynamicRef": "#node"}}},
    }
    strict = {
        "$id": "https://desk.test/strict",
        "$dynamicAnchor": "node",
        "$ref": "tree",
        "unevaluatedProperties": False,
    }
    value = {"children": [{"childern": []}]}
    assert not list(mismatches(tree, value, {}))
    (found,) = mismatches(strict, value, {"https://desk.test/tree": tree})
    assert (found.keyword, found.path) == ("unevaluatedProperties", ("children", 0))
