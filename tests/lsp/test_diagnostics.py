"""Diagnostics, pushed and pulled, in both position encodings."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import opening, settled, without


@pytest.mark.asyncio
async def test_diagnostics_of_the_whole_workspace(client: LanguageClient, folder: Path) -> None:
    found = await settled(client, (folder / "app.yaml").as_uri())
    unknown = next(d for d in found if d.code == "unknown-field")
    assert unknown.range.start == types.Position(23, 10)
    assert unknown.source == "kubelens"
    assert unknown.code_description is not None
    assert "unknown-field" in unknown.code_description.href
    broken = await settled(client, (folder / "service.yaml").as_uri())
    assert {d.code for d in broken} >= {"yaml-syntax"}


@pytest.mark.asyncio
async def test_an_edit_is_checked_and_closing_counts_the_disk_again(client: LanguageClient, folder: Path) -> None:
    uri = (folder / "app.yaml").as_uri()
    await settled(client, uri)
    client.text_document_did_open(opening(folder / "app.yaml"))
    fixed = (folder / "app.yaml").read_text().replace("imagepullPolicy", "imagePullPolicy")
    change = types.TextDocumentContentChangeWholeDocument(fixed)
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(2, uri), [change])
    )
    assert await without(client, uri, "unknown-field")
    client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    await settled(client, uri)


@pytest.mark.asyncio
async def test_pull_diagnostics(client: LanguageClient, folder: Path) -> None:
    uri = (folder / "app.yaml").as_uri()
    report = await client.text_document_diagnostic_async(
        types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
    )
    assert "unknown-field" in {d.code for d in report.items}
    whole = await client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
    assert uri in {item.uri for item in whole.items}


@pytest.mark.asyncio
async def test_positions_after_characters_outside_the_first_plane(client: LanguageClient, folder: Path) -> None:
    path = folder / "emoji.yaml"
    path.write_text(
        '{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {"\U0001f600": "", y: a}}\n', encoding="utf-8"
    )
    client.text_document_did_open(opening(path))
    found = await settled(client, path.as_uri())
    text = path.read_text(encoding="utf-8")
    before = text[: text.index("y: a")]
    key = next(d for d in found if d.code == "boolean-key")
    assert key.range.start.character in (len(before.encode("utf-16-le")) // 2, len(before.encode()))


@pytest.mark.asyncio
async def test_a_finding_points_to_the_other_end_in_another_file(client: LanguageClient, folder: Path) -> None:
    path = folder / "typo.yaml"
    path.write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: c:1\n"
        "    envFrom: [{configMapRef: {name: setings}}]\n"
    )
    client.text_document_did_open(opening(path))
    missing = next(d for d in await settled(client, path.as_uri()) if d.code == "config-map-missing")
    assert missing.related_information is not None
    (other,) = missing.related_information
    assert other.location.uri == (folder / "settings.yaml").as_uri()
    assert other.location.range.start == types.Position(3, 8)


@pytest.mark.asyncio
async def test_a_deprecated_object_is_struck_through(client: LanguageClient, folder: Path) -> None:
    path = folder / "old.yaml"
    path.write_text("apiVersion: v1\nkind: Endpoints\nmetadata: {name: e}\n")
    client.text_document_did_open(opening(path))
    (old,) = [d for d in await settled(client, path.as_uri()) if d.code == "deprecated-api"]
    assert list(old.tags or ()) == [types.DiagnosticTag.Deprecated]


@pytest.mark.asyncio
async def test_a_file_that_vanishes_takes_its_diagnostics_along(client: LanguageClient, folder: Path) -> None:
    path = folder / "service.yaml"
    uri = path.as_uri()
    await settled(client, uri)
    path.unlink()
    gone = types.FileEvent(uri, types.FileChangeType.Deleted)
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([gone]))
    assert await without(client, uri)


@pytest.mark.asyncio
async def test_lines_that_end_as_on_windows(client: LanguageClient, folder: Path) -> None:
    path = folder / "windows.yaml"
    path.write_bytes(b"apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: w\r\ndatum:\r\n  a: b\r\n")
    client.text_document_did_open(opening(path))
    unknown = next(d for d in await settled(client, path.as_uri()) if d.code == "unknown-field")
    assert unknown.range == types.Range(types.Position(4, 0), types.Position(4, 5))
