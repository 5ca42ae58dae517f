"""The schema of a CustomResourceDefinition: apiextensions ``ValidateCustomResourceDefinitionOpenAPISchema``."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.predict.apiserver.causes import MapKey, Path, Report
from kubelens.predict.apiserver.definitions.schema_rules import validate_rule_expressions, validate_rule_texts
from kubelens.predict.apiserver.definitions.structural_schema import properties

_TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")
_NESTING: Final = frozenset({"not", "allOf", "oneOf", "anyOf", "definitions", "dependencies"})
_META: Final = frozenset({"metadata", "kind", "apiVersion"})


class Place(Struct, frozen=True):
    """Where in the schema: whether defaults and ``oldSelf`` are allowed, and whether CEL is looked at."""

    root: bool = True
    defaults: bool = True
    resource_meta: bool = False
    correlatable: bool = True
    cel: bool = True


def validate_schema(schema: dict[str, Any], report: Report, path: Path, place: Place) -> bool:
    """Report what is wrong with a schema and those below; False where anything but a CEL expression is."""
    before = len(report.causes)
    cel = Report()
    sound = _schema(schema, report, cel, path, place)
    report.causes.extend(cel.causes)
    return sound and len(report.causes) == before


def _schema(schema: dict[str, Any], report: Report, cel: Report, path: Path, place: Place) -> bool:
    before = len(report.causes)
    _standard(schema, report, path, place)
    if schema.get("uniqueItems"):
        report.forbidden(
            (*path, "uniqueItems"),
            "must not be set: it takes too long to check; x-kubernetes-list-type: set says the same",
        )
    inner = replace(place, root=False) if place.root else place
    _children(schema, report, cel, path, place, inner)
    if schema.get("x-kubernetes-preserve-unknown-fields") is False:
        report.invalid((*path, "x-kubernetes-preserve-unknown-fields"), False, "must be true or not there")
    _map_type(schema, report, path)
    _list_type(schema, report, path)
    _list_map(schema, report, path)
    _keys(schema, report, path)
    validate_rule_texts(schema, report, path)
    sound = len(report.causes) == before
    if sound and place.cel and schema.get("x-kubernetes-validations"):
        validate_rule_expressions(schema, cel, path, correlatable=place.correlatable)
    return sound


def _children(schema: dict[str, Any], report: Report, cel: Report, path: Path, place: Place, inner: Place) -> None:
    additional = schema.get("additionalProperties")
    if additional is not None:
        if properties(schema) and additional is not True:
            report.forbidden((*path, "additionalProperties"), "must not stand beside properties")
        if isinstance(additional, dict):
            below = replace(inner, defaults=inner.defaults and not place.resource_meta)
            _schema(additional, report, cel, (*path, "additionalProperties"), below)
    for name, item in properties(schema).items():
        below = inner
        if (place.root or schema.get("x-kubernetes-embedded-resource")) and name in _META:
            below = replace(below, resource_meta=True, defaults=below.defaults and not place.root)
        _schema(item, report, cel, (*path, "properties", MapKey(name)), below)
    if not _NESTING.isdisjoint(schema):
        _nested(schema, report, cel, path, replace(inner, cel=False))
    items = schema.get("items")
    if items is None:
        return
    below = inner if schema.get("x-kubernetes-list-type") == "map" else replace(inner, correlatable=False)
    if isinstance(items, dict):
        _schema(items, report, cel, (*path, "items"), below)
    elif isinstance(items, list):
        for index, item in enumerate(items):
            if isinstance(item, dict):
                _schema(item, report, cel, (*path, "items", index), below)


def _nested(schema: dict[str, Any], report: Report, cel: Report, path: Path, nested: Place) -> None:
    if isinstance(schema.get("not"), dict):
        _schema(schema["not"], report, cel, (*path, "not"), nested)
    for name in ("allOf", "oneOf", "anyOf"):
        for index, item in enumerate(schema.get(name, [])):
            _schema(item, report, cel, (*path, name, index), nested)
    for name in ("definitions", "dependencies"):
        for key, item in (schema.get(name) or {}).items():
            if isinstance(item, dict):
                _schema(item, report, cel, (*path, name, MapKey(key)), nested)


def _standard(schema: dict[str, Any], report: Report, path: Path, place: Place) -> None:
    kind = schema.get("type", "")
    if kind and kind not in _TYPES:
        report.not_supported((*path, "type"), kind, _TYPES)
    if schema.get("default") is not None and not place.defaults:
        report.forbidden((*path, "default"), "must not stand in metadata")
    for name in ("id", "patternProperties", "definitions"):
        if schema.get(name):
            report.forbidden((*path, name), f"{name} is not supported")
    for name in ("additionalItems", "dependencies", "$ref"):
        if name in schema:
            report.forbidden((*path, name), f"{name} is not supported")
    if kind == "null":
        report.forbidden((*path, "type"), "must not be null; nullable: true says the same")
    if isinstance(schema.get("items"), list) and schema["items"]:
        report.forbidden((*path, "items"), "must be one schema, no list")
    if place.resource_meta and schema.get("x-kubernetes-embedded-resource"):
        report.forbidden((*path, "x-kubernetes-embedded-resource"), "must not stand in metadata")


def _map_type(schema: dict[str, Any], report: Report, path: Path) -> None:
    map_type = schema.get("x-kubernetes-map-type")
    if map_type is None:
        return
    _needs_type(schema, "object", report, path)
    if map_type not in ("atomic", "granular"):
        report.not_supported((*path, "x-kubernetes-map-type"), map_type, ("atomic", "granular"))


def _needs_type(schema: dict[str, Any], wanted: str, report: Report, path: Path) -> bool:
    kind = schema.get("type", "")
    if kind == wanted:
        return True
    if not kind:
        report.required((*path, "type"), f"must be {wanted}")
    else:
        report.invalid((*path, "type"), kind, f"must be {wanted}")
    return False


def _list_type(schema: dict[str, Any], report: Report, path: Path) -> None:
    list_type = schema.get("x-kubernetes-list-type")
    if list_type is None:
        return
    items = schema.get("items")
    if _needs_type(schema, "array", report, path) and list_type == "set" and isinstance(items, dict):
        here = (*path, "items")
        if items.get("type") == "array" and items.get("x-kubernetes-list-type", "atomic") != "atomic":
            report.invalid(
                (*here, "x-kubernetes-list-type"),
                items["x-kubernetes-list-type"],
                "must be atomic for the items of a set",
            )
        if items.get("type") == "object" and items.get("x-kubernetes-map-type") != "atomic":
            report.invalid(
                (*here, "x-kubernetes-map-type"),
                items.get("x-kubernetes-map-type"),
                "must be atomic for the items of a set",
            )
    if list_type not in ("atomic", "set", "map"):
        report.not_supported((*path, "x-kubernetes-list-type"), list_type, ("atomic", "set", "map"))


def _list_map(schema: dict[str, Any], report: Report, path: Path) -> None:
    keys, list_type, items = (
        schema.get("x-kubernetes-list-map-keys", []),
        schema.get("x-kubernetes-list-type"),
        schema.get("items"),
    )
    if keys and list_type is None:
        report.required((*path, "x-kubernetes-list-type"), "must be map where there are list map keys")
    elif keys and list_type != "map":
        report.invalid((*path, "x-kubernetes-list-type"), list_type, "must be map where there are list map keys")
    if list_type != "map":
        return
    here = (*path, "x-kubernetes-list-map-keys")
    if not keys:
        report.required(here, "must be given for a list of type map")
    if items is None:
        report.required((*path, "items"), "must be given for a list of type map")
    elif not isinstance(items, dict):
        report.invalid((*path, "items"), items, "must be one schema")
    elif items.get("type", "") != "object":
        report.invalid((*path, "items", "type"), items.get("type", ""), "must be object for the items of a list map")
    else:
        seen: set[str] = set()
        for key in keys:
            field = properties(items).get(key)
            if field is None:
                report.invalid(here, key, "must be a property of the items")
            elif field.get("type") in ("array", "object"):
                report.invalid((*path, "items", "properties", MapKey(key), "type"), field["type"], "must be a scalar")
            if key in seen:
                report.invalid(here, key, "must be named once")
            seen.add(key)


def _keys(schema: dict[str, Any], report: Report, path: Path) -> None:
    """Items of sets and list maps are not null, and their keys are always there."""
    list_type, items = schema.get("x-kubernetes-list-type"), schema.get("items")
    if list_type not in ("set", "map") or not isinstance(items, dict):
        return
    if items.get("nullable"):
        report.forbidden((*path, "items", "nullable"), f"must not be true for the items of a {list_type}")
    if list_type != "map":
        return
    for key in schema.get("x-kubernetes-list-map-keys", []):
        field = properties(items).get(key)
        if field is None:
            continue
        here = (*path, "items", "properties", MapKey(key))
        if key not in items.get("required", []) and field.get("default") is None:
            report.required((*here, "default"), "must be required or have a default, as a key")
        if field.get("nullable"):
            report.forbidden((*here, "nullable"), "must not be true for a key")
