"""Methods of lists (cel-go ``ext/lists.go``; apiserver ``pkg/cel/library/lists.go``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cmp_to_key
from itertools import pairwise
from typing import Any, Final

from kubelens.cel.operators import add, compare, equal
from kubelens.cel.sizes import Steps, bound_list, bound_pairs
from kubelens.cel.values import CelError, no_overload


def _items(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise no_overload(name, value)
    return list(value)


def _is_sorted(value: Any) -> bool:
    items = _items("isSorted", value)
    return all(compare(one, other, "isSorted") != 1 for one, other in pairwise(items))


def _sum(value: Any) -> Any:
    items = _items("sum", value)
    if not items:
        return 0
    total = items[0]
    for item in items[1:]:
        total = add(total, item)
    return total


def _extreme(name: str, wanted: int) -> Callable[[Any], Any]:
    def run(value: Any) -> Any:
        items = _items(name, value)
        if not items:
            raise CelError(f"{name} called on empty list")
        best = items[0]
        for item in items[1:]:
            if compare(item, best, name) == wanted:
                best = item
        return best

    return run


def _index_of(value: Any, wanted: Any) -> int:
    return next((i for i, item in enumerate(_items("indexOf", value)) if equal(item, wanted)), -1)


def _last_index_of(value: Any, wanted: Any) -> int:
    items = _items("lastIndexOf", value)
    return next((i for i in range(len(items) - 1, -1, -1) if equal(items[i], wanted)), -1)


def _includes(value: Any, wanted: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(equal(item, wanted) for item in value)
    return equal(value, wanted)


def _slice(value: Any, start: Any, end: Any) -> list[Any]:
    items = _items("slice", value)
    if type(start) is not int or type(end) is not int:
        raise no_overload("slice", value, start, end)
    if start < 0 or end < 0 or start > end or end > len(items):
        raise CelError(f"cannot slice({start}, {end}), list is length {len(items)}")
    return items[start:end]


def _flatten(value: Any, depth: Any = 1) -> list[Any]:
    if type(depth) is not int or depth < 0:
        raise CelError("level must be non-negative")
    out: list[Any] = []
    _put_flat(_items("flatten", value), depth, out, Steps())
    return out


def _put_flat(items: Sequence[Any], depth: int, out: list[Any], steps: Steps) -> None:
    steps.take(len(items))
    for item in items:
        if isinstance(item, list | tuple) and depth > 0:
            _put_flat(item, depth - 1, out, steps)
        else:
            out.append(item)


def _sort(value: Any) -> list[Any]:
    return sorted(_items("sort", value), key=cmp_to_key(lambda one, other: compare(one, other, "sort")))


def _distinct(value: Any) -> list[Any]:
    out: list[Any] = []
    items = _items("distinct", value)
    bound_pairs(len(items), len(items))
    for item in items:
        if not any(equal(item, known) for known in out):
            out.append(item)
    return out


def _range(count: Any) -> list[int]:
    if type(count) is not int:
        raise no_overload("lists.range", count)
    bound_list(count)
    return list(range(count))


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {"lists.range": _range}

METHODS: Final[Mapping[str, Callable[..., Any]]] = {
    "isSorted": _is_sorted, "sum": _sum, "min": _extreme("min", -1), "max": _extreme("max", 1), "indexOf": _index_of,
    "lastIndexOf": _last_index_of, "includes": _includes, "slice": _slice, "flatten": _flatten, "sort": _sort,
    "distinct": _distinct, "reverse": lambda value: _items("reverse", value)[::-1],
}  # fmt: skip
