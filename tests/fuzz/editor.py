"""Random edits as an editor sends them: the server's text stays the editor's, its diagnostics those of a fresh check."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kubelens_lsp.convert import UTF8, UTF16, UTF32, key_of
from kubelens_lsp.diagnostics import diagnostics_of
from kubelens_lsp.server import make_server
from kubelens_lsp.session import Session
from lsprotocol import types

from tests.lsp.conftest import FILES
from tests.lsp.test_texts import offset, position

ENCODINGS = (UTF8, UTF16, UTF32)
PIECES = (
    "", "a", ": ", "- ", "\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\ufeff", "😀", "é", "\t", "  ", "---\n", "kind: Pod\n",
    "name: web\n", "{", "]", '"', "'", "|\n", "&a ", "*a", "replicas: 2\n", "#", "app: web\r\n", "\x00", "\u3042",
)  # fmt: skip
_LONGEST = 4_000
_COMPARED = 100
"""Edits until the diagnostics are held against a fresh check."""


def faults(seed: int, edits: int, encoding: str) -> Iterator[str]:
    """What differs after so many edits, in words."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, text in FILES.items():
            (folder / name).write_bytes(text.encode())
        yield from asyncio.run(_edited(folder, random.Random(f"{seed} {encoding}"), edits, encoding))


async def _edited(folder: Path, chance: random.Random, edits: int, encoding: str) -> list[str]:
    server = make_server()
    type(server).encoding = encoding  # type: ignore[assignment,method-assign]
    server.changed = lambda: None  # type: ignore[method-assign]
    session = Session(folders=[folder])
    session.index()
    found: list[str] = []
    path = folder / chance.choice(sorted(FILES))
    uri, text, start = path.as_uri(), "", FILES[path.name]

    async def said(method: str, params: object) -> None:
        for handler, arguments, _ in server.protocol.fm.builtin_features[method](params):
            await handler(*arguments)

    text = start
    document = types.TextDocumentItem(uri, "yaml", 0, text)
    await said(types.TEXT_DOCUMENT_DID_OPEN, types.DidOpenTextDocumentParams(document))
    for version in range(1, edits + 1):
        changes: list[types.TextDocumentContentChangeEvent] = []
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            if len(text) > _LONGEST or chance.random() < 0.01:
                text = start
                changes.append(types.TextDocumentContentChangeWholeDocument(text))
                continue
            text, change = _edit(text, chance, encoding)
            changes.append(change)
        named = types.VersionedTextDocumentIdentifier(uri=uri, version=version)
        await said(types.TEXT_DOCUMENT_DID_CHANGE, types.DidChangeTextDocumentParams(named, changes))
        held = server.texts[uri].text
        if held != text:
            found.append(f"edit {version} ({encoding}): the server has {held!r}, the editor {text!r}")
            return found
        session.opened(uri, held, version)
        if version % 10 == 0:
            session.refresh()
        if version % _COMPARED == 0:
            fresh = Session(folders=[folder])
            fresh.opened(uri, text, version)
            fresh.index()
            if (mine := _told(session, encoding)) != (its := _told(fresh, encoding)):
                found.append(f"edit {version} ({encoding}): {mine} is told, a fresh check tells {its}; of {text!r}")
    return found


def _edit(text: str, chance: random.Random, encoding: str) -> tuple[str, types.TextDocumentContentChangeEvent]:
    piece = chance.choice(PIECES)
    ends = sorted(position(text, chance, encoding) for _ in range(2))
    if chance.random() < 0.7 or ends[1][0] - ends[0][0] > 3:
        ends[1] = ends[0]
    start, end = (offset(text, *at, encoding) for at in ends)
    where = types.Range(types.Position(*ends[0]), types.Position(*ends[1]))
    return text[:start] + piece + text[end:], types.TextDocumentContentChangePartial(where, piece)


def _told(session: Session, encoding: str) -> dict[str, list[str]]:
    found = {key: diagnostics_of(session.view, key, encoding, related=True) for key in session.view.by_file}
    return {key_of(key): sorted(map(repr, some)) for key, some in found.items() if some}
