"""Definition, references, highlight and rename between objects."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import at, edits_of


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
    assert edits_of(edit).keys() == {"app.yaml", "settings.yaml", "service.yaml"}
    assert {e.new_text for edits in edits_of(edit).values() for e in edits} == {"options"}


@pytest.mark.asyncio
async def test_a_named_port_leads_to_the_container(client: LanguageClient, folder: Path) -> None:
    here = at(folder, "service.yaml", "targetPort: http", 13)
    (target,) = await client.text_document_definition_async(types.DefinitionParams(here.text_document, here.position))
    assert target.uri == (folder / "app.yaml").as_uri()


@pytest.mark.asyncio
async def test_every_use_in_the_file_is_highlighted(client: LanguageClient, folder: Path) -> None:
    here = at(folder, "app.yaml", "name: http", 6)
    found = await client.text_document_document_highlight_async(
        types.DocumentHighlightParams(here.text_document, here.position)
    )
    assert [h.range.start.line for h in found] == [28]


@pytest.mark.asyncio
async def test_a_rename_first_says_what_it_would_rename(client: LanguageClient, folder: Path) -> None:
    here = at(folder, "settings.yaml", "name: settings", 8)
    span = await client.text_document_prepare_rename_async(types.PrepareRenameParams(here.text_document, here.position))
    assert span == types.PrepareRenamePlaceholder(types.Range(types.Position(3, 8), types.Position(3, 16)), "settings")
    nowhere = at(folder, "settings.yaml", "LEVEL: info", 8)
    assert not await client.text_document_prepare_rename_async(
        types.PrepareRenameParams(nowhere.text_document, nowhere.position)
    )


@pytest.mark.asyncio
async def test_a_label_leads_to_the_pods_that_carry_it(client: LanguageClient, folder: Path) -> None:
    here = at(folder, "service.yaml", "app: web", 6)
    found = await client.text_document_definition_async(types.DefinitionParams(here.text_document, here.position))
    assert (folder / "app.yaml").as_uri() in {f.uri for f in found}


@pytest.mark.asyncio
async def test_a_label_is_renamed_with_the_selectors_that_ask_for_it(client: LanguageClient, folder: Path) -> None:
    here = at(folder, "service.yaml", "app: web", 6)
    edit = await client.text_document_rename_async(types.RenameParams(here.text_document, here.position, "front"))
    lines = {(name, e.range.start.line) for name, edits in edits_of(edit).items() for e in edits}
    assert lines == {("app.yaml", 14), ("app.yaml", 18), ("service.yaml", 6)}
