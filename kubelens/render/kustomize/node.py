"""A YAML tree that can be changed, made from a parsed one level by level and only where somebody looks.

What nobody looked at is what the file says: it shares its printed text with every other build that reads the file.
Nodes are shared as kyaml shares them: a label node that one transformer put into three places stays one node.
"""

from __future__ import annotations

from typing import Any, Final

from kubelens.render.kustomize.resolution import MERGE, NULL, STR, resolve, short_tag
from kubelens.render.origin import Origin, Text, origins_in
from kubelens.syntax.tree import Alias, Mapping, Scalar, Sequence
from kubelens.syntax.tree import Node as SyntaxNode

SCALAR: Final = 8
MAPPING: Final = 4
SEQUENCE: Final = 2
NOTHING: Final = 0
"""The kind of a node that was made without one."""

PLAIN: Final = ""
QUOTES: Final = frozenset("\"'|>")
_UNKNOWN: Final = "?"


class Parsed:
    """A file's text and what was printed of it. ``text`` may itself come from another file (an inline patch)."""

    __slots__ = ("file", "printed", "settled", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.printed: dict[tuple[int, int], str] = {}
        self.settled: dict[int, bool] = {}

    def origins(self, start: int, end: int) -> tuple[Origin, ...]:
        """Where the characters from ``start`` to ``end`` stand."""
        if isinstance(self.text, Text):
            return self.text.origins_of(start, max(end, start + 1))
        return (Origin(self.file, start, end),)


class Node:
    """One node. ``value``: a scalar's text. ``style``: as in :class:`kubelens.syntax.tree.Scalar`.

    ``key``: the key under which it stands, as parsed. ``written``: who wrote it, where that is not the parsed text.
    ``odd``: keys of a mapping that are no strings, as YAML reads them. ``repeated``: (key, where it stands first, where it
    stands again) for keys that stand there more than once.
    """

    __slots__ = (
        "_fields",
        "_items",
        "_tag",
        "key",
        "kind",
        "odd",
        "parsed",
        "repeated",
        "source",
        "style",
        "value",
        "written",
    )

    def __init__(
        self,
        kind: int,
        value: str = "",
        tag: str = "",
        style: str = PLAIN,
        written: tuple[Origin, ...] | None = None,
    ) -> None:
        self.kind = kind
        self.value = value
        self._tag = tag
        self.style = style
        self.source: SyntaxNode | None = None
        self.parsed: Parsed | None = None
        self.key: Scalar | None = None
        self.written = written
        self._fields: dict[str, Node] | None = {} if kind == MAPPING else None
        self._items: list[Node] | None = [] if kind == SEQUENCE else None
        self.odd: frozenset[str] | None = None
        self.repeated: tuple[tuple[str, int, int], ...] = ()

    @property
    def tag(self) -> str:
        """Its tag in short form; of a bare scalar the one it resolves to."""
        if self._tag == _UNKNOWN:
            self._tag = resolve(str(self.value))[0]
        return self._tag

    @tag.setter
    def tag(self, tag: str) -> None:
        self._tag = tag

    @property
    def tag_is_implied(self) -> bool:
        """Whether the tag follows from the text alone."""
        return self._tag == _UNKNOWN

    @property
    def fields(self) -> dict[str, Node]:
        """A mapping's values by their keys; empty for other kinds."""
        if self._fields is None:
            self._fields = self._read_fields() if self.kind == MAPPING else {}
        return self._fields

    @fields.setter
    def fields(self, fields: dict[str, Node]) -> None:
        self._fields = fields

    @property
    def items(self) -> list[Node]:
        """A sequence's items; empty for other kinds."""
        if self._items is None:
            self._items = self._read_items() if self.kind == SEQUENCE else []
        return self._items

    @items.setter
    def items(self, items: list[Node]) -> None:
        self._items = items

    @property
    def untouched(self) -> bool:
        """Whether nobody looked below: it is what the file says."""
        return self._fields is None and self._items is None

    def peek_fields(self) -> dict[str, Node]:
        """As ``fields``, for a look that changes nothing and is not remembered."""
        return self._fields if self._fields is not None else self._read_fields()

    def peek_items(self) -> list[Node]:
        """As ``items``, for a look that changes nothing and is not remembered."""
        return self._items if self._items is not None else self._read_items()

    def copy(self) -> Node:
        """A tree of its own with the same content."""
        made = Node.__new__(Node)
        made.take(self)
        made.key = self.key
        if self._fields is not None:
            made._fields = {name: field.copy() for name, field in self._fields.items()}
        if self._items is not None:
            made._items = [item.copy() for item in self._items]
        return made

    def take(self, other: Node) -> None:
        """Become what ``other`` is, children shared (Go: ``*a = *b``); the key stays."""
        self.kind = other.kind
        self.value = other.value
        self._tag = other._tag
        self.style = other.style
        self.source = other.source
        self.parsed = other.parsed
        self.written = other.written
        self._fields = other._fields
        self._items = other._items
        self.odd = other.odd
        self.repeated = other.repeated
        if not hasattr(self, "key"):
            self.key = None

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where it was written: who changed it last, or the place in its file."""
        if self.written is not None:
            return self.written
        if isinstance(self.value, Text):
            return origins_in(self.value)
        if self.parsed is not None and self.source is not None:
            return self.parsed.origins(self.source.start, self.source.end)
        return ()

    def _read_fields(self) -> dict[str, Node]:
        found: dict[str, Node] = {}
        source = self.source
        if type(source) is not Mapping:
            return found
        parsed = self.parsed
        merged: list[SyntaxNode] = []
        odd: list[str] = []
        repeated: list[tuple[str, int, int]] = []
        for key, value in source.entries:
            name, is_text = _key(key)
            if name == "<<" and not is_text:
                merged.append(value)
                continue
            if not is_text:
                odd.append(name)
            if (known := found.get(name)) is not None:
                repeated.append((name, known.key.start if known.key is not None else 0, key.start))
                continue
            found[name] = wrap(value, parsed, key if type(key) is Scalar else None)
        if merged:
            found = self._merged(merged, found)
        self.odd = frozenset(odd) if odd else None
        self.repeated = tuple(repeated)
        return found

    def _merged(self, merged: list[SyntaxNode], own: dict[str, Node]) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for value in merged:
            for mapping in _merge_values(value):
                found.update(wrap(mapping, self.parsed, None).peek_fields())
        found.update(own)
        return found

    def _read_items(self) -> list[Node]:
        if type(self.source) is not Sequence:
            return []
        parsed = self.parsed
        return [wrap(item, parsed, None) for item in self.source.items]


class BadMerge(ValueError):
    """A merge key whose value is no map; ``str`` of it is kyaml's error."""


def _merge_values(value: SyntaxNode) -> list[SyntaxNode]:
    """``findMergeValues``: the maps to merge, the weakest first."""
    if type(value) is Alias:
        if type(value.target) is not Mapping:
            raise BadMerge("invalid map merge: received alias for a non-map value")
        return [value.target]
    if type(value) is Mapping:
        return [value]
    if type(value) is Sequence:
        found: list[SyntaxNode] = []
        for item in value.items:
            if type(item) is Sequence:
                raise BadMerge("invalid map merge: received a nested sequence")
            found = _merge_values(item) + found
        return found
    raise BadMerge("map merge requires map or sequence of maps as the value")


def _key(key: SyntaxNode) -> tuple[str, bool]:
    """(text, whether it is a string) of a key."""
    node: Any = key
    while type(node) is Alias:
        node = node.target
    if type(node) is not Scalar:
        return "", False
    if node.style or (node.tag is not None and short_tag(node.tag) == STR):
        return node.text, True
    return node.text, resolve(node.text)[0] == STR


def wrap(source: SyntaxNode, parsed: Parsed | None, key: Scalar | None) -> Node:
    """A node for a part of a parsed tree."""
    while type(source) is Alias:
        if source.target is None:  # pragma: no cover - the parser refuses it
            break
        source = source.target
    node = Node.__new__(Node)
    node.source = source
    node.parsed = parsed
    node.key = key
    node.written = None
    node._fields = None
    node._items = None
    node.odd = None
    node.repeated = ()
    kind = type(source)
    if kind is Scalar:
        node.kind = SCALAR
        node.value = source.text  # type: ignore[union-attr]
        node.style = source.style  # type: ignore[union-attr]
        tag = source.tag  # type: ignore[union-attr]
        if tag is not None and tag != "!":
            node._tag = short_tag(tag)
            node.style += "!"
        else:
            node._tag = STR if node.style else _UNKNOWN
    else:
        node.kind = MAPPING if kind is Mapping else SEQUENCE
        node.value = ""
        node.style = PLAIN
        node._tag = "!!map" if kind is Mapping else "!!seq"
    return node


def text_node(value: str, written: tuple[Origin, ...] | None = None) -> Node:
    """``NewStringRNode``: a scalar that is a string whatever it looks like."""
    return Node(SCALAR, value, STR, PLAIN, written)


def bare_node(value: str, written: tuple[Origin, ...] | None = None) -> Node:
    """``NewScalarRNode``: a scalar that is whatever its text looks like."""
    return Node(SCALAR, value, "", PLAIN, written)


def is_null(node: Node | None) -> bool:
    """``IsMissingOrNull``."""
    return node is None or node.tag == NULL


def is_empty(node: Node | None) -> bool:
    """``IsYNodeNilOrEmpty``: missing, null, or a collection of nothing."""
    if node is None or node.tag == NULL:
        return True
    if node.kind == MAPPING:
        return not node.peek_fields()
    if node.kind == SEQUENCE:
        return not node.peek_items()
    return node.kind == NOTHING and not node.tag and not node.value


def is_merge_key(node: Node) -> bool:
    """Whether a scalar is ``<<``."""
    return node.tag == MERGE
