"""The server's text is the editor's, whatever line ends, wide characters and columns past the end come along."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from kubelens_lsp.convert import UTF8, UTF16, UTF32, units
from kubelens_lsp.server import make_server
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import opening

PIECES = (
    "",
    "a",
    ": ",
    "\n",
    "\r\n",
    "\r",
    "\u2028",
    "\u2029",
    "\x85",
    "\ufeff",
    "😀",
    "é",
    "kind: Pod\n",
    "  ",
    "---\n",
)
ENDS = ("\r\n", "\n", "\r")


def lines_of(text: str) -> list[str]:
    """The lines as the protocol ends them: CRLF, LF or CR, and nothing else; without the ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def offset(text: str, line: int, column: int, encoding: str) -> int:
    """Where an editor's position is; a column past the end is the end."""
    at = 0
    for _ in range(line):
        found = min((i, -len(end)) for end in ENDS if (i := text.find(end, at)) >= 0)
        at = found[0] - found[1]
    count = 0
    for character in text[at:]:
        if character in "\r\n" or count >= column:
            break
        count += units(character, encoding)
        at += 1
    return at


def position(text: str, chance: random.Random, encoding: str) -> tuple[int, int]:
    """A place where a caret can be, or one past the end of its line."""
    lines = lines_of(text)
    line = chance.randrange(len(lines))
    if chance.random() < 0.1:
        return line, 9999
    return line, units(lines[line][: chance.randrange(len(lines[line]) + 1)], encoding)


@pytest.mark.parametrize("encoding", [UTF8, UTF16, UTF32])
async def test_thousands_of_edits(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    server = make_server()
    monkeypatch.setattr(type(server), "encoding", encoding)
    monkeypatch.setattr(server, "changed", lambda: None)
    chance = random.Random(encoding)
    uri = "file:///a.yaml"
    text = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a"

    async def said(method: str, params: object) -> None:
        handler = server.protocol.fm.builtin_features[method]
        for user_handler, arguments, _ in handler(params):
            await user_handler(*arguments)

    document = types.TextDocumentItem(uri, "yaml", 1, text)
    await said(types.TEXT_DOCUMENT_DID_OPEN, types.DidOpenTextDocumentParams(document))
    for version in range(2, 2002):
        if len(text) > 400:
            text = text[:60]
            change: types.TextDocumentContentChangeEvent = types.TextDocumentContentChangeWholeDocument(text)
        else:
            piece = chance.choice(PIECES)
            ends = sorted(position(text, chance, encoding) for _ in range(2))
            (first, last), (start, end) = ends, (offset(text, *at, encoding) for at in ends)
            if chance.random() < 0.7:
                last, end = first, start
            text = text[:start] + piece + text[end:]
            change = types.TextDocumentContentChangePartial(
                types.Range(types.Position(*first), types.Position(*last)), piece
            )
        named = types.VersionedTextDocumentIdentifier(uri=uri, version=version)
        await said(types.TEXT_DOCUMENT_DID_CHANGE, types.DidChangeTextDocumentParams(named, [change]))
        assert server.texts[uri].text == text, version


async def test_a_column_past_the_end_is_the_end(client: LanguageClient, folder: Path) -> None:
    file = folder / "new.yaml"
    file.write_text("apiVersion: v1\nmetadata: {name: a}\nkind: Pod")
    uri = file.as_uri()
    client.text_document_did_open(opening(file))
    change = types.TextDocumentContentChangePartial(
        types.Range(types.Position(2, 0), types.Position(2, 9999)), "kind: Secret"
    )
    named = types.VersionedTextDocumentIdentifier(uri=uri, version=2)
    client.text_document_did_change(types.DidChangeTextDocumentParams(named, [change]))
    found = await client.text_document_document_symbol_async(
        types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    )
    assert found is not None
    assert [one.name for one in found] == ["Secret/a"]
