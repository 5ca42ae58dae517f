"""Escapes in double quotes that go-yaml v2 does not know although YAML does (``yaml_parser_scan_flow_scalar``)."""

from __future__ import annotations

import re
from typing import Final

from kubelens.syntax.pattern import pattern
from kubelens.syntax.tree import Mapping, Node, Scalar, Sequence

_ESCAPE: Final = pattern(r"\\(.)", re.DOTALL)
ESCAPED_SLASH: Final = "\\/"


def escape_problem(root: Node, text: str) -> str | None:
    """What go-yaml says of the first escaped slash in the double quotes of a tree, None where there is none."""
    if ESCAPED_SLASH not in text:
        return None
    pending: list[Node] = [root]
    while pending:
        node = pending.pop()
        if type(node) is Mapping:
            pending.extend(reversed([part for entry in node.entries for part in entry]))
        elif type(node) is Sequence:
            pending.extend(reversed(node.items))
        elif type(node) is Scalar and node.style == '"':
            for match in _ESCAPE.finditer(text, node.start, node.end):
                if match[1] == "/":
                    line = text.count("\n", 0, match.start())
                    return f"yaml: {f'line {line + 1}: ' if line else ''}found unknown escape character"
    return None
