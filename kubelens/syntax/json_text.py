"""JSON that libyaml cannot read although kubectl can: escaped surrogate pairs, and keys longer than 1,024 characters.

kubectl gives a text that begins with ``{`` to Go's JSON reader (apimachinery ``pkg/util/yaml``,
``YAMLOrJSONDecoder``), so such a text is read here by JSON's own rules, into the same nodes.
"""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder, loads
from typing import Final

from kubelens.syntax.pattern import pattern
from kubelens.syntax.tree import Mapping, Node, Scalar, Sequence

_TOKEN: Final = pattern(
    r"""[ \t\r\n]*(?:([{}\[\],:])|("(?:[^"\\]|\\.)*")|(-?[0-9][0-9.eE+-]*|true|false|null))""", re.DOTALL
)


def read_json(text: str, base: int) -> Node | None:
    """The tree of a text that is one JSON value and nothing else, None for other texts.

    ``base``: the offset at which the text begins in its source.
    """
    begin = len(text) - len(text.lstrip(" \t\r\n"))
    try:
        _, end = JSONDecoder().raw_decode(text, begin)
    except (JSONDecodeError, RecursionError):
        return None
    if text[end:].strip():
        return None
    stack: list[tuple[Mapping | Sequence, Node | None]] = []
    position = begin
    node: Node
    while (token := _TOKEN.match(text, position)) is not None:
        sign, quoted, plain = token.groups()
        start, position = token.start(token.lastindex or 0) + base, token.end()
        if sign == "{" or sign == "[":
            opened = (Mapping if sign == "{" else Sequence)([], None, None, True, start, start)
            stack.append((opened, None))
            continue
        if sign == "," or sign == ":":
            continue
        if sign:
            node, _ = stack.pop()
            node.end = position + base
        elif quoted:
            node = Scalar(_unescaped(quoted), '"', None, None, start, position + base)
        else:
            node = Scalar(plain, "", None, None, start, position + base)
        if not stack:
            return node
        parent, key = stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif key is None:
            stack[-1] = (parent, node)
        else:
            parent.entries.append((key, node))
            stack[-1] = (parent, None)
    return None


def _unescaped(quoted: str) -> str:
    """A string's text; half of a surrogate pair becomes U+FFFD, as in Go."""
    text: str = loads(quoted, strict=False)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
