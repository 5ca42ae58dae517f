"""A template that was read."""

from __future__ import annotations

import msgspec

from kubelens.render.origin import Text
from kubelens.render.template.nodes import Statement, TextNode


class Tree(msgspec.Struct, frozen=True, eq=False):
    """One template: its name, the file it stands in, and that file's text. The nodes' offsets count in ``text``."""

    name: str
    file: str
    text: Text
    body: list[Statement]

    @property
    def empty(self) -> bool:
        """Whether it holds nothing but blanks."""
        return all(isinstance(node, TextNode) and not node.text.strip() for node in self.body)
