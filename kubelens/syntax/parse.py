"""From text to documents: nodes of our own. Never raises on input.

Plain block YAML is read by :mod:`kubelens.syntax.block`; all else comes from libyaml's events.
"""

from __future__ import annotations

import gc
from typing import Final

from kubelens.syntax.block import holds_nothing, read_block
from kubelens.syntax.pattern import pattern
from kubelens.syntax.split import split_documents
from kubelens.syntax.text import Problem, Source, Span
from kubelens.syntax.tree import MOST_NODES, Document, Node

_BLANK: Final = pattern(r"\s*")


def parse_source(source: Source) -> tuple[list[Document], list[Problem]]:
    """Read all documents of a source; broken ones become problems and leave the others alone.

    Documents that hold nothing have ``root`` None. A broken document is in the list too, without a root.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _parse(source)
    finally:
        if collecting:
            gc.enable()


def _parse(source: Source) -> tuple[list[Document], list[Problem]]:
    text = source.text
    if text.lstrip()[:1] == "{" and (streamed := _json_stream(source)) is not None:
        return streamed
    spans, problems = split_documents(text)
    documents: list[Document] = []
    for index, span in enumerate(spans):
        root, more = _read(text, span.start, span.end)
        problems.extend(more)
        documents.append(Document(source, index, root, span.start, span.end))
    return documents, problems


def parse_stream(source: Source) -> tuple[Node | None, list[Problem]]:
    """The first document of a whole text, read without cutting it into documents first."""
    root, problems = _compose(source.text, 0)
    return root, problems if root is None else []


def read_document_text(text: str) -> tuple[Node | None, list[Problem]]:
    """The tree of one document's text, and what is wrong with it; offsets count from its first character."""
    return _read(text, 0, len(text))


def compose_again(document: Document) -> Node | None:
    """The tree of a document that was parsed before, elsewhere."""
    return _read(document.source.text, document.start, document.end)[0]


def _read(text: str, start: int, end: int) -> tuple[Node | None, list[Problem]]:
    """The tree of one document of a text, read as YAML and, where that fails, as JSON."""
    root, problems = _compose(text[start:end], start)
    if root is None and problems and (root := _json(text, start, end)) is not None:
        return root, []
    return root, problems


def _compose(chunk: str, base: int) -> tuple[Node | None, list[Problem]]:
    """The tree of the first document in a chunk that begins at offset ``base`` of its source."""
    plain = read_block(chunk, base) if chunk.count("\n") <= MOST_NODES else None
    if plain is not None or holds_nothing(chunk):
        return plain, []
    from kubelens.syntax.events import compose  # noqa: PLC0415 - most manifests are plain, and libyaml takes time to load

    return compose(chunk, base)


def _json(text: str, start: int, end: int) -> Node | None:
    """What a stretch holds that YAML cannot read and JSON can, None where the text is not for the JSON reader."""
    if text.lstrip()[:1] != "{" or text.count(",", start, end) > MOST_NODES:
        return None
    from kubelens.syntax.json_text import read_json  # noqa: PLC0415 - only for texts that cannot be read otherwise

    return read_json(text[start:end], start)


def _after_blanks(text: str, offset: int) -> int:
    match = _BLANK.match(text, offset)
    return match.end() if match is not None else offset


def _json_stream(source: Source) -> tuple[list[Document], list[Problem]] | None:
    """Documents of a text that is several JSON objects one after another (as kubectl accepts), else None.

    kubectl stops at the first that cannot be read, which is a problem.
    """
    text = source.text
    if text.count("\n{") == 0:
        return None
    from json import JSONDecodeError, JSONDecoder  # noqa: PLC0415 - only for streams of JSON

    decoder = JSONDecoder()
    documents: list[Document] = []
    problems: list[Problem] = []
    position = _after_blanks(text, 0)
    while position < len(text):
        try:
            _, end = decoder.raw_decode(text, position)
        except RecursionError:
            return None
        except JSONDecodeError as error:
            if not documents or text[position] != "{":
                return None
            at = min(error.pos, len(text) - 1)
            problems.append(Problem(Span(at, at + 1), f"JSON cannot be read: {error.msg}"))
            break
        documents.append(Document(source, len(documents), None, position, end))
        position = _after_blanks(text, end)
    if len(documents) + len(problems) < 2:
        return None
    for document in documents:
        document.root, _ = _compose(text[document.start : document.end], document.start)
        if document.root is None:
            document.root = _json(text, document.start, document.end)
            if document.root is None:
                return None
    return documents, problems
