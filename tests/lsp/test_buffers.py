"""Buffers that are no files, or files of other sorts."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import FILES, opening, seen, settled, without

WRONG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndatum: {}\n"


def opened(uri: str, language: str, text: str) -> types.DidOpenTextDocumentParams:
    return types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, language, 1, text))


@pytest.mark.asyncio
async def test_a_buffer_never_saved(client: LanguageClient, folder: Path) -> None:
    uri = "untitled:Untitled-1"
    client.text_document_did_open(opened(uri, "yaml", WRONG))
    assert [d.code for d in await settled(client, uri)] == ["unknown-field"]
    symbols = await client.text_document_document_symbol_async(
        types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    )
    assert [s.name for s in symbols] == ["ConfigMap/m"]
    client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    assert await without(client, uri)


@pytest.mark.asyncio
async def test_an_old_version_shown_beside_the_file_is_no_second_object(client: LanguageClient, folder: Path) -> None:
    path = folder / "app.yaml"
    client.text_document_did_open(opening(path))
    before = {d.code for d in await settled(client, path.as_uri())}
    client.text_document_did_open(opened(f"git:{path}?HEAD", "yaml", FILES["app.yaml"]))
    client.text_document_did_open(opened(f"fugitive://{folder}/.git//0/app.yaml", "yaml", FILES["app.yaml"]))
    client.text_document_did_open(opened((folder / "notes.txt").as_uri(), "plaintext", FILES["app.yaml"]))
    found = await client.workspace_symbol_async(types.WorkspaceSymbolParams("Deployment"))
    assert [s.name for s in found] == ["Deployment/café"]
    assert {d.code for d in await seen(client, path.as_uri())} == before


@pytest.mark.asyncio
async def test_an_object_in_json(client: LanguageClient, folder: Path) -> None:
    path = folder / "map.json"
    text = '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "datum": {}}\n'
    client.text_document_did_open(opened(path.as_uri(), "json", text))
    (unknown,) = await settled(client, path.as_uri())
    assert unknown.code == "unknown-field"
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            types.TextDocumentIdentifier(path.as_uri()), unknown.range, types.CodeActionContext([unknown])
        )
    )
    assert not [a for a in actions or [] if a.title.startswith("Ignore")]
