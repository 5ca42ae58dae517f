"""Values and keys that are known though their fields are text: a table, verbs, resources, annotations of ingress-nginx."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct, convert

from kubelens.kube.authorization import resources_by_group
from kubelens_lsp.cursor import Cursor, Role, items_in


class KnownValues(Struct, frozen=True):
    """Values of a field; ``only``: whether the schema's other values are refused there."""

    path: tuple[str, ...]
    values: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    only: bool = False


class KnownKeys(Struct, frozen=True):
    """Keys of a map of texts."""

    path: tuple[str, ...]
    keys: tuple[str, ...]
    kinds: tuple[str, ...] = ()


class Known(Struct, frozen=True):
    """The table."""

    values: tuple[KnownValues, ...]
    keys: tuple[KnownKeys, ...]


@cache
def known() -> Known:
    """What ``known_values.toml`` holds."""
    text = Path(__file__).with_name("known_values.toml").read_text(encoding="utf-8")
    return convert(tomllib.loads(text), Known)


def known_values(cursor: Cursor, kind: str) -> tuple[tuple[str, ...], bool]:
    """(the values of the field at a cursor, whether no others are taken)."""
    path = cursor.fields
    for one in known().values:
        if path[-len(one.path) :] == one.path and (not one.kinds or kind in one.kinds):
            return one.values, one.only
    if kind in ("Role", "ClusterRole") and path[-2:] == ("rules", "resources"):
        return _resources(cursor), False
    if kind in ("Role", "ClusterRole") and path[-2:] == ("rules", "apiGroups"):
        return tuple(group for group in resources_by_group() if group), False
    return (), False


def known_keys(cursor: Cursor, kind: str) -> tuple[str, ...]:
    """The keys that mean something in the map of texts at a cursor."""
    if cursor.role is not Role.KEY:
        return ()
    path = cursor.fields
    found = [
        key
        for one in known().keys
        if path[-len(one.path) :] == one.path and (not one.kinds or kind in one.kinds)
        for key in one.keys
    ]
    if kind == "Ingress" and path == ("metadata", "annotations"):
        found += [f"nginx.ingress.kubernetes.io/{name}" for name in _nginx()]
    return tuple(dict.fromkeys(found))


def _resources(cursor: Cursor) -> tuple[str, ...]:
    """The resources of the groups that the rule names, of all where it names none."""
    groups = items_in(cursor.mapping, "apiGroups")
    by_group: Mapping[str, Mapping[str, object]] = resources_by_group()
    chosen = [group for group in groups if group in by_group] or list(by_group)
    return tuple(dict.fromkeys(name for group in chosen for name in by_group[group]))


def _nginx() -> tuple[str, ...]:
    from kubelens.predict.network.ingress_controllers.nginx.annotations import influences  # noqa: PLC0415 - few ask

    found = influences()
    return tuple(sorted(found.modelled | found.assumed | found.none))
