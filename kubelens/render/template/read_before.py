"""Texts that were read as templates before: charts bring the same ones with them, and are rendered more than once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container, Mapping
from typing import Final

from kubelens.render.origin import Text
from kubelens.render.template.parser import parse
from kubelens.render.template.tree import Tree

_MOST_TEXTS: Final = 1024
_MOST_CHARACTERS: Final = 4_000_000
"""Of all texts together."""


class ReadBefore:
    """Trees by the text they were read from, those that were asked for longest ago forgotten."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, int], tuple[str, Mapping[str, Tree]]] = OrderedDict()
        self._characters = 0

    def trees(self, name: str, text: Text, functions: Container[str], helm: int) -> dict[str, Tree]:
        """The templates that a text holds, under the name of its file; raises ``ParseFault``.

        ``functions``: those of the major version ``helm``.
        """
        key = (str(text), helm)
        before = self._known.get(key)
        if before is None:
            trees = parse(name, text, functions)
            self._remember(key, name, trees)
            return trees
        self._known.move_to_end(key)
        known, like = before
        found: dict[str, Tree] = {}
        for tree in like.values():
            own = name if tree.name == known else tree.name
            found[own] = Tree(own, name, text, tree.body)
        return found

    def _remember(self, key: tuple[str, int], name: str, trees: Mapping[str, Tree]) -> None:
        if len(key[0]) > _MOST_CHARACTERS // 2:
            return
        self._known[key] = name, trees
        self._characters += len(key[0])
        while len(self._known) > _MOST_TEXTS or self._characters > _MOST_CHARACTERS:
            (forgotten, _), _ = self._known.popitem(last=False)
            self._characters -= len(forgotten)


READ_BEFORE: Final = ReadBefore()
"""What this process has read."""
