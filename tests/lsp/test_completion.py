"""Fields, values and names that exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import opening


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
async def test_names_of_other_files_are_offered(client: LanguageClient, folder: Path) -> None:
    path = folder / "pod.yaml"
    path.write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: c:1\n"
        "    envFrom:\n    - configMapRef:\n        name: \n"
    )
    client.text_document_did_open(opening(path))
    document = types.TextDocumentIdentifier(path.as_uri())
    found = await client.text_document_completion_async(types.CompletionParams(document, types.Position(9, 14)))
    assert "settings" in {i.label for i in found.items}
