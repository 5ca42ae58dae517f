"""JSON patches (RFC 6902) over decoded objects, as the library that an API server uses applies them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kubelens.kube.tree_copy import copied


class PatchFault(ValueError):
    """An operation that cannot be done."""


class UnmetTest(Exception):
    """A ``test`` that does not hold: the patch changes nothing."""


def patched(value: Any, operations: Iterable[Mapping[str, Any]]) -> Any:
    """A copy of a value with operations done, in order.

    Raises:
        PatchFault: an operation names a place that is not there, or is none.
        UnmetTest: a ``test`` does not hold.
    """
    found: Any = copied(value)
    for operation in operations:
        found = _done(found, operation)
    return found


def _done(root: Any, operation: Mapping[str, Any]) -> Any:
    op, path = operation.get("op"), _steps(operation.get("path"))
    if op in ("add", "replace", "test") and "value" not in operation:
        raise PatchFault(f"{op} has no value")
    if op == "test":
        try:
            held = _at(root, path)
        except PatchFault:
            held = None
        if held != operation["value"]:
            raise UnmetTest
        return root
    if op == "add":
        return _added(root, path, copied(operation["value"]))
    if op == "remove":
        return _removed(root, path)
    if op == "replace":
        if not path:
            return copied(operation["value"])
        _at(root, path)
        holder, last = _at(root, path[:-1]), path[-1]
        holder[_index(holder, last) if isinstance(holder, list) else last] = copied(operation["value"])
        return root
    if op in ("move", "copy"):
        source = _steps(operation.get("from"))
        moved = copied(_at(root, source))
        return _added(_removed(root, source) if op == "move" else root, path, moved)
    raise PatchFault(f"{op!r} is no operation")


def _steps(pointer: object) -> list[str]:
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise PatchFault(f"{pointer!r} is no JSON pointer")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _at(value: Any, path: Iterable[str]) -> Any:
    for step in path:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list):
            value = value[_index(value, step)]
        else:
            raise PatchFault(f"{step!r} is not there")
    return value


def _index(items: list[Any], step: str) -> int:
    try:
        number = int(step)
    except ValueError:
        raise PatchFault(f"{step!r} is no index") from None
    if not -len(items) <= number < len(items):
        raise PatchFault(f"index {number} of a list of {len(items)}")
    return number


def _added(root: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    holder, last = _at(root, path[:-1]), path[-1]
    if isinstance(holder, dict):
        holder[last] = value
    elif isinstance(holder, list) and last == "-":
        holder.append(value)
    elif isinstance(holder, list):
        number = len(holder) if last == str(len(holder)) else _index(holder, last)
        holder.insert(number, value)
    else:
        raise PatchFault(f"{last!r} cannot be added to {holder!r}")
    return root


def _removed(root: Any, path: list[str]) -> Any:
    if not path:
        raise PatchFault("the whole object cannot be removed")
    holder, last = _at(root, path[:-1]), path[-1]
    if isinstance(holder, list):
        del holder[_index(holder, last)]
    elif isinstance(holder, dict) and last in holder:
        del holder[last]
    else:
        raise PatchFault(f"{last!r} is not there")
    return root
