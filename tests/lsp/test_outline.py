"""Symbols, folding, selection and links."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import at, opening


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
async def test_the_object_that_is_being_written_stays_in_the_outline(client: LanguageClient, folder: Path) -> None:
    path = folder / "written.yaml"
    text = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: before}\n---\napiVersion: v1\nkind: Service\nmetadata:\n"
        "  name: web\nspec:\n  ports: [{port: 80\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: after}\n"
    )
    path.write_text(text)
    client.text_document_did_open(opening(path))
    symbols = await client.text_document_document_symbol_async(
        types.DocumentSymbolParams(types.TextDocumentIdentifier(path.as_uri()))
    )
    assert [s.name for s in symbols] == ["ConfigMap/before", "Service/web", "ConfigMap/after"]
    assert symbols[1].range.start.line in (3, 4)


@pytest.mark.asyncio
async def test_a_selection_grows_outward(client: LanguageClient, folder: Path) -> None:
    here = at(folder, "app.yaml", "maxSurge: 25%", 11)
    (found,) = await client.text_document_selection_range_async(
        types.SelectionRangeParams(here.text_document, [here.position])
    )
    sizes = []
    selection: types.SelectionRange | None = found
    while selection is not None:
        sizes.append((selection.range.end.line - selection.range.start.line, selection.range.start.line))
        selection = selection.parent
    assert len(sizes) > 3
    assert [lines for lines, _ in sizes] == sorted(lines for lines, _ in sizes)


@pytest.mark.asyncio
async def test_a_kustomization_links_to_what_it_names(client: LanguageClient, folder: Path) -> None:
    (folder / "base").mkdir()
    (folder / "base" / "kustomization.yaml").write_text("resources: []\n")
    path = folder / "kustomization.yaml"
    path.write_text(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
        "resources:\n- app.yaml\n- base\n- nowhere.yaml\npatches:\n- path: service.yaml\n"
    )
    client.text_document_did_open(opening(path))
    links = await client.text_document_document_link_async(
        types.DocumentLinkParams(types.TextDocumentIdentifier(path.as_uri()))
    )
    assert {(x.range.start.line, Path(x.target).name) for x in links} == {
        (3, "app.yaml"),
        (4, "kustomization.yaml"),
        (7, "service.yaml"),
    }
