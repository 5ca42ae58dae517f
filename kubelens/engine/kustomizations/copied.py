"""Kustomizations that a scaffold holds: filled in and written elsewhere, where what they name stands beside them."""

from __future__ import annotations

from typing import Final

from kubelens.engine.sets.tree import Tree

_HOMES: Final = ("templates", "skeleton")
_MARKS: Final = ("{{", "{%")


def is_copied_elsewhere(folder: str, tree: Tree) -> bool:
    """Whether a folder lies in one of templates, of which at least one text waits to be filled in."""
    parts = folder.split("/")
    home = next((number for number, part in enumerate(parts) if part in _HOMES), None)
    if home is None:
        return False
    below = "/".join(parts[: home + 1]) + "/"
    return any(
        mark in source.text for path, source in tree.sources.items() if path.startswith(below) for mark in _MARKS
    )
