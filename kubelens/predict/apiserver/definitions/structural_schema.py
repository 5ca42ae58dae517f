"""What makes a CustomResourceDefinition's schema structural: apiextensions ``pkg/apiserver/schema``."""

from __future__ import annotations

from typing import Any, Final

from kubelens import regexp
from kubelens.predict.apiserver.causes import MapKey, Path, Report

_UNSUPPORTED: Final = ("id", "$schema", "patternProperties", "definitions", "dependencies", "$ref")
_INT_OR_STRING: Final = [{"type": "integer"}, {"type": "string"}]
_FORBIDDEN_NESTED: Final = (
    "type",
    "title",
    "description",
    "nullable",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-validations",
)
_FORBIDDEN_NESTED_EVEN_EMPTY: Final = (
    "additionalProperties", "default", "x-kubernetes-list-type", "x-kubernetes-map-type",
)  # fmt: skip
_SAYING_EVEN_EMPTY: Final = frozenset(
    [
        "additionalProperties", "maximum", "maxItems", "maxLength", "maxProperties", "minimum", "minItems",
        "minLength", "minProperties", "multipleOf", "not", "required", "x-kubernetes-list-map-keys",
        "x-kubernetes-list-type", "x-kubernetes-map-type",
    ]
)  # fmt: skip
"""What says something about a value though it is there and empty: Go's pointers and slices that are not nil."""
_NOT_KEPT: Final = frozenset({"type", "default", "properties", "externalDocs", "example"})
"""What a structural schema says elsewhere, or does not keep."""
ROOT: Final = "root"
_ITEM: Final = "item"
_FIELD: Final = "field"


def properties(schema: dict[str, Any]) -> dict[str, Any]:
    """The properties of a schema, an empty map where there are none."""
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def structural_form(schema: dict[str, Any]) -> bool:
    """Whether a schema can be read as a structural one at all (``NewStructural``)."""
    if any(schema.get(name) for name in _UNSUPPORTED) or schema.get("additionalItems") is not None:
        return False
    items = schema.get("items")
    if (isinstance(items, list) and items) or schema.get("x-kubernetes-preserve-unknown-fields") is False:
        return False
    inner = [*properties(schema).values(), items, schema.get("additionalProperties"), schema.get("not")]
    for name in ("allOf", "anyOf", "oneOf"):
        inner.extend(schema.get(name, []))
    return all(structural_form(item) for item in inner if isinstance(item, dict))


def validate_structural(schema: dict[str, Any], report: Report, path: Path) -> None:
    """The invariants of a structural schema, and that every value validation has a structural counterpart."""
    _invariants(schema, report, path, ROOT)
    _complete(schema, schema, report, path, path)


def _invariants(schema: dict[str, Any], report: Report, path: Path, level: str) -> None:
    kind = schema.get("type", "")
    items, additional, fields = schema.get("items"), schema.get("additionalProperties"), properties(schema)
    if kind == "array" and not isinstance(items, dict):
        report.required((*path, "items"), "must be given: the items of an array need a schema")
    if isinstance(items, dict):
        _invariants(items, report, (*path, "items"), _ITEM)
    for name, inner in fields.items():
        _invariants(inner, report, (*path, "properties", MapKey(name)), _FIELD)
    if additional is not None:
        if level == ROOT:
            report.forbidden((*path, "additionalProperties"), "must not stand at the root")
        if isinstance(additional, dict):
            _invariants(additional, report, (*path, "additionalProperties"), _FIELD)
    either, preserve = schema.get("x-kubernetes-int-or-string"), schema.get("x-kubernetes-preserve-unknown-fields")
    embedded = schema.get("x-kubernetes-embedded-resource")
    if either and preserve:
        report.invalid(
            (*path, "x-kubernetes-preserve-unknown-fields"), True, "must not stand beside x-kubernetes-int-or-string"
        )
    if either and embedded:
        report.invalid(
            (*path, "x-kubernetes-embedded-resource"), True, "must not stand beside x-kubernetes-int-or-string"
        )
    every = schema.get("allOf", [])
    _validations(
        schema, report, path, level,
        skip_any=schema.get("anyOf") == _INT_OR_STRING,
        skip_first=bool(every) and every[0].get("anyOf") == _INT_OR_STRING,
    )  # fmt: skip
    if embedded and kind != "object":
        if not kind:
            report.required((*path, "type"), "must be object for an embedded resource")
        else:
            report.invalid((*path, "type"), kind, "must be object for an embedded resource")
    elif not kind and not either and not preserve:
        report.required((*path, "type"), "must be given: a structural schema names every type")
    if embedded and additional is not None:
        report.forbidden((*path, "additionalProperties"), "must not stand in an embedded resource")
    if level == ROOT and kind and kind != "object":
        report.invalid((*path, "type"), kind, "must be object at the root")
    _resource_fields(fields, report, path, level, checked=level == ROOT or bool(embedded))
    if embedded and not preserve and not fields:
        report.required(
            (*path, "properties"),
            "must be given for an embedded resource, or x-kubernetes-preserve-unknown-fields: true",
        )


def _resource_fields(fields: dict[str, Any], report: Report, path: Path, level: str, *, checked: bool) -> None:
    """apiVersion, kind and metadata of a resource are the server's own."""
    for name in ("kind", "apiVersion"):
        if checked and name in fields and fields[name].get("type", "") != "string":
            report.invalid((*path, "properties", MapKey(name), "type"), fields[name].get("type", ""), "must be string")
    metadata = fields.get("metadata")
    if metadata is None:
        return
    here = (*path, "properties", MapKey("metadata"))
    if checked and metadata.get("type", "") != "object":
        report.invalid((*here, "type"), metadata.get("type", ""), "must be object")
    if level == ROOT:
        more = {name for name, item in metadata.items() if _says(name, item)} - _NOT_KEPT
        if more or set(properties(metadata)) - {"name", "generateName"}:
            report.forbidden(here, "must restrict name and generateName only; the rest is the server's own")


def _says(name: str, item: Any) -> bool:
    """Whether a field says anything: of lists of ``items``, the server keeps nothing."""
    if name == "items":
        return isinstance(item, dict)
    return item is not None if name in _SAYING_EVEN_EMPTY else bool(item)


def _validations(
    schema: dict[str, Any], report: Report, path: Path, level: str, *, skip_any: bool, skip_first: bool
) -> None:
    if not skip_any:
        for index, inner in enumerate(schema.get("anyOf", [])):
            _nested(inner, report, (*path, "anyOf", index), level)
    for index, inner in enumerate(schema.get("allOf", [])):
        _nested(inner, report, (*path, "allOf", index), level, skip_any=skip_first and index == 0)
    for index, inner in enumerate(schema.get("oneOf", [])):
        _nested(inner, report, (*path, "oneOf", index), level)
    if isinstance(schema.get("not"), dict):
        _nested(schema["not"], report, (*path, "not"), level)
    pattern = schema.get("pattern", "")
    if pattern:
        try:
            regexp.compile(pattern)
        except regexp.RegexpError as wrong:
            report.invalid((*path, "pattern"), pattern, f"must be a valid regular expression, but is not: {wrong}")


def _nested(schema: dict[str, Any], report: Report, path: Path, level: str, *, skip_any: bool = False) -> None:
    _validations(schema, report, path, level, skip_any=skip_any, skip_first=False)
    if isinstance(schema.get("items"), dict):
        _nested(schema["items"], report, (*path, "items"), level)
    for name, inner in properties(schema).items():
        _nested(inner, report, (*path, "properties", MapKey(name)), _FIELD)
    for name in _FORBIDDEN_NESTED:
        if schema.get(name):
            report.forbidden((*path, name), "must not stand below allOf, anyOf, oneOf and not")
    for name in _FORBIDDEN_NESTED_EVEN_EMPTY:
        if schema.get(name) is not None:
            report.forbidden((*path, name), "must not stand below allOf, anyOf, oneOf and not")
    if "metadata" in properties(schema):
        report.forbidden((*path, "properties", MapKey("metadata")), "must not stand below allOf, anyOf, oneOf and not")


def _complete(
    validation: dict[str, Any], schema: dict[str, Any] | None, report: Report, path: Path, where: Path
) -> None:
    """What a value validation speaks of has to be declared outside of it."""
    if isinstance(validation.get("not"), dict):
        _nested_complete(validation["not"], schema, report, path, (*where, "not"))
    for name in ("allOf", "anyOf", "oneOf"):
        for index, inner in enumerate(validation.get(name, [])):
            _nested_complete(inner, schema, report, path, (*where, name, index))


def _nested_complete(
    validation: dict[str, Any], schema: dict[str, Any] | None, report: Report, path: Path, where: Path
) -> None:
    if schema is None:
        report.required(path, "must be declared outside of allOf, anyOf, oneOf and not too")
        return
    _complete(validation, schema, report, path, where)
    if isinstance(validation.get("items"), dict):
        items = schema.get("items")
        _nested_complete(
            validation["items"], items if isinstance(items, dict) else None, report, (*path, "items"), (*where, "items")
        )
    for name, inner in properties(validation).items():
        here = (*path, "properties", MapKey(name))
        if name not in properties(schema):
            report.required(here, "must be declared outside of allOf, anyOf, oneOf and not too")
        else:
            _nested_complete(inner, properties(schema)[name], report, here, (*where, "properties", MapKey(name)))
