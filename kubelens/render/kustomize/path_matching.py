"""The nodes that a replacement's field path means (kyaml ``PathMatcher``)."""

from __future__ import annotations

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.fields import field, index_of, kind_for, require, set_field, split_condition
from kubelens.render.kustomize.node import MAPPING, SCALAR, SEQUENCE, Node, Parsed, bare_node, is_null, wrap
from kubelens.render.kustomize.pattern import unanchored
from kubelens.render.kustomize.printing import kyaml_text


def matching(node: Node, path: list[str], create: int = 0) -> list[Node]:
    """The nodes at a path of names, positions, ``[name=pattern]`` and ``*``; ``create``: the kind of what is made.

    Raises:
        BuildFault: the path does not fit the tree.
    """
    if not path:
        return [node]
    part, rest = path[0], path[1:]
    number = index_of(part)
    if number is not None and number >= 0:
        return _at(node, number, rest, create)
    if part.startswith("[") and part.endswith("]"):
        return _conditioned(node, part, rest, create)
    if part == "*":
        require(node, SEQUENCE)
        return [found for item in node.items for found in matching(item, rest, create)]
    return _named(node, part, rest, create)


def _named(node: Node, name: str, rest: list[str], create: int) -> list[Node]:
    found = field(node, name)
    if found is None:
        if not create:
            return []
        found = Node(kind_for(rest[0] if rest else "", create))
        set_field(node, name, found)
    if found.kind == SCALAR and rest:
        inner = structured(found)
        return matching(inner, rest, create)
    return matching(found, rest, create)


def structured(scalar: Node) -> Node:
    """The YAML in a scalar's text."""
    from kubelens.render.kustomize.reading import go_yaml_problem  # noqa: PLC0415 - only for a message
    from kubelens.syntax.parse import parse_stream  # noqa: PLC0415
    from kubelens.syntax.text import Source  # noqa: PLC0415

    root, problems = parse_stream(Source("", str(scalar.value)))
    if root is None and problems:
        raise BuildFault(go_yaml_problem(scalar.value, problems[0].message))
    if root is None:
        return Node(0)
    return wrap(root, Parsed("", str(scalar.value)), None)


def _at(node: Node, number: int, rest: list[str], create: int) -> list[Node]:
    require(node, SEQUENCE)
    items = node.items
    if len(items) == number and create:
        items.append(Node(kind_for(rest[0] if rest else "", create)))
    if len(items) < number + 1:
        raise BuildFault(f"index {number} specified but only {len(items)} elements found")
    return matching(items[number], rest, create)


def _conditioned(node: Node, part: str, rest: list[str], create: int) -> list[Node]:
    name, pattern = split_condition(part)
    require(node, SEQUENCE)
    regexp = unanchored(pattern)
    found: list[Node] = []
    for item in node.items:
        if not name:
            if regexp.matches(_shown(item)):
                found.append(item)
            continue
        value = item.fields.get(name) if item.kind == MAPPING else None
        if value is not None and regexp.matches(_shown(value)):
            found.extend(matching(item, rest, create))
    if found or not create:
        return found
    made = bare_node(pattern)
    if name:
        made, inner = Node(MAPPING), made
        made.fields[name] = inner
    node.items.append(made)
    return _conditioned(node, part, rest, create)


def _shown(node: Node) -> str:
    return "" if is_null(node) and not node.value else kyaml_text(node).strip()
