"""Values of the wrong type: every place of the examples of all rules, and every field of the schemas, one at a time."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any, Final

from kubelens.engine.plugins import Plugins
from kubelens.kube.bundle import NEWEST
from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.schema import Schemas, schemas
from kubelens.testing import examples_of, resources_from_text

WRONG: Final[tuple[Any, ...]] = (
    None,
    True,
    0,
    -1,
    5,
    1.5,
    1e300,
    2**63,
    "",
    "x",
    "1",
    "9" * 5000,
    [],
    {},
    [1],
    ["x"],
    [None],
    [[]],
    [{}],
    {"x": 1},
    {"x": {}},
)
Path = tuple[str | int, ...]
Case = tuple[str, Path, str]
"""Kind, path, and the object as a text of JSON."""


def cases() -> Iterator[Case]:
    """Every (kind, path) once with every wrong value: paths of examples, then fields of the schemas."""
    seen: set[tuple[str, Path]] = set()
    wholes: dict[str, dict[str, Any]] = {}
    for whole in _examples():
        kind = str(whole.get("kind"))
        if len(json.dumps(whole)) > len(json.dumps(wholes.get(kind, {}))):
            wholes[kind] = whole
        for path in _paths(whole):
            generic = (kind, tuple(0 if isinstance(step, int) else step for step in path))
            if generic not in seen:
                seen.add(generic)
                yield from _wrong(kind, whole, path)
    known = schemas(NEWEST)
    for gvk in known.kinds():
        whole = wholes.get(gvk.kind) or _smallest(gvk)
        for path in _fields(known, gvk):
            if (gvk.kind, path) not in seen:
                seen.add((gvk.kind, path))
                yield from _wrong(gvk.kind, whole, path)


def _examples() -> Iterator[dict[str, Any]]:
    for rule in Plugins(third_party=False).rules():
        for example in examples_of(rule):
            for resource in resources_from_text(example.text):
                yield json.loads(json.dumps(resource.value))


def _smallest(gvk: GroupVersionKind) -> dict[str, Any]:
    return {"apiVersion": gvk.api_version, "kind": gvk.kind, "metadata": {"name": "x"}}


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _paths(inner, (*path, index))


def _fields(known: Schemas, gvk: GroupVersionKind) -> Iterator[Path]:
    """The fields of a kind by their paths, first items of lists and one key of maps, each type once on a way down."""
    top = known.kind(gvk)
    stack: list[tuple[str, Path, frozenset[str]]] = [(f"#{top.name}", (), frozenset())] if top is not None else []
    while stack:
        form, path, above = stack.pop()
        while form[:1] in "[{" and form:
            path = (*path, 0 if form[0] == "[" else "x")
            form = form[1:]
            yield path
        if form.startswith("#") and form not in above and len(path) < 12:
            for name, inner in known.type(form[1:]).fields.items():
                yield (*path, name)
                stack.append((inner, (*path, name), above | {form}))


def _wrong(kind: str, whole: dict[str, Any], path: Path) -> Iterator[Case]:
    for value in WRONG:
        changed = copy.deepcopy(whole)
        if _put(changed, path, value):
            yield kind, path, json.dumps(changed)


def _put(at: Any, path: Path, value: Any) -> bool:
    """Put a value at a path, making what is missing on the way; False where something else stands there."""
    for step, following in zip(path, (*path[1:], None), strict=True):
        if isinstance(step, int):
            if not isinstance(at, list):
                return False
            if not at:
                at.append(None)
        elif not isinstance(at, dict):
            return False
        if following is None:
            at[step] = value
            return True
        inner = at[step] if isinstance(step, int) else at.get(step)
        if inner is None:
            inner = [] if isinstance(following, int) else {}
            at[step] = inner
        at = inner
    return False
