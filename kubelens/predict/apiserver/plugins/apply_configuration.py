"""An apply configuration merged into an object, as mutating policies do it.

Follows ``ApplyStructuredMergeDiff`` of apiserver ``pkg/admission/plugin/policy/mutating/patch``: lists of type map merge
by their keys, sets grow, everything else that is a list or atomic may not be written at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.schema import Schemas, TypeSchema, schemas
from kubelens.kube.tree_copy import copied


class Unmergeable(ValueError):
    """A configuration that the server refuses to merge."""


def merged(value: Mapping[str, Any], patch: Mapping[str, Any], gvk: GroupVersionKind, release: str) -> dict[str, Any]:
    """A copy of an object with a configuration merged into it.

    Raises:
        Unmergeable: it writes a list or map that only whole values may be written to, or a field that is not there.
        KeyError: the release does not know the kind.
    """
    known = schemas(release)
    kind = known.kind(gvk)
    if kind is None:
        raise KeyError(str(gvk))
    found: dict[str, Any] = copied(dict(value))
    _merge_type(found, patch, kind, known, "")
    return found


def _merge_type(into: dict[str, Any], patch: Mapping[str, Any], kind: TypeSchema, known: Schemas, path: str) -> None:
    if kind.atomic:
        raise Unmergeable(f"may not mutate atomic arrays, maps or structs: {path}")
    for name, value in patch.items():
        code = kind.fields.get(name)
        if code is None:
            raise Unmergeable(f"{path}.{name}: field not declared in schema")
        into[name] = _merged(into.get(name), value, code, kind.merges.get(name), known, f"{path}.{name}")


def _merged(old: Any, new: Any, code: str, merge: Any, known: Schemas, path: str) -> Any:
    if new is None:
        return None
    if code.startswith("["):
        if not isinstance(new, list):
            raise Unmergeable(f"{path}: expected list, got {new!r}")
        if merge in (None, "atomic"):
            raise Unmergeable(f"may not mutate atomic arrays, maps or structs: {path}")
        before = list(old) if isinstance(old, list) else []
        if merge == "set":
            return [*before, *(item for item in new if item not in before)]
        return _merged_by_keys(before, new, code[1:], tuple(merge), known, path)
    if not code.startswith(("{", "#")):
        return copied(new)
    if not isinstance(new, dict):
        raise Unmergeable(f"{path}: expected map, got {new!r}")
    if merge == "atomic":
        raise Unmergeable(f"may not mutate atomic arrays, maps or structs: {path}")
    inner = dict(old) if isinstance(old, dict) else {}
    if code.startswith("#"):
        _merge_type(inner, new, known.type(code[1:]), known, path)
    else:
        for key, value in new.items():
            inner[key] = _merged(inner.get(key), value, code[1:], None, known, f"{path}.{key}")
    return inner


def _merged_by_keys(
    before: list[Any], new: list[Any], code: str, keys: tuple[str, ...], known: Schemas, path: str
) -> list[Any]:
    found = list(before)
    for item in new:
        if not isinstance(item, dict):
            raise Unmergeable(f"{path}: expected map, got {item!r}")
        own = _key(item, keys)
        at = next((n for n, held in enumerate(found) if isinstance(held, dict) and _key(held, keys) == own), None)
        told = f"{path}[{', '.join(map(str, own))}]"
        if at is None:
            found.append(_merged(None, item, code, None, known, told))
        else:
            found[at] = _merged(found[at], item, code, None, known, told)
    return found


def _key(item: Mapping[str, Any], keys: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(item.get(key, "TCP" if key == "protocol" else None) for key in keys)
