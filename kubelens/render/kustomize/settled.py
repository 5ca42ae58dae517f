"""Parts of an object that no merge changes when the patch says nothing about them.

A merge walks the whole object: it drops fields that are written without a value, and sorts lists that have keys. Where a
part holds nothing of the kind, and nobody has looked at it, it can stay as the file has it.
"""

from __future__ import annotations

from kubelens.render.kustomize.node import SCALAR, Node
from kubelens.render.kustomize.patch_schema import Part, PatchSchema
from kubelens.syntax.tree import Alias, Mapping, Scalar, Sequence
from kubelens.syntax.tree import Node as SyntaxNode


def is_settled(node: Node, part: Part | None, schema: PatchSchema) -> bool:
    """Whether a merge without a patch leaves the node as it is."""
    if node.kind == SCALAR:
        return bool(node.value) or node.tag != "!!null"
    if not node.untouched or node.parsed is None or node.source is None:
        return False
    if part is not None and _may_merge(part, schema):
        return False
    known = node.parsed.settled
    slot = id(node.source)
    found = known.get(slot)
    if found is None:
        found = known[slot] = _is_plain(node.source)
    return found


def _is_plain(source: SyntaxNode) -> bool:
    pending: list[SyntaxNode] = [source]
    while pending:
        one = pending.pop()
        kind = type(one)
        if kind is Scalar:
            if not one.text and not one.style:  # type: ignore[union-attr]
                return False
        elif kind is Mapping:
            names = set()
            for key, value in one.entries:  # type: ignore[union-attr]
                if type(key) is not Scalar or key.text == "<<":
                    return False
                names.add(key.text)
                pending.append(value)
            if "kind" in names and "apiVersion" in names:
                return False
        elif kind is Sequence:
            pending.extend(one.items)  # type: ignore[union-attr]
        elif kind is Alias:
            return False
    return True


def _may_merge(part: Part, schema: PatchSchema) -> bool:
    """Whether any list below a schema is merged by keys; what refers to itself is gone through once."""
    slot = id(part)
    known = schema.merging.get(slot)
    if known is not None:
        return known
    seen: set[str] = set()
    pending: list[Part] = [part]
    found = False
    while pending and not found:
        one = pending.pop()
        if "s" in one:
            found = True
        reference = one.get("r")
        if reference is not None and reference not in seen:
            seen.add(reference)
            pending.append(schema.definitions.get(reference, {}))
        pending.extend(one.get("f", {}).values())
        pending.extend(below for name in ("a", "i") if (below := one.get(name)) is not None)
    schema.merging[slot] = found
    return found
