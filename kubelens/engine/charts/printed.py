"""What a template printed, as one text; its documents have the trees that rendering made of them already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from kubelens.engine.parsed import Parsed
from kubelens.kube.reading import Reading, read_value
from kubelens.kube.resource import read_header
from kubelens.render.chart.manifests import Document
from kubelens.render.origin import Text, joined
from kubelens.syntax.block import holds_nothing
from kubelens.syntax.split import split_documents
from kubelens.syntax.text import Source
from kubelens.syntax.tree import Document as SyntaxDocument
from kubelens.syntax.tree import Mapping, Node, Scalar
from kubelens.syntax.tree import Sequence as SequenceNode

_BEGIN: Final = "---\n"
_SAYS_SOMETHING: Final = "kubelens:"
"""What stands in comments that count."""


def that_count(documents: Sequence[Document]) -> list[Document]:
    """The documents of a template without those that are comments alone, which Helm prints as well."""
    return [one for one in documents if not _is_comment(one)] or list(documents[:1])


def _is_comment(document: Document) -> bool:
    text = document.text
    return not document.kind and document.root is None and _SAYS_SOMETHING not in text and holds_nothing(text)


def as_one_text(documents: Sequence[Document]) -> Text:
    """Documents one behind the other, cut by lines of dashes where there are several."""
    if len(documents) == 1:
        return documents[0].text
    return joined([part for one in documents for part in (_BEGIN, one.text, _line_end(one.text))])


def _line_end(text: str) -> str:
    return "" if text.endswith("\n") else "\n"


def read_already(source: Source, documents: Sequence[Document]) -> Parsed | None:
    """The documents of a text that was put together from ``documents``; None where it is to be parsed.

    Their trees are moved to where they stand in it when somebody looks at one.
    """
    spans, problems = split_documents(source.text)
    alone = len(documents) == 1
    if problems or len(spans) != len(documents) or any(one.root is None for one in documents):
        return None
    if not alone and not all(one.text.endswith("\n") for one in documents):
        return None  # what ends without a line break is another text with one: a block scalar may stand there
    found: list[SyntaxDocument] = []
    at = 0 if alone else len(_BEGIN)
    for index, (document, span) in enumerate(zip(documents, spans, strict=True)):
        compose = _as_it_is(document) if not at else partial(_moved_root, document, at)
        found.append(SyntaxDocument(source, index, None, span.start, span.end, compose))
        at += len(document.text) + len(_BEGIN)
    headers = [read_header(one) for one in map(_own, documents)]
    readings: list[Reading | None] = []
    for header, document, placed in zip(headers, documents, found, strict=True):
        reading = read_value(document.root) if header is not None and header.is_kubernetes else None
        readings.append(Reading(reading.value, placed) if reading is not None and reading.is_plain else None)
    return Parsed(found, [], headers, readings)


def _own(document: Document) -> SyntaxDocument:
    return SyntaxDocument(Source("", document.text), 0, document.root, 0, len(document.text))


def _as_it_is(document: Document) -> Callable[[SyntaxDocument], Node | None]:
    return lambda _: document.root


def _moved_root(document: Document, by: int, _: SyntaxDocument) -> Node | None:
    return None if document.root is None else moved(document.root, by)


def moved(root: Node, by: int) -> Node:
    """A copy of a plain tree whose offsets are larger by ``by``; other nodes than maps, lists and scalars stay as they are."""
    top = _bare(root, by)
    stack: list[tuple[Node, Node]] = [(root, top)]
    while stack:
        old, new = stack.pop()
        if type(old) is Mapping and type(new) is Mapping:
            for key, value in old.entries:
                pair = _bare(key, by), _bare(value, by)
                new.entries.append(pair)
                stack.append((key, pair[0]))
                stack.append((value, pair[1]))
        elif type(old) is SequenceNode and type(new) is SequenceNode:
            for item in old.items:
                new.items.append(_bare(item, by))
                stack.append((item, new.items[-1]))
    return top


def _bare(node: Node, by: int) -> Node:
    """A node moved, without what it holds."""
    if type(node) is Scalar:
        return Scalar(node.text, node.style, node.tag, node.anchor, node.start + by, node.end + by)
    if type(node) is Mapping:
        return Mapping([], node.tag, node.anchor, node.flow, node.start + by, node.end + by)
    if type(node) is SequenceNode:
        return SequenceNode([], node.tag, node.anchor, node.flow, node.start + by, node.end + by)
    return node
