"""Fields that the server drops without a word because their feature gate is off (``dropDisabledFields``)."""

from __future__ import annotations

from typing import Any

from kubelens.kube.gates import Ways, dropped_ways
from kubelens.kube.identity import GroupVersionKind


def drop_disabled(obj: dict[str, Any], gvk: GroupVersionKind, release: str) -> None:
    """Drop what a server of a release drops from a decoded object, in place."""
    if ways := dropped_ways(gvk, release):
        _drop(obj, ways)


def _drop(value: Any, ways: Ways) -> None:
    if isinstance(value, list):
        for item in value:
            _drop(item, ways)
    elif isinstance(value, dict):
        for field in ways.keys() & value.keys():
            further = ways[field]
            if isinstance(further, str):
                del value[field]
            else:
                _drop(value[field], further)
