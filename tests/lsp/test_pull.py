"""Diagnostics that a client asks for: not pushed as well, unchanged ones not sent again, gone ones cleared."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import opening, settled


async def asked(client: LanguageClient, uri: str, previous: str | None = None) -> types.DocumentDiagnosticReport:
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri), previous_result_id=previous)
    return await client.text_document_diagnostic_async(params)


async def asked_all(client: LanguageClient, previous: list[types.PreviousResultId]) -> dict[str, object]:
    report = await client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(previous))
    return {item.uri: item for item in report.items}


def pulls(client: LanguageClient) -> bool:
    document = client.capabilities.text_document
    return document is not None and document.diagnostic is not None


@pytest.mark.asyncio
async def test_an_open_file_is_shown_once(client: LanguageClient, folder: Path) -> None:
    path = folder / "app.yaml"
    await settled(client, path.as_uri())
    client.text_document_did_open(opening(path))
    found = await asked(client, path.as_uri())
    assert [d.code for d in found.items] == ["unknown-field"]
    pushed = [d.code for d in client.diagnostics.get(path.as_uri(), [])]
    assert pushed == ([] if pulls(client) else ["unknown-field"])
    other = [d.code for d in client.diagnostics.get((folder / "service.yaml").as_uri(), [])]
    assert "yaml-syntax" in other
    client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(path.as_uri())))
    for _ in range(100):
        if client.diagnostics.get(path.as_uri()):
            break
        await asyncio.sleep(0.1)
    assert [d.code for d in client.diagnostics[path.as_uri()]] == ["unknown-field"]


@pytest.mark.asyncio
async def test_what_did_not_change_is_not_sent_again(client: LanguageClient, folder: Path) -> None:
    path = folder / "app.yaml"
    client.text_document_did_open(opening(path))
    first = await asked(client, path.as_uri())
    assert isinstance(first, types.RelatedFullDocumentDiagnosticReport)
    again = await asked(client, path.as_uri(), first.result_id)
    assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
    assert again.result_id == first.result_id
    text = path.read_text(encoding="utf-8").replace("imagepullPolicy", "imagePullPolicy")
    change = types.TextDocumentContentChangeWholeDocument(text)
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(2, path.as_uri()), [change])
    )
    fixed = await asked(client, path.as_uri(), first.result_id)
    assert isinstance(fixed, types.RelatedFullDocumentDiagnosticReport)
    assert "unknown-field" not in {d.code for d in fixed.items}


@pytest.mark.asyncio
async def test_the_whole_workspace(client: LanguageClient, folder: Path) -> None:
    app, service = (folder / "app.yaml").as_uri(), (folder / "service.yaml").as_uri()
    await settled(client, app)
    first = await asked_all(client, [])
    assert {app, service} <= first.keys()
    for _ in range(100):
        if not any(client.diagnostics.values()):
            break
        await asyncio.sleep(0.1)
    assert not any(client.diagnostics.values())
    held = [types.PreviousResultId(uri, item.result_id) for uri, item in first.items()]
    (folder / "app.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n")
    changed = types.FileEvent(app, types.FileChangeType.Changed)
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([changed]))
    second = await asked_all(client, held)
    assert isinstance(second[app], types.WorkspaceFullDocumentDiagnosticReport)
    assert second[app].items == ()
    assert isinstance(second[service], types.WorkspaceUnchangedDocumentDiagnosticReport)
    assert not any(client.diagnostics.values())
