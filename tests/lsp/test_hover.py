"""What is said about the thing under the cursor."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import at, settled


@pytest.mark.asyncio
async def test_hover(client: LanguageClient, folder: Path) -> None:
    here = at(folder, "app.yaml", "maxUnavailable: 25%", 2)
    hover = await client.text_document_hover_async(types.HoverParams(here.text_document, here.position))
    assert "maxUnavailable" in hover.contents.value
    here = at(folder, "app.yaml", "cpu: 100m", 6)
    hover = await client.text_document_hover_async(types.HoverParams(here.text_document, here.position))
    assert "0.1 CPUs" in hover.contents.value


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("name", "text", "shift", "said"),
    [
        ("service.yaml", "kind: Service", 7, "3 Pods of Deployment café"),
        ("app.yaml", "replicas: 3", 2, "replicas"),
    ],
)
async def test_hover_knows_the_workspace(
    client: LanguageClient, folder: Path, name: str, text: str, shift: int, said: str
) -> None:
    await settled(client, (folder / "app.yaml").as_uri())
    here = at(folder, name, text, shift)
    hover = await client.text_document_hover_async(types.HoverParams(here.text_document, here.position))
    assert hover is not None
    assert said in hover.contents.value
