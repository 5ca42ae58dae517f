"""Lenient access to decoded values: a field of the wrong type counts as absent.

The API server refuses such fields (the admission rules say so); predictors go on with what is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Value = Mapping[str, Any]


def text(value: Value, key: str, default: str = "") -> str:
    """A text field; ``default`` where it is absent or no text."""
    found = value.get(key)
    return found if isinstance(found, str) else default


def integer(value: Value, key: str) -> int | None:
    """A whole number; None where it is absent or none (booleans are none)."""
    found = value.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def boolean(value: Value, key: str) -> bool | None:
    """A boolean; None where it is absent or none."""
    found = value.get(key)
    return found if isinstance(found, bool) else None


def mapping(value: Value, key: str) -> Value:
    """A map; empty where it is absent or none."""
    found = value.get(key)
    if type(found) is dict:
        return found
    return found if found is not None and isinstance(found, dict) else {}


def optional_mapping(value: Value, key: str) -> Value | None:
    """A map; None where it is absent or none (an empty map is a map)."""
    found = value.get(key)
    return found if type(found) is dict or (found is not None and isinstance(found, dict)) else None


def items(value: Value, key: str) -> list[tuple[int, Value]]:
    """The maps of a list with their indexes."""
    found = value.get(key)
    if not isinstance(found, list):
        return []
    return [(index, item) for index, item in enumerate(found) if type(item) is dict or isinstance(item, dict)]


def texts(value: Value, key: str) -> tuple[str, ...]:
    """The texts of a list."""
    found = value.get(key)
    return tuple(item for item in found if isinstance(item, str)) if isinstance(found, list) else ()


def at(value: object, path: Iterable[str | int]) -> object:
    """What a path leads to, None where it leads nowhere."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and step < len(value) else None
    return value
