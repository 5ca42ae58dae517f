"""Files of objects as kustomize reads them (kyaml ``kio.FromBytes``, api ``resource.Factory.SliceFromBytes``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.fields import peek
from kubelens.render.kustomize.node import (
    MAPPING,
    SCALAR,
    SEQUENCE,
    BadMerge,
    Node,
    Parsed,
    is_empty,
    is_null,
    wrap,
)
from kubelens.render.origin import Origin, Text, joined
from kubelens.render.yaml.flow import flow_problem
from kubelens.syntax.block import holds_nothing, read_block
from kubelens.syntax.pattern import pattern
from kubelens.syntax.tree import Alias, Mapping, Sequence
from kubelens.syntax.tree import Node as SyntaxNode

_SEPARATOR: Final = pattern(r"\n---.*\n")
_LOST_ALIAS: Final = pattern(r"alias \*(\S+) has no anchor")
_MOST_NODES: Final = 400_000
_BYTE_ORDER_MARK: Final = "\ufeff"


class ObjectFile:
    """A file that was read once: its documents as trees, or what makes it unreadable."""

    __slots__ = ("documents", "fault", "parsed")

    def __init__(self, file: str, text: str) -> None:
        if "\r\n" in text:
            text = _unix_lines(file, text)
        self.parsed = Parsed(file, text)
        self.documents: list[SyntaxNode] = []
        self.fault: BuildFault | None = None
        try:
            self._read(text)
        except BuildFault as fault:
            self.fault = fault

    def objects(self) -> list[Node]:
        """Its objects, lists taken apart; trees of one's own.

        Raises:
            BuildFault: it cannot be read, or holds what is no object.
        """
        if self.fault is not None:
            raise BuildFault(self.fault.message, self.fault.origin, malformed=self.fault.malformed)
        nodes = [wrap(document, self.parsed, None) for document in self.documents]
        try:
            if "<<" in self.parsed.text:
                for node in nodes:
                    _unfold(node)
            return inline_lists(kept(unwrapped(nodes, len(self.documents))))
        except BadMerge as error:
            raise BuildFault(str(error), self._place(0)) from None

    def _read(self, text: str) -> None:
        start = 0
        spans: list[tuple[int, int]] = []
        for match in _SEPARATOR.finditer(text):
            rest = match[0][4:].strip()
            if rest and rest[0] != "#":
                raise BuildFault(f"invalid document separator: {match[0].strip()}", self._place(match.start() + 1))
            spans.append((start, match.start() + 1))
            start = match.end()
        spans.append((start, len(text)))
        for begin, end in spans:
            chunk = str(text[begin:end])
            root = self._compose(chunk, begin)
            if root is not None and not _is_null_document(root):
                self.documents.append(root)

    def _compose(self, chunk: str, base: int) -> SyntaxNode | None:
        root = read_block(chunk, base)
        if root is not None or holds_nothing(chunk):
            return self._checked(root, chunk, base)
        from kubelens.syntax.events import compose  # noqa: PLC0415 - most files are plain, and libyaml takes time to load

        root, problems = compose(chunk.removeprefix(_BYTE_ORDER_MARK), base)
        if root is None and problems:
            problem = problems[0]
            raise BuildFault(
                f"MalformedYAMLError: {go_yaml_problem(chunk, problem.message)}",
                self._place(problem.span.start),
                malformed=True,
            )
        return self._checked(root, chunk, base)

    def _checked(self, root: SyntaxNode | None, chunk: str, base: int) -> SyntaxNode | None:
        """The tree, unless go-yaml refuses what our own parser takes."""
        if root is not None and "?" in chunk:
            problem = flow_problem(root, " " * base + chunk, context_first=True)
            if problem is not None:
                raise BuildFault(f"MalformedYAMLError: {problem}", self._place(base), malformed=True)
        if root is not None and "*" in chunk and _size(root) > _MOST_NODES:
            raise BuildFault("yaml: document contains excessive aliasing", self._place(base))
        return root

    def _place(self, offset: int) -> Origin | None:
        found = self.parsed.origins(offset, offset + 1)
        return found[0] if found else None


def go_yaml_problem(text: str, message: str) -> str:
    """What go-yaml v3 says of a text it cannot read; ``message`` is what our own parser says."""
    if (lost := _LOST_ALIAS.search(message)) is not None:
        return f"yaml: unknown anchor '{lost[1]}' referenced"
    from kubelens.render.yaml.fault import go_problem  # noqa: PLC0415 - only for texts that cannot be read

    return go_problem(text, context_first=True)


def unwrapped(nodes: list[Node], documents: int) -> list[Node]:
    """The items of a file that is one list (kio ``ByteReader.Read``)."""
    found: list[Node] = []
    for node in nodes:
        items = peek(node, "items")
        if documents == 1 and _kind(node) in ("List", "ResourceList") and (items or peek(node, "functionConfig")):
            found.extend(items.items if items is not None else ())
            continue
        found.append(node)
    return found


def kept(nodes: list[Node]) -> list[Node]:
    """The nodes without the empty ones (``dropBadNodes``)."""
    found = [node for node in nodes if not is_empty(node)]
    for node in found:
        check_metadata(node)
    return found


def inline_lists(nodes: list[Node]) -> list[Node]:
    """Objects named ``...List`` are replaced by their items, which go to the end (``inlineAnyEmbeddedLists``)."""
    found: list[Node] = []
    pending = nodes
    while pending:
        node, pending = pending[0], pending[1:]
        kind = _kind(node)
        items = peek(node, "items")
        if not kind.endswith("List") or items is None:
            found.append(node)
        elif items.kind == SEQUENCE:
            pending = pending + kept(list(items.items))
        elif not is_null(items):
            raise BuildFault(f"expected array in {kind}/items, but found {_go_type(items)}", _first(items.origins))
    return found


def check_metadata(node: Node, annotations: dict[str, str] | None = None) -> None:
    """``GetValidatedMetadata``: an object has a kind, and a name unless it is a list."""
    api_version, kind, meta = peek(node, "apiVersion"), peek(node, "kind"), peek(node, "metadata")
    name, namespace = peek(meta, "name"), peek(meta, "namespace")
    labels, own = peek(meta, "labels"), peek(meta, "annotations")
    if all(is_empty(part) for part in (api_version, kind, name, namespace, labels, own)) and not annotations:
        raise BuildFault("missing Resource metadata", _first(node.origins))
    shown = _meta_text(api_version, kind, name, namespace, labels, own, annotations)
    if not _text(kind):
        raise BuildFault(f"missing kind in object {shown}", _first(node.origins))
    if not _text(kind).endswith("List") and (is_empty(name) or not name.value):  # type: ignore[union-attr]
        raise BuildFault(f"missing metadata.name in object {shown}", _first(node.origins))


def _meta_text(
    api_version: Node | None,
    kind: Node | None,
    name: Node | None,
    namespace: Node | None,
    labels: Node | None,
    annotations: Node | None,
    more: dict[str, str] | None,
) -> str:
    shown = {**_map_texts(annotations), **(more or {})}
    return (
        f"{{{{{_text(api_version)} {_text(kind)}}} {{{{{_text(name)} {_text(namespace)}}} "
        f"map[{_go_map(_map_texts(labels))}] map[{_go_map(shown)}]}}}}"
    )


def _go_map(entries: dict[str, str]) -> str:
    return " ".join(f"{key}:{entries[key]}" for key in sorted(entries))


def _map_texts(node: Node | None) -> dict[str, str]:
    return {} if node is None else {name: _text(value) for name, value in node.fields.items()}


def _text(node: Node | None) -> str:
    return "" if is_null(node) else node.value  # type: ignore[union-attr]


def _kind(node: Node) -> str:
    return _text(peek(node, "kind"))


def _first(origins: tuple[Origin, ...]) -> Origin | None:
    return origins[0] if origins else None


def _go_type(node: Node) -> str:
    if node.kind == MAPPING:
        return "map[string]interface {}"
    from kubelens.render.go.types import type_name  # noqa: PLC0415 - only for a message
    from kubelens.render.kustomize.values import scalar_value  # noqa: PLC0415

    return type_name(scalar_value(node))


def _is_null_document(root: SyntaxNode) -> bool:
    node = wrap(root, None, None)
    return node.kind == SCALAR and is_null(node)


def _size(root: SyntaxNode) -> int:
    """How many nodes a tree has once each alias stands for what it names."""
    known: dict[int, int] = {}

    def size(node: SyntaxNode) -> int:
        if type(node) is Alias:
            return known.get(id(node.target), 0) or (size(node.target) if node.target is not None else 0)
        known[id(node)] = _MOST_NODES + 1  # an alias of what it stands in has no end
        found = 1
        if type(node) is Mapping:
            found += sum(size(key) + size(value) for key, value in node.entries)
        elif type(node) is Sequence:
            found += sum(size(item) for item in node.items)
        known[id(node)] = found
        return found

    return size(root)


def _unfold(node: Node) -> None:
    """Look at every node, so that merge keys that cannot be followed are told now."""
    pending: list[Any] = [node]
    while pending:
        node = pending.pop()
        pending.extend(node.fields.values())
        pending.extend(node.items)


def _unix_lines(file: str, text: str) -> Text:
    """The text with ``\\n`` for ``\\r\\n``; every character still knows where it stands."""
    parts: list[str] = []
    at = 0
    known = text if isinstance(text, Text) else Text.written(text, file, 0)
    while (found := text.find("\r\n", at)) >= 0:
        parts.append(known.cut(at, found))
        at = found + 1
    parts.append(known.cut(at, len(text)))
    return joined(parts)
