"""Bare text in brackets and braces, which go-yaml ends at a question mark (``yaml_parser_scan_plain_scalar``).

YAML and other readers let ``[what?ref=v1]`` pass; go-yaml takes the mark for that of a key, and refuses the collection.
"""

from __future__ import annotations

from kubelens.syntax.tree import Mapping, Node, Scalar, Sequence


def flow_problem(root: Node, text: str, *, context_first: bool = False) -> str | None:
    """What go-yaml says of the first such text in a tree; ``context_first`` as in ``go_problem``."""
    if "?" not in text:
        return None
    found = _first(root)
    if found is None:
        return None
    collection, scalar = found
    closing = "}" if type(collection) is Mapping else "]"
    problem, context = (text.count("\n", 0, node.start) for node in (scalar, collection))
    first, second = (context, problem) if context_first else (problem, context)
    line = first or second
    return f"yaml: {f'line {line}: ' if line else ''}did not find expected ',' or '{closing}'"


def _first(root: Node) -> tuple[Mapping | Sequence, Scalar] | None:
    pending: list[Node] = [root]
    while pending:
        node = pending.pop()
        if type(node) is Mapping:
            parts = [part for entry in node.entries for part in entry]
        elif type(node) is Sequence:
            parts = node.items
        else:
            continue
        if node.flow:
            for part in parts:
                if type(part) is Scalar and not part.style and "?" in part.text:
                    return node, part
        pending.extend(reversed(parts))
    return None
