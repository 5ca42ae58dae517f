"""Texts that were read as templates before: charts bring the same ones with them, and are rendered more than once."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

from kubelens.render.origin import Text
from kubelens.render.template.of_late import OfLate
from kubelens.render.template.parser import parse
from kubelens.render.template.tree import Tree

_MOST_TEXTS: Final = 1024


class ReadBefore:
    """Trees by the text they were read from, those that were asked for longest ago forgotten."""

    def __init__(self) -> None:
        self._known: OfLate[tuple[str, Mapping[str, Tree]]] = OfLate(_MOST_TEXTS)

    def trees(self, name: str, text: Text, functions: Container[str], way: int) -> dict[str, Tree]:
        """The templates that a text holds, under the name of its file; raises ``ParseFault``.

        ``functions``: the same for each ``way``.
        """
        written = str(text)
        before = self._known.get(written, way)
        if before is None:
            trees = parse(name, text, functions)
            self._known.keep(written, (name, trees), way)
            return trees
        known, like = before
        found: dict[str, Tree] = {}
        for tree in like.values():
            own = name if tree.name == known else tree.name
            found[own] = Tree(own, name, text, tree.body)
        return found


READ_BEFORE: Final = ReadBefore()
"""What this process has read."""
