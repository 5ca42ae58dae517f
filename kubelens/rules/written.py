"""Values as a manifest writes them, for messages and repairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kubelens.kube.resource import Resource
from kubelens.syntax.place import child
from kubelens.syntax.tree import Scalar, resolve


def value_at(resource: Resource, path: Sequence[str | int]) -> Any:
    """The decoded value at a path, None where there is none."""
    value: Any = resource.value
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def written_scalar(resource: Resource, path: Sequence[str | int]) -> str | None:
    """A plain scalar's own text where it can be put in quotes as it stands, aliases followed; None for anything else."""
    node = resource.reading.root
    for step in (*resource.place.path, *path):
        _, node = child(node, str(step) if isinstance(step, str) else step)
    node = resolve(node)
    if not isinstance(node, Scalar) or node.style or node.tag or not node.text or '"' in node.text or "\\" in node.text:
        return None
    return node.text
