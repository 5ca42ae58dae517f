"""Unknown fields, nulls and defaults of custom resources: apiextensions ``pkg/apiserver/schema/{pruning,defaulting}``."""

from __future__ import annotations

import copy
from typing import Any, Final

from kubelens.predict.apiserver.causes import Path

_META: Final = ("apiVersion", "kind", "metadata")


def unknown_fields(value: Any, schema: dict[str, Any], path: Path = (), *, root: bool = False) -> list[Path]:
    """Where ``value`` has fields the schema does not know; they are taken out of it (a copy is up to the caller)."""
    found: list[Path] = []
    _prune(value, schema, path, found, root=root)
    return found


def _prune(
    value: Any, schema: dict[str, Any], path: Path, found: list[Path], *, root: bool, kept: bool = False
) -> None:
    """``kept``: the list this is an item of keeps unknown fields (``skipPrune``)."""
    preserve = bool(schema.get("x-kubernetes-preserve-unknown-fields")) or kept
    if isinstance(value, list):
        items = schema.get("items")
        if not isinstance(items, dict):
            if preserve:
                return
            items = {}
        embedded = bool(items.get("x-kubernetes-embedded-resource"))
        for index, item in enumerate(value):
            _prune(item, items, (*path, index), found, root=embedded, kept=preserve)
        return
    if not isinstance(value, dict):
        return
    properties = schema.get("properties", {})
    additional = schema.get("additionalProperties")
    for name in list(value):
        if root and name in _META:
            continue
        if name in properties:
            inner = properties[name]
            _prune(value[name], inner, (*path, name), found, root=bool(inner.get("x-kubernetes-embedded-resource")))
        elif additional is not None and additional is not False:
            inner = additional if isinstance(additional, dict) else {"x-kubernetes-preserve-unknown-fields": True}
            _prune(value[name], inner, (*path, name), found, root=bool(inner.get("x-kubernetes-embedded-resource")))
        elif not preserve:
            found.append((*path, name))
            del value[name]


def fields_at(schema: dict[str, Any], path: Path) -> dict[str, Any]:
    """The fields the schema knows of the map at ``path``, by name; empty where it knows none."""
    for step in path:
        inner = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
        schema = inner if isinstance(inner, dict) else schema.get("additionalProperties") or {}
        if not isinstance(schema, dict):
            return {}
    known: dict[str, Any] = schema.get("properties", {})
    return known


def drop_nulls(value: Any, schema: dict[str, Any]) -> None:
    """Take out nulls where the schema allows none but has a default (``PruneNonNullableDefaults``)."""
    if isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, dict):
            for item in value:
                drop_nulls(item, items)
    elif isinstance(value, dict):
        properties = schema.get("properties", {})
        additional = schema.get("additionalProperties")
        for name in list(value):
            inner = properties.get(name, additional)
            if not isinstance(inner, dict):
                continue
            if value[name] is None:
                if not inner.get("nullable") and (
                    "default" in inner or name in properties or isinstance(additional, dict)
                ):
                    del value[name]
                continue
            drop_nulls(value[name], inner)


def fill_defaults(value: Any, schema: dict[str, Any]) -> None:
    """Fill in defaults, in place."""
    if isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, dict):
            for index, item in enumerate(value):
                if item is None and "default" in items and not items.get("nullable"):
                    value[index] = item = copy.deepcopy(items["default"])
                fill_defaults(item, items)
    elif isinstance(value, dict):
        properties = schema.get("properties", {})
        for name, inner in properties.items():
            if inner.get("default") is not None and (
                name not in value or (value[name] is None and not inner.get("nullable"))
            ):
                value[name] = copy.deepcopy(inner["default"])
        additional = schema.get("additionalProperties")
        for name, item in value.items():
            inner = properties.get(name, additional)
            if isinstance(inner, dict):
                fill_defaults(item, inner)
