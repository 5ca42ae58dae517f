"""Lists that are sets or maps: every item once (apiextensions ``pkg/apiserver/schema/listtype``)."""

from __future__ import annotations

import json
from typing import Any

from kubelens.predict.apiserver.causes import Path, Report


def validate_list_types(value: Any, schema: dict[str, Any], report: Report, path: Path) -> None:
    """Report items that are there twice in a set, or share their keys in a list map."""
    if isinstance(value, list):
        items = schema.get("items")
        inner = items if isinstance(items, dict) else {}
        _unique(value, schema, inner, report, path)
        for index, item in enumerate(value):
            validate_list_types(item, inner, report, (*path, index))
    elif isinstance(value, dict):
        properties = schema.get("properties", {})
        additional = schema.get("additionalProperties")
        for name, item in value.items():
            inner = properties.get(name, additional)
            if isinstance(inner, dict):
                validate_list_types(item, inner, report, (*path, name))


def _unique(value: list[Any], schema: dict[str, Any], items: dict[str, Any], report: Report, path: Path) -> None:
    kind = schema.get("x-kubernetes-list-type")
    seen: set[str] = set()
    told: set[str] = set()
    for index, item in enumerate(value):
        if kind == "set":
            identity = json.dumps(item, sort_keys=True)
        elif kind == "map" and isinstance(item, dict):
            keys = schema.get("x-kubernetes-list-map-keys", [])
            defaults = {name: items.get("properties", {}).get(name, {}).get("default") for name in keys}
            identity = json.dumps([item.get(name, defaults[name]) for name in keys], sort_keys=True)
        else:
            return
        if identity in seen and identity not in told:
            told.add(identity)
            report.duplicate((*path, index), item)
        seen.add(identity)
