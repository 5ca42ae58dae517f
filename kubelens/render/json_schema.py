"""JSON Schemas that a stranger may have written, as validators of jsonschema: bounded, and nothing is ever fetched."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from functools import cache
from typing import Any, Final

from kubelens import regexp

_MOST_REFERENCES: Final = 20_000
_MOST_STEPS: Final = 500_000
"""Keywords that are held against values, those with long lists and long complaints counted by their length."""
_OF_A_STEP: Final = 10
"""Items of a list in a schema that are compared in the time of a step."""
_OF_A_COMPLAINT: Final = 10
_SAID_IN_A_STEP: Final = 100
_LONGEST_MESSAGE: Final = 1_000
"""Characters that are kept of what the library says: it repeats whole values."""
Keyword = Callable[[Any, Any, Any, Any], "Iterator[Any] | None"]


class TooManyReferences(Exception):
    """A schema refers to itself in so many ways that a value is not held against it to the end."""


class TooManySteps(Exception):
    """A schema and a value are so large together that one is not held against the other to the end."""


def validator_of(wanted: Any, beside: Mapping[str, Any]) -> Any:
    """A validator for one value, of the draft that the schema names (without one, of 2020-12).

    ``beside``: other schemas by their URIs. Patterns are Go's regular expressions, so
    that none runs for ever; one that Go refuses matches everything.

    Raises (as it validates):
        TooManyReferences, TooManySteps: see there.
        referencing.exceptions.Unresolvable: a reference leads elsewhere.
    """
    from jsonschema import Draft202012Validator, validators  # noqa: PLC0415 - few texts have schemas
    from jsonschema_specifications import REGISTRY  # noqa: PLC0415
    from referencing import Resource  # noqa: PLC0415
    from referencing.jsonschema import DRAFT202012  # noqa: PLC0415

    draft: Any = validators.validator_for(wanted, default=Draft202012Validator)
    has_patterns = '"patternProperties"' in json.dumps([wanted, *beside.values()])
    resources = [(name, Resource.from_contents(one, DRAFT202012)) for name, one in beside.items()]
    _FOLLOWED.set([])
    _TAKEN.set([0])
    return _bounded(draft, has_patterns)(wanted, registry=REGISTRY.with_resources(resources))


_FOLLOWED: Final[ContextVar[list[None]]] = ContextVar("followed")
"""One for each reference that was followed since the last validator was made."""
_TAKEN: Final[ContextVar[list[int]]] = ContextVar("taken")
"""How many steps were taken since then."""


@cache
def _bounded(draft: Any, has_patterns: bool) -> Any:
    """The validators of a draft, made once: making a class takes longer than most values do."""
    from jsonschema import validators  # noqa: PLC0415 - as above

    def reference(validator: Any, ref: Any, instance: Any, schema: Any) -> Iterator[Any] | None:
        followed = _FOLLOWED.get()
        followed.append(None)
        if len(followed) > _MOST_REFERENCES:
            raise TooManyReferences
        found: Iterator[Any] | None = draft.VALIDATORS["$ref"](validator, ref, instance, schema)
        return found

    words: dict[str, Keyword] = {
        **draft.VALIDATORS,
        "$ref": reference,
        "uniqueItems": _unique_items,
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
    }
    if "oneOf" in draft.VALIDATORS:
        words["oneOf"] = _one_of
    if has_patterns:
        words["unevaluatedProperties"] = _nothing  # the library would run the patterns by itself
    extend: Any = validators.extend
    return extend(draft, validators={name: _counted(one) for name, one in words.items()})


def _counted(keyword: Keyword) -> Keyword:
    """A keyword that takes steps."""

    def held(validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
        _take(1 + (len(wanted) // _OF_A_STEP if isinstance(wanted, list | dict) else 0))
        for error in keyword(validator, wanted, instance, schema) or ():
            _take(_OF_A_COMPLAINT + len(error.message) // _SAID_IN_A_STEP)
            error.message = error.message[:_LONGEST_MESSAGE]
            yield error

    return held


def _take(steps: int) -> None:
    taken = _TAKEN.get()
    taken[0] += steps
    if taken[0] > _MOST_STEPS:
        raise TooManySteps


def first_equal(items: Sequence[Any]) -> tuple[int, int] | None:
    """The places of the first two items that are equal as JSON, where 1 is 1.0 and true is not 1."""
    places: dict[Any, int] = {}
    for place, item in enumerate(items):
        first = places.setdefault(_identity(item), place)
        if first != place:
            return first, place
    return None


def _identity(value: Any) -> Hashable:
    if isinstance(value, dict):
        return "map", frozenset((name, _identity(inner)) for name, inner in value.items())
    if isinstance(value, list | tuple):
        return "list", tuple(map(_identity, value))
    return "bool" if isinstance(value, bool) else "", value


def matches(pattern: str, text: str) -> bool:
    """Whether a text has a match of a pattern."""
    try:
        return regexp.compile(pattern).matches(text)
    except (regexp.RegexpError, regexp.TooMuch):
        return True


def additional(instance: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
    """The names in a map for which a schema has neither a property nor a pattern."""
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    return [name for name in instance if name not in known and not any(matches(p, name) for p in patterns)]


def _pattern(validator: Any, pattern: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415 - as above

    if validator.is_type(instance, "string") and not matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if not validator.is_type(instance, "object"):
        return
    for pattern, inner in patterns.items():
        for name, value in instance.items():
            if matches(pattern, name):
                yield from validator.descend(value, inner, path=name, schema_path=pattern)


def _additional_properties(validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415 - as above

    if not validator.is_type(instance, "object"):
        return
    extra = additional(instance, schema)
    if validator.is_type(wanted, "object"):
        for name in extra:
            yield from validator.descend(instance[name], wanted, path=name)
    elif not wanted and extra:
        yield ValidationError(f"additional properties: {', '.join(extra)}")


def _unique_items(validator: Any, wanted: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415 - as above

    if wanted and validator.is_type(instance, "array") and first_equal(instance) is not None:
        yield ValidationError("items are equal")


def _one_of(validator: Any, wanted: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    """As jsonschema has it, but naming the first two schemas that a value meets by their places."""
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415 - as above

    against: list[Any] = []
    fitting: list[int] = []
    for place, one in enumerate(wanted):
        found = list(validator.descend(instance, one, schema_path=place))
        against += found
        if not found:
            fitting.append(place)
        if len(fitting) > 1:
            yield ValidationError(f"subschemas {fitting[0]}, {fitting[1]} matched")
            return
    if not fitting:
        yield ValidationError("none matched", context=against)


def _nothing(*_: Any) -> None:
    """A keyword that is not looked at."""
