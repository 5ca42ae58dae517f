"""A tree as kustomize prints it: through JSON to go-yaml v2, so keys are sorted and every scalar is written anew."""

from __future__ import annotations

from typing import Final

from kubelens.render.kustomize.node import MAPPING, SCALAR, SEQUENCE, Node
from kubelens.render.kustomize.numbers import yaml_number
from kubelens.render.kustomize.resolution import NotJson
from kubelens.render.kustomize.values import refuse_keys, scalar_value
from kubelens.render.origin import Origin, Piece, Text, joined
from kubelens.render.yaml.key_order import sorted_keys
from kubelens.render.yaml.scalar_text import LONGEST_SIMPLE_KEY, key_text, scalar_text

_MARGINS: Final = [" " * width for width in range(256)]


def object_text(node: Node) -> str:
    """An object's YAML.

    Raises:
        NotJson: it holds what JSON cannot.
    """
    out: list[str] = []
    _Printer(out).block(node, 0, "", top=True)
    return "".join(out)


def sourced_text(node: Node) -> Text:
    """The same text, with the origin of each key and scalar."""
    out: list[str] = []
    _SourcedPrinter(out).block(node, 0, "", top=True)
    return joined(out)


def kyaml_text(node: Node) -> str:
    """A tree as messages show it, near to what kyaml's encoder prints."""
    if node.kind == SCALAR:
        return (f'"{node.value}"' if node.style[:1] in ("'", '"') else node.value) + "\n"
    out: list[str] = []
    try:
        _Printer(out).block(node, 0, "", top=True)
    except NotJson:
        return ""
    return "".join(out)


class _Printer:
    """``out``: the parts of the text in order."""

    __slots__ = ("out",)

    def __init__(self, out: list[str]) -> None:
        self.out = out

    def block(self, node: Node, indent: int, lead: str, *, top: bool = False) -> None:
        """A node on lines of its own at ``indent`` columns; ``lead`` stands in the margin of the first one."""
        if not node.untouched or node.parsed is None:
            self._block(node, indent, lead, top)
            return
        known = node.parsed.printed
        slot = (id(node.source), indent)
        text = known.get(slot)
        if text is None:
            inner: list[str] = []
            _Printer(inner)._block(node, indent, _margin(indent), top)
            text = known[slot] = "".join(inner)
        self.out.append(lead + text[indent:])

    def _block(self, node: Node, indent: int, lead: str, top: bool) -> None:
        if node.kind == MAPPING and (fields := node.peek_fields()):
            self._mapping(node, fields, indent, lead, top)
        elif node.kind == SEQUENCE and (items := node.peek_items()):
            margin = _margin(indent)
            for item in items:
                if is_block(item):
                    self.block(item, indent + 2, lead + "- ")
                else:
                    self.out.append(lead + "- ")
                    self.scalar(item, indent, indent + 2)
                    self.out.append("\n")
                lead = margin
        else:
            self.out.append(lead)
            self.scalar(node, indent - 2, indent)
            self.out.append("\n")

    def _mapping(self, node: Node, fields: dict[str, Node], indent: int, lead: str, top: bool) -> None:
        if node.odd is not None or node.repeated:
            refuse_keys(node, top=top)
        out = self.out
        margin = _margin(indent)
        for name in sorted_keys(fields):
            value = fields[name]
            out.append(lead)
            lead = margin
            shown = self.key(name, value)
            if is_block(value):
                out.append(":\n")
                inner = indent if value.kind == SEQUENCE else indent + 2
                self.block(value, inner, _margin(inner))
            else:
                out.append(": ")
                self.scalar(value, indent, indent + shown + 2)
                out.append("\n")

    def key(self, name: str, value: Node) -> int:
        """Print a key; how many columns it takes."""
        text = key_text(str(name))
        if len(text) > LONGEST_SIMPLE_KEY:
            self.out.append(f"? {text}\n")
            return 0
        self.out.append(text)
        return len(text)

    def scalar(self, node: Node, indent: int, column: int) -> None:
        """Print what stands behind a key or a dash on the same line."""
        self.out.append(shown_scalar(node, indent, column))


class _SourcedPrinter(_Printer):
    """Keys and scalars are added as :class:`Text`."""

    __slots__ = ()

    def block(self, node: Node, indent: int, lead: str, *, top: bool = False) -> None:
        self._block(node, indent, lead, top)

    def key(self, name: str, value: Node) -> int:
        width = super().key(name, value)
        text = self.out.pop()
        origins = key_origins(value)
        exact = len(origins) == 1 and origins[0].end - origins[0].start == len(name) and text == name
        self.out.append(Text(text, (Piece(len(text), origins, exact),)))
        return width

    def scalar(self, node: Node, indent: int, column: int) -> None:
        shown = shown_scalar(node, indent, column)
        self.out.append(Text(shown, tuple(_scalar_pieces(node, shown))))


def is_block(node: Node) -> bool:
    """Whether a node is printed on lines of its own: a collection that holds something."""
    if node.kind == MAPPING:
        return bool(node.peek_fields()) if not node.untouched else bool(node.source and node.source.entries)  # type: ignore[union-attr]
    if node.kind == SEQUENCE:
        return bool(node.peek_items()) if not node.untouched else bool(node.source and node.source.items)  # type: ignore[union-attr]
    return False


def shown_scalar(node: Node, indent: int, column: int) -> str:
    """A scalar or an empty collection as printed at a column."""
    if node.kind == MAPPING:
        return "{}"
    if node.kind == SEQUENCE:
        return "[]"
    value = scalar_value(node)
    if isinstance(value, str):
        return scalar_text(str(value), indent, column)
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    return yaml_number(value)


def key_origins(value: Node) -> tuple[Origin, ...]:
    """Where the key of a value was written."""
    if value.key is not None and value.parsed is not None:
        return value.parsed.origins(value.key.start, value.key.end)
    return value.origins if value.kind == SCALAR else (value.written or ())


def _scalar_pieces(node: Node, shown: str) -> list[Piece]:
    """The pieces of a printed scalar, by its own text's where that stands there line by line."""
    value = node.value
    origins = node.origins
    if type(value) is Text and node.written is None:
        if shown == value:
            return list(value.pieces)
        if shown.startswith("|") and scalar_value(node) == value:
            return _block_pieces(value, shown)
    if len(origins) == 1 and origins[0].end - origins[0].start == len(shown) and shown == value:
        return [Piece(len(shown), origins, node.written is None)]
    return [Piece(len(shown), origins)]


def _block_pieces(value: Text, shown: str) -> list[Piece]:
    pieces: list[Piece] = []
    at = 0
    head, newline, body = shown.partition("\n")
    pieces.append(Piece(len(head) + len(newline)))
    lines = body.split("\n")
    for number, line in enumerate(lines):
        start = at
        end = value.find("\n", start)
        end = len(value) if end < 0 else end
        margin = len(line) - (end - start)
        if margin < 0:
            break
        if margin:
            pieces.append(Piece(margin))
        pieces.extend(value.pieces_of(start, end))
        if number + 1 < len(lines):
            pieces.append(Piece(1))
        at = end + 1
    missing = len(shown) - sum(piece.length for piece in pieces)
    if missing > 0:
        pieces.append(Piece(missing))
    return pieces


def _margin(width: int) -> str:
    return _MARGINS[width] if width < 256 else " " * width
