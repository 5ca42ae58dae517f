"""Repairs, fix-all and suppressions."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import opening, settled, without


@pytest.mark.asyncio
async def test_a_fix_as_code_action(client: LanguageClient, folder: Path) -> None:
    uri = (folder / "app.yaml").as_uri()
    found = await settled(client, uri)
    unknown = next(d for d in found if d.code == "unknown-field")
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(uri), unknown.range, types.CodeActionContext([unknown])
    )
    actions = await client.text_document_code_action_async(params)
    titles = [a.title for a in actions]
    assert "Fix: imagePullPolicy" in titles
    assert "Ignore unknown-field here" in titles
    assert any(getattr(a, "kind", None) == "source.fixAll.kubelens" for a in actions)
    fix = next(a for a in actions if a.title.startswith("Fix: "))
    (edit,) = fix.edit.changes[uri]
    assert edit.new_text == "imagePullPolicy"
    assert edit.range == unknown.range


@pytest.mark.asyncio
async def test_ignoring_here_adds_the_comment_that_silences(client: LanguageClient, folder: Path) -> None:
    path = folder / "app.yaml"
    uri = path.as_uri()
    client.text_document_did_open(opening(path))
    unknown = next(d for d in await settled(client, uri) if d.code == "unknown-field")
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(uri), unknown.range, types.CodeActionContext([unknown])
    )
    actions = await client.text_document_code_action_async(params)
    ignore = next(a for a in actions if a.title == "Ignore unknown-field here")
    (edit,) = ignore.edit.changes[uri]
    assert "kubelens: ignore[unknown-field]" in edit.new_text
    lines = path.read_text(encoding="utf-8").split("\n")
    line = edit.range.start.line
    assert edit.range.start == edit.range.end
    lines[line] = lines[line][: edit.range.start.character] + edit.new_text + lines[line][edit.range.start.character :]
    change = types.TextDocumentContentChangeWholeDocument("\n".join(lines))
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(2, uri), [change])
    )
    assert await without(client, uri, "unknown-field", "unused-suppression")


@pytest.mark.asyncio
async def test_fix_all_repairs_everything_that_is_safe(client: LanguageClient, folder: Path) -> None:
    uri = (folder / "app.yaml").as_uri()
    await settled(client, uri)
    whole = types.Range(types.Position(0, 0), types.Position(40, 0))
    context = types.CodeActionContext([], only=["source.fixAll.kubelens"])
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(types.TextDocumentIdentifier(uri), whole, context)
    )
    (action,) = actions
    assert "imagePullPolicy" in "".join(e.new_text for e in action.edit.changes[uri])
