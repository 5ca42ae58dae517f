"""The keywords of JSON Schema, by draft."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any, Final

from kubelens.render.json_schema_evaluated import evaluated_items, evaluated_names
from kubelens.render.json_schema_evaluation import (
    At,
    Evaluation,
    Keyword,
    Mismatch,
    additional,
    first_equal,
    is_same,
    matches,
)

_OF_A_PATTERN: Final = 100
"""Characters that a pattern is held against in the time of a step."""
Schema = dict[str, Any]
Found = Iterator[Mismatch]


@cache
def keywords_of(draft: int) -> Mapping[str, Keyword]:
    """The keywords that a draft has."""
    return {name: keyword for name, (keyword, first, last) in _KEYWORDS.items() if first <= draft <= last}


def is_type(value: Any, name: str) -> bool:
    """Whether a value is of a type that schemas name.

    Raises:
        ValueError: schemas name no such type.
    """
    match name:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "object":
            return isinstance(value, dict)
        case "array":
            return isinstance(value, list)
        case "string":
            return isinstance(value, str)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "integer":
            return is_type(value, "number") and (isinstance(value, int) or value.is_integer())
    raise ValueError(f"no type is called {name!r}")


def _inside(at: At, step: str | int, *ways: str | int) -> At:
    return At((*at.path, step), (*at.way, *ways), at.scope)


def _along(at: At, *ways: str | int) -> At:
    return At(at.path, (*at.way, *ways), at.scope)


def _ref(run: Evaluation, wanted: Any, value: Any, _schema: Schema, at: At) -> Found:
    schema, there, _ = run.referred(wanted, at)
    yield from run.descend(value, schema, there)


def _dynamic_ref(run: Evaluation, wanted: Any, value: Any, _schema: Schema, at: At) -> Found:
    schema, there = run.referred_dynamically(wanted, at)
    yield from run.descend(value, schema, there)


def _recursive_ref(run: Evaluation, _wanted: Any, value: Any, _schema: Schema, at: At) -> Found:
    schema, there = run.referred_recursively(at)
    yield from run.descend(value, schema, there)


def _all_of(run: Evaluation, wanted: Any, value: Any, _schema: Schema, at: At) -> Found:
    for place, one in enumerate(wanted):
        yield from run.descend(value, one, _along(at, place))


def _any_of(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    against: list[Mismatch] = []
    for place, one in enumerate(wanted):
        found = list(run.descend(value, one, _along(at, place)))
        if not found:
            return
        against += found
    run.take(len(against))
    yield Mismatch("anyOf", wanted, value, schema, at.path, at.way, "", tuple(against))


def _one_of(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    """Named are the first two schemas that a value meets."""
    against: list[Mismatch] = []
    fitting: list[int] = []
    for place, one in enumerate(wanted):
        found = list(run.descend(value, one, _along(at, place)))
        against += found
        if not found:
            fitting.append(place)
        if len(fitting) > 1:
            yield run.wrong(wanted, value, schema, at, f"subschemas {fitting[0]}, {fitting[1]} matched")
            return
    if not fitting:
        run.take(len(against))
        yield Mismatch("oneOf", wanted, value, schema, at.path, at.way, "none matched", tuple(against))


def _not(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    if run.is_valid(value, wanted, at):
        yield run.wrong(wanted, value, schema, at)


def _if(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    branch = "then" if run.is_valid(value, wanted, at) else "else"
    if branch in schema:
        yield from run.descend(value, schema[branch], _along(at, branch))


def _properties(run: Evaluation, wanted: Any, value: Any, _schema: Schema, at: At) -> Found:
    if isinstance(value, dict):
        for name, inner in wanted.items():
            if name in value:
                yield from run.descend(value[name], inner, _inside(at, name, name))


def _pattern_properties(run: Evaluation, wanted: Any, value: Any, _schema: Schema, at: At) -> Found:
    if isinstance(value, dict):
        for pattern, inner in wanted.items():
            for name, below in value.items():
                run.take(len(name) // _OF_A_PATTERN)
                if matches(pattern, name):
                    yield from run.descend(below, inner, _inside(at, name, pattern))


def _additional_properties(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    if not isinstance(value, dict):
        return
    extra = additional(value, schema)
    if isinstance(wanted, dict):
        for name in extra:
            yield from run.descend(value[name], wanted, _inside(at, name))
    elif not wanted and extra:
        yield run.wrong(wanted, value, schema, at)


def _property_names(run: Evaluation, wanted: Any, value: Any, _schema: Schema, at: At) -> Found:
    if isinstance(value, dict):
        for name in value:
            yield from run.descend(name, wanted, at)


def _unevaluated_properties(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    if isinstance(value, dict):
        known = evaluated_names(run, value, schema, at, alone=True)
        left = [name for name in value if name not in known]
        if any(not run.is_valid(value[name], wanted, at) for name in left):
            yield run.wrong(wanted, value, schema, at)


def _unevaluated_items(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    if isinstance(value, list):
        known = evaluated_items(run, value, schema, at, alone=True)
        left = [item for place, item in enumerate(value) if place not in known]
        if any(not run.is_valid(item, wanted, at) for item in left):
            yield run.wrong(wanted, value, schema, at)


def _required(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    if isinstance(value, dict):
        for name in wanted:
            if name not in value:
                yield run.wrong(wanted, value, schema, at)


def _dependent_required(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    if isinstance(value, dict):
        for name, needed in wanted.items():
            if name in value:
                for one in needed:
                    if one not in value:
                        yield run.wrong(wanted, value, schema, at)


def _dependent_schemas(run: Evaluation, wanted: Any, value: Any, _schema: Schema, at: At) -> Found:
    if isinstance(value, dict):
        for name, inner in wanted.items():
            if name in value:
                yield from run.descend(value, inner, _along(at, name))


def _dependencies(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    if isinstance(value, dict):
        for name, needed in wanted.items():
            if name not in value:
                continue
            if not isinstance(needed, list):
                yield from run.descend(value, needed, _along(at, name))
            elif any(one not in value for one in needed):
                yield run.wrong(wanted, value, schema, at)


def _prefix_items(run: Evaluation, wanted: Any, value: Any, _schema: Schema, at: At) -> Found:
    if isinstance(value, list):
        for place, (item, inner) in enumerate(zip(value, wanted, strict=False)):
            yield from run.descend(item, inner, _inside(at, place, place))


def _items(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    if not isinstance(value, list):
        return
    if isinstance(wanted, list) and at.document.draft < 2020:
        yield from _prefix_items(run, wanted, value, schema, at)
        return
    before = len(schema.get("prefixItems", ())) if at.document.draft >= 2020 else 0
    if wanted is False and len(value) > before and at.document.draft >= 2020:
        yield run.wrong(wanted, value, schema, at)
        return
    for place in range(before, len(value)):
        yield from run.descend(value[place], wanted, _inside(at, place))


def _additional_items(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    before = schema.get("items", {})
    if not isinstance(value, list) or not isinstance(before, list):
        return
    if isinstance(wanted, dict):
        for place in range(len(before), len(value)):
            yield from run.descend(value[place], wanted, _inside(at, place))
    elif not wanted and len(value) > len(before):
        yield run.wrong(wanted, value, schema, at)


def _contains(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    if not isinstance(value, list):
        return
    least, most = 1, None
    if at.document.draft >= 2019:
        least, most = schema.get("minContains", 1), schema.get("maxContains")
    count = sum(run.is_valid(item, wanted, at) for item in value)
    if count < least or (most is not None and count > most):
        yield run.wrong(wanted, value, schema, at)


def _type(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    names = [wanted] if isinstance(wanted, str) else wanted
    if not any(is_type(value, name) for name in names):
        yield run.wrong(wanted, value, schema, at)


def _minimum(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    exclusive = at.document.draft == 4 and schema.get("exclusiveMinimum", False)
    if is_type(value, "number") and (value < wanted or (exclusive and value == wanted)):
        yield run.wrong(wanted, value, schema, at)


def _maximum(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    exclusive = at.document.draft == 4 and schema.get("exclusiveMaximum", False)
    if is_type(value, "number") and (value > wanted or (exclusive and value == wanted)):
        yield run.wrong(wanted, value, schema, at)


def _multiple_of(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, float) and isinstance(value, int):
        return bool(value % wanted == 0)
    try:
        quotient = value / wanted
        return bool(int(quotient) == quotient)
    except OverflowError:
        return Fraction(value) % Fraction(wanted) == 0


def _unique_items(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    if wanted and isinstance(value, list) and first_equal(value) is not None:
        yield run.wrong(wanted, value, schema, at)


def _enum(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    if not any(is_same(value, one) for one in wanted):
        yield run.wrong(wanted, value, schema, at)


def _pattern(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    if isinstance(value, str):
        run.take(len(value) // _OF_A_PATTERN)
        if not matches(wanted, value):
            yield run.wrong(wanted, value, schema, at)


def _format(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
    if run.is_format is not None and not run.is_format(wanted, value):
        yield run.wrong(wanted, value, schema, at)


def _where(applies: Callable[[Any], bool], holds: Callable[[Any, Any], bool]) -> Keyword:
    """A keyword that compares values of one kind with its own."""

    def keyword(run: Evaluation, wanted: Any, value: Any, schema: Schema, at: At) -> Found:
        if applies(value) and not holds(value, wanted):
            yield run.wrong(wanted, value, schema, at)

    return keyword


def _is_number(value: Any) -> bool:
    return is_type(value, "number")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


_ALL: Final = (4, 2020)
_KEYWORDS: Final[Mapping[str, tuple[Keyword, int, int]]] = {
    "$ref": (_ref, *_ALL),
    "$dynamicRef": (_dynamic_ref, 2020, 2020),
    "$recursiveRef": (_recursive_ref, 2019, 2019),
    "additionalItems": (_additional_items, 4, 2019),
    "additionalProperties": (_additional_properties, *_ALL),
    "allOf": (_all_of, *_ALL),
    "anyOf": (_any_of, *_ALL),
    "const": (_where(lambda _: True, is_same), 6, 2020),
    "contains": (_contains, 6, 2020),
    "dependencies": (_dependencies, 4, 7),
    "dependentRequired": (_dependent_required, 2019, 2020),
    "dependentSchemas": (_dependent_schemas, 2019, 2020),
    "enum": (_enum, *_ALL),
    "exclusiveMaximum": (_where(_is_number, lambda value, bound: bool(value < bound)), 6, 2020),
    "exclusiveMinimum": (_where(_is_number, lambda value, bound: bool(value > bound)), 6, 2020),
    "format": (_format, *_ALL),
    "if": (_if, 7, 2020),
    "items": (_items, *_ALL),
    "maxItems": (_where(_is_list, lambda value, most: len(value) <= most), *_ALL),
    "maxLength": (_where(_is_text, lambda value, most: len(value) <= most), *_ALL),
    "maxProperties": (_where(_is_map, lambda value, most: len(value) <= most), *_ALL),
    "maximum": (_maximum, *_ALL),
    "minItems": (_where(_is_list, lambda value, least: len(value) >= least), *_ALL),
    "minLength": (_where(_is_text, lambda value, least: len(value) >= least), *_ALL),
    "minProperties": (_where(_is_map, lambda value, least: len(value) >= least), *_ALL),
    "minimum": (_minimum, *_ALL),
    "multipleOf": (_where(_is_number, _multiple_of), *_ALL),
    "not": (_not, *_ALL),
    "oneOf": (_one_of, *_ALL),
    "pattern": (_pattern, *_ALL),
    "patternProperties": (_pattern_properties, *_ALL),
    "prefixItems": (_prefix_items, 2020, 2020),
    "properties": (_properties, *_ALL),
    "propertyNames": (_property_names, 6, 2020),
    "required": (_required, *_ALL),
    "type": (_type, *_ALL),
    "unevaluatedItems": (_unevaluated_items, 2019, 2020),
    "unevaluatedProperties": (_unevaluated_properties, 2019, 2020),
    "uniqueItems": (_unique_items, *_ALL),
}
