"""values.schema.json: values held against it, by jsonschema, within the chart (Helm, ``ValidateAgainstSchema``)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from kubelens.render.chart.fault import OF_SCHEMA, ChartFault
from kubelens.render.chart.model import Chart
from kubelens.render.chart.schema_form import is_pattern, looks_wrong
from kubelens.render.chart.schema_words import pointer, quoted, words
from kubelens.render.chart.tables import Table, is_table
from kubelens.render.go.types import type_name
from kubelens.render.json_schema import TooManyReferences, TooManySteps, additional, validator_of

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_FIRST: Final = ("type", "const", "enum", "format")
"""Keywords that end the validation of a value where they fail, in this order."""
_ORDER: Final = {
    name: place
    for place, name in enumerate(
        (
            "$ref minProperties maxProperties required dependencies properties patternProperties additionalProperties "
            "propertyNames dependentSchemas dependentRequired minItems maxItems uniqueItems prefixItems items "
            "additionalItems contains minLength maxLength pattern minimum maximum exclusiveMinimum exclusiveMaximum "
            "multipleOf not allOf anyOf oneOf if"
        ).split()
    )
}
_BY_NAME: Final = frozenset({"properties", "patternProperties", "dependencies", "dependentSchemas"})
_OF_ITEMS: Final = frozenset({"items", "additionalItems", "additionalProperties", "patternProperties"})
_OF_PARTS: Final = _OF_ITEMS | {"properties", "prefixItems", "contains", "unevaluatedItems", "unevaluatedProperties"}
"""Keywords whose schemas are asked about what a value holds, not about itself."""
_BY_INDEX: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})


class Complaint(Struct, frozen=True):
    """One thing that is wrong with values: where (keys and indexes), what, and what it comes from."""

    path: tuple[str | int, ...]
    message: str
    causes: tuple[Complaint, ...] = ()
    grouped: bool = False
    """Whether it says no more than that its causes belong together."""

    def lines(self, depth: int = 0) -> Iterator[str]:
        """As Helm prints it."""
        yield f"{'  ' * depth}- at {quoted(pointer(self.path))}: {self.message}"
        for cause in self.causes:
            yield from cause.lines(depth + 1)

    def leaves(self) -> Iterator[Complaint]:
        """The complaints that have no others below them."""
        if not self.causes:
            yield self
        for cause in self.causes:
            yield from cause.leaves()


class ChartComplaints(Struct, frozen=True):
    """What the schema of one chart has against its values; ``trouble``: why they could not be held against it."""

    chart: Chart
    complaints: tuple[Complaint, ...] = ()
    trouble: str = ""

    def __str__(self) -> str:
        body = self.trouble or "\n".join(line for one in self.complaints for line in one.lines())
        return f"{self.chart.name}:\n{body}\n"


def check_values(chart: Chart, values: Table) -> list[ChartComplaints]:
    """What the schemas of a chart and the charts below it have against values."""
    found: list[ChartComplaints] = []
    if chart.schema is not None:
        complaints, trouble = check_schema(chart.schema.data, values)
        if complaints or trouble:
            found.append(ChartComplaints(chart, complaints, trouble))
    for below in chart.dependencies:
        inner = values.get(below.name)
        if is_table(inner):
            found.extend(check_values(below, inner))
        elif inner is not None:
            trouble = f"invalid type for values: expected object (map), got {type_name(inner)}"
            found.append(ChartComplaints(below, (), trouble))
    return found


def schema_fault(found: Iterable[ChartComplaints]) -> ChartFault:
    """The error that ends a render."""
    text = "".join(map(str, found)).rstrip("\n")
    head = f"{OF_SCHEMA} of the schema(s) in the following chart(s):"
    return ChartFault(f"{head}\n{text}", "values.schema.json")


def check_schema(schema: bytes, values: Table) -> tuple[tuple[Complaint, ...], str]:
    """(complaints, why there can be none) of values against the text of a schema.

    References lead to places in the same text only: nothing is fetched and no other file is read.
    """
    try:
        wanted = json.loads(schema)
    except (ValueError, RecursionError) as error:
        return (), str(error)
    if looks_wrong(wanted) and (trouble := _no_schema(wanted)):
        return (), trouble
    return hold_against(wanted, values, {})


def hold_against(wanted: Any, value: Any, beside: Mapping[str, Any]) -> tuple[tuple[Complaint, ...], str]:
    """(complaints, why there can be none) of a value against a schema; ``beside``: others that it may refer to."""
    from referencing.exceptions import Unresolvable  # noqa: PLC0415 - most charts have no schema

    if not isinstance(wanted, dict | bool):
        return (), "the schema is no object"
    try:
        found = list(validator_of(wanted, beside).iter_errors(_plain(value)))
    except Unresolvable as error:
        return (), f"the schema refers to {error.ref}, which lies outside of it: nothing is fetched"
    except (RecursionError, TooManyReferences):
        return (), "the schema refers to itself without end, or what it is held against lies too deep"
    except TooManySteps:
        return (), "schema and values are too large together for one to be held against the other to the end"
    except Exception as error:  # noqa: BLE001 - a schema that is none makes the library fail in many ways
        return (), _schema_trouble(wanted, error)
    complaints = _group(found, (), 0)
    if len(complaints) == 1 and complaints[0].grouped:
        complaints = complaints[0].causes
    return complaints, ""


def _schema_trouble(wanted: Any, error: Exception) -> str:
    """What is wrong with a schema that made the library fail."""
    return _no_schema(wanted) or f"the schema cannot be used: {error}"


def _no_schema(wanted: Any) -> str:
    """What the schema of schemas has against one, empty where nothing; patterns are Go's regular expressions."""
    from jsonschema import Draft202012Validator, FormatChecker, validators  # noqa: PLC0415 - most schemas are right
    from jsonschema.exceptions import SchemaError  # noqa: PLC0415

    formats = FormatChecker(())
    formats.checks("regex")(is_pattern)
    kind: Any = validators.validator_for(wanted, default=Draft202012Validator)
    try:
        kind.check_schema(wanted, format_checker=formats)
    except SchemaError as told:
        place = "".join(f"/{step}" for step in told.absolute_path)
        return f"the schema is none: at '{place}': {told.message}"
    except RecursionError:
        return ""
    return ""


def _plain(value: object) -> Any:
    """Values as a JSON reader gives them: whole numbers are integers."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _group(errors: Iterable[ValidationError], above: tuple[Any, ...], depth: int) -> tuple[Complaint, ...]:
    """The complaints of one schema about one value, in order.

    ``above``: the way to the schema; ``depth``: the steps to the value.
    """
    own: dict[str, list[ValidationError]] = {}
    for error in errors:
        way = tuple(error.absolute_schema_path)[len(above) :]
        own.setdefault(str(way[0]) if way else "false", []).append(error)
    for keyword in _FIRST:
        if keyword in own:
            return (_complaint(own[keyword][0], keyword),)
    found: list[Complaint] = []
    for keyword in sorted(own, key=lambda name: _ORDER.get(name, len(_ORDER))):
        found.extend(_of_keyword(keyword, own[keyword], above, depth))
    return tuple(found)


def _of_keyword(keyword: str, errors: list[ValidationError], above: tuple[Any, ...], depth: int) -> Iterator[Complaint]:
    first = errors[0]
    if keyword in ("anyOf", "oneOf"):
        causes = tuple(
            _one(group, tuple(first.absolute_path)) for group in _alternatives(first, (*above, keyword), depth)
        )
        message = f"'oneOf' failed, {first.message}" if keyword == "oneOf" else "'anyOf' failed"
        yield Complaint(tuple(first.absolute_path), message, causes)
        return
    below = [error for error in errors if len(error.absolute_schema_path) > len(above) + 1]
    if not below:
        if keyword == "additionalProperties":
            yield Complaint(tuple(first.absolute_path), _additional(first))
        elif keyword == "required":
            yield _complaint(first, keyword)
        else:
            yield from (_complaint(error, keyword) for error in errors)
        return
    if keyword in ("$ref", "$dynamicRef"):
        inner = _group(below, (*above, keyword), depth)
        if len(inner) == 1:
            yield inner[0]
        else:
            yield Complaint(_shared_path(below), "validation failed", inner)
        return
    groups: dict[Any, list[ValidationError]] = {}
    steps: dict[Any, tuple[Any, ...]] = {}
    for error in below:
        way = tuple(error.absolute_schema_path)[len(above) :]
        deeper = 2 if keyword in _BY_NAME or keyword in _BY_INDEX or isinstance(way[1], int) or keyword == "if" else 1
        key = (way[1] if deeper == 2 else None, _item(error, keyword, depth))
        groups.setdefault(key, []).append(error)
        steps[key] = (*above, *way[:deeper])
    inside = depth + (keyword in _OF_PARTS)
    results = [
        _one(_group(group, steps[key], inside), tuple(group[0].absolute_path)[:inside]) for key, group in groups.items()
    ]
    if keyword == "allOf":
        yield Complaint(_shared_path(below), "'allOf' failed", tuple(results))
    else:
        yield from results


def _item(error: ValidationError, keyword: str, depth: int) -> Any:
    """What tells values apart that one schema is asked about: the index or name of each below a value so deep."""
    if keyword in _OF_ITEMS:
        return tuple(error.absolute_path)[depth : depth + 1]
    return None


def _alternatives(error: ValidationError, above: tuple[Any, ...], depth: int) -> Iterator[tuple[Complaint, ...]]:
    by_index: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        by_index.setdefault(inner.schema_path[0], []).append(inner)
    for index in sorted(by_index):
        yield _group(by_index[index], (*above, index), depth)


def _one(complaints: tuple[Complaint, ...], path: tuple[str | int, ...]) -> Complaint:
    """Several complaints of one schema about the value at ``path`` as one."""
    if len(complaints) == 1:
        return complaints[0]
    return Complaint(path, "validation failed", complaints, True)


def _shared_path(errors: list[ValidationError]) -> tuple[str | int, ...]:
    return min((tuple(error.absolute_path) for error in errors), key=len)


def _complaint(error: ValidationError, keyword: str) -> Complaint:
    return Complaint(tuple(error.absolute_path), words(keyword, error.validator_value, error.instance, error.schema))


def _additional(error: ValidationError) -> str:
    schema: Any = error.schema
    instance: Any = error.instance
    return f"additional properties {', '.join(map(quoted, additional(instance, schema)))} not allowed"
