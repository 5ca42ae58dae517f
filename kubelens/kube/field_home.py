"""Where a field of some name belongs, when it stands at a level that has none of that name.

Slips of indentation put a field one or two levels off: ``containers`` beside a Pod's ``spec``, ``fsGroup`` in a
container's security context, ``matchLabels`` beside an empty ``labelSelector``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube.schema import Schemas, TypeSchema

Path = tuple[str | int, ...]
_FARTHEST: Final = 4
"""Levels up and down together beyond which a field is no longer the one that is meant."""


def field_homes(schemas: Schemas, root: TypeSchema, path: Sequence[str | int], name: str) -> tuple[str, ...]:
    """The paths of the nearest levels that have the field, as ``spec.template.spec``; none where the level itself has it.

    Of a Pod's three lists of containers ``containers`` is meant. ``path`` leads from the object to the map that holds the field, list indexes included.
    """
    levels = _levels(schemas, root, path)
    best: list[str] = []
    nearest = _FARTHEST + 1
    for up, (at, schema) in enumerate(reversed(levels)):
        if up > nearest:
            break
        for down, below in _below(schemas, schema, name, nearest - up):
            distance = up + down
            home = ".".join((*at, *below))
            if distance < nearest:
                nearest, best = distance, []
            if distance == nearest and home not in best:
                best.append(home)
    if nearest == 0:
        return ()
    of_others = [home for home in best if "initContainers[]" in home or "ephemeralContainers[]" in home]
    plain = [
        home.replace("initContainers", "containers").replace("ephemeralContainers", "containers") for home in of_others
    ]
    return tuple(home for home in best if home not in of_others or not set(plain) & set(best))


def _levels(schemas: Schemas, root: TypeSchema, path: Sequence[str | int]) -> list[tuple[tuple[str, ...], TypeSchema]]:
    """The types from the object down to the map at ``path``, with the path of each."""
    found: list[tuple[tuple[str, ...], TypeSchema]] = [((), root)]
    schema = root
    at: tuple[str, ...] = ()
    for step in path:
        if isinstance(step, int):
            continue
        code = schema.fields.get(step, "").lstrip("[{")
        if not code.startswith("#"):
            return []
        listed = schema.fields[step].startswith("[")
        schema, at = schemas.type(code[1:]), (*at, f"{step}[]" if listed else step)
        found.append((at, schema))
    return found


def _below(schemas: Schemas, schema: TypeSchema, name: str, most: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(levels down, path) of the maps at or below a type that have the field; maps of free keys are left out."""
    level: list[tuple[tuple[str, ...], TypeSchema]] = [((), schema)]
    for down in range(most + 1):
        following: list[tuple[tuple[str, ...], TypeSchema]] = []
        for at, one in level:
            if name in one.fields:
                yield down, at
            if down == most:
                continue
            for field, code in one.fields.items():
                inner = code.lstrip("[")
                if inner.startswith("#") and field not in ("status", "metadata"):
                    step = f"{field}[]" if code.startswith("[") else field
                    following.append(((*at, step), schemas.type(inner[1:])))
        level = following[:200]
