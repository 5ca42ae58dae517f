"""A copy of an object's tree that its holder may change."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

_PLAIN: Final = frozenset({str, int, float, bool, type(None)})


def own_copy(value: Mapping[str, Any]) -> dict[str, Any]:
    """A map with everything below it copied, down to texts and numbers; two names of one list become two lists.

    The reader bounds what aliases add up to (``kube.reading``), so a copy is no larger than what was read.
    """
    return {key: inner if type(inner) in _PLAIN else copied(inner) for key, inner in value.items()}


def copied(value: Any) -> Any:
    """Any value of a tree with everything below it copied, as :func:`own_copy` does it."""
    if type(value) in _PLAIN:
        return value
    kind = type(value)
    if kind is dict:
        return {key: inner if type(inner) in _PLAIN else copied(inner) for key, inner in value.items()}
    if kind is list:
        return [inner if type(inner) in _PLAIN else copied(inner) for inner in value]
    return deepcopy(value)
