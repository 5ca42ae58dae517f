"""Features over the wire, in both position encodings."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import opening, settled


def at(folder: Path, name: str, text: str, shift: int = 1) -> types.TextDocumentPositionParams:
    content = (folder / name).read_bytes().decode()
    offset = content.index(text) + shift
    line = content.count("\n", 0, offset)
    column = offset - (content.rfind("\n", 0, offset) + 1)
    return types.TextDocumentPositionParams(
        types.TextDocumentIdentifier((folder / name).as_uri()), types.Position(line, column)
    )


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
    for _ in range(100):
        if not [d for d in client.diagnostics.get(uri, []) if d.code == "unknown-field"]:
            break
        await asyncio.sleep(0.1)
    assert not [d for d in client.diagnostics.get(uri, []) if d.code == "unknown-field"]
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
async def test_definition_references_and_rename_across_files(client: LanguageClient, folder: Path) -> None:
    here = at(folder, "app.yaml", "name: settings", 8)
    (target,) = await client.text_document_definition_async(types.DefinitionParams(here.text_document, here.position))
    assert target.uri == (folder / "settings.yaml").as_uri()
    assert target.range.start == types.Position(3, 8)
    context = types.ReferenceContext(include_declaration=True)
    references = await client.text_document_references_async(
        types.ReferenceParams(context, here.text_document, here.position)
    )
    assert {Path(r.uri).name for r in references} == {"app.yaml", "settings.yaml", "service.yaml"}
    edit = await client.text_document_rename_async(types.RenameParams(here.text_document, here.position, "options"))
    assert {Path(uri).name for uri in edit.changes} == {"app.yaml", "settings.yaml", "service.yaml"}
    assert {e.new_text for edits in edit.changes.values() for e in edits} == {"options"}


@pytest.mark.asyncio
async def test_a_named_port_leads_to_the_container(client: LanguageClient, folder: Path) -> None:
    here = at(folder, "service.yaml", "targetPort: http", 13)
    (target,) = await client.text_document_definition_async(types.DefinitionParams(here.text_document, here.position))
    assert target.uri == (folder / "app.yaml").as_uri()


@pytest.mark.asyncio
async def test_outline_keeps_the_other_documents_of_a_broken_file(client: LanguageClient, folder: Path) -> None:
    uri = types.TextDocumentIdentifier((folder / "service.yaml").as_uri())
    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(uri))
    assert [s.name for s in symbols] == ["Service/web", "Pod/reader"]
    found = await client.workspace_symbol_async(types.WorkspaceSymbolParams("deploy"))
    assert [s.name for s in found] == ["Deployment/café"]
    folds = await client.text_document_folding_range_async(types.FoldingRangeParams(uri))
    assert folds


@pytest.mark.asyncio
async def test_hover(client: LanguageClient, folder: Path) -> None:
    here = at(folder, "app.yaml", "maxUnavailable: 25%", 2)
    hover = await client.text_document_hover_async(types.HoverParams(here.text_document, here.position))
    assert "maxUnavailable" in hover.contents.value
    here = at(folder, "app.yaml", "cpu: 100m", 6)
    hover = await client.text_document_hover_async(types.HoverParams(here.text_document, here.position))
    assert "0.1 CPUs" in hover.contents.value


@pytest.mark.asyncio
async def test_completion(client: LanguageClient, folder: Path) -> None:
    path = folder / "new.yaml"
    path.write_text("apiVersion: v1\nkind: Service\nmetadata:\n  name: x\nspec:\n  type: \n  \n")
    client.text_document_did_open(opening(path))
    document = types.TextDocumentIdentifier(path.as_uri())
    values = await client.text_document_completion_async(types.CompletionParams(document, types.Position(5, 8)))
    assert {i.label for i in values.items} == {"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"}
    names = await client.text_document_completion_async(types.CompletionParams(document, types.Position(6, 2)))
    assert "externalTrafficPolicy" in {i.label for i in names.items}


@pytest.mark.asyncio
async def test_inlay_hints_and_lenses(client: LanguageClient, folder: Path) -> None:
    document = types.TextDocumentIdentifier((folder / "app.yaml").as_uri())
    whole = types.Range(types.Position(0, 0), types.Position(100, 0))
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(document, whole))
    assert {h.label for h in hints} >= {"= 1 of 3", "= 0 of 3", "x 3 = 0.3 CPUs"}
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(document))
    assert "show rollout" in {lens.command.title for lens in lenses}


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
async def test_hostile_edits_are_survived(client: LanguageClient, folder: Path) -> None:
    path = folder / "app.yaml"
    uri = path.as_uri()
    client.text_document_did_open(opening(path))
    far = types.Range(types.Position(9999, 9), types.Position(99999, 99))
    change = types.TextDocumentContentChangePartial(far, "\n# far\n")
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(2, uri), [change])
    )
    hover = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(88888, 7))
    await client.text_document_hover_async(hover)
    unknown = types.HoverParams(types.TextDocumentIdentifier((folder / "nowhere.yaml").as_uri()), types.Position(0, 0))
    assert await client.text_document_hover_async(unknown) is None
    assert await settled(client, uri)
