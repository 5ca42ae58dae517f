"""Inlay hints and code lenses."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient


@pytest.mark.asyncio
async def test_inlay_hints_and_lenses(client: LanguageClient, folder: Path) -> None:
    document = types.TextDocumentIdentifier((folder / "app.yaml").as_uri())
    whole = types.Range(types.Position(0, 0), types.Position(100, 0))
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(document, whole))
    assert {h.label for h in hints} >= {"= 1 of 3", "= 0 of 3", "x 3 = 0.3 CPUs"}
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(document))
    assert "show rollout" in {lens.command.title for lens in lenses}
