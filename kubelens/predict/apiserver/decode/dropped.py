"""Fields that the server drops without a word because their feature gate is off (``dropDisabledFields``)."""

from __future__ import annotations

from typing import Any

from kubelens.kube.gates import dropped_fields
from kubelens.kube.identity import GroupVersionKind


def drop_disabled(obj: dict[str, Any], gvk: GroupVersionKind, release: str) -> None:
    """Drop what a server of a release drops from a decoded object, in place."""
    for path in dropped_fields(gvk, release):
        _drop(obj, path)


def _drop(value: Any, path: tuple[str, ...]) -> None:
    if isinstance(value, list):
        for item in value:
            _drop(item, path)
    elif isinstance(value, dict) and path[0] in value:
        if len(path) == 1:
            del value[path[0]]
        else:
            _drop(value[path[0]], path[1:])
