"""Code lenses and what their commands answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

TEXT = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: lens}
spec:
  rules:
  - host: lens.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: lens, port: {number: 80}}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: lens}
spec: {selector: {app: lens}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: lens, labels: {app: lens}}
spec: {containers: [{name: lens, image: "lens:1"}]}
"""


@pytest.mark.asyncio
async def test_every_lens_has_an_answer(client: LanguageClient, folder: Path) -> None:
    path = folder / "lens.yaml"
    path.write_text(TEXT, encoding="utf-8")
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(path.as_uri(), "yaml", 1, TEXT))
    )
    document = types.TextDocumentIdentifier(path.as_uri())
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(document))
    answers = {}
    for lens in lenses or []:
        assert lens.command is not None
        parameters = types.ExecuteCommandParams(lens.command.command, lens.command.arguments)
        answers[lens.command.title] = await client.workspace_execute_command_async(parameters)
    assert "Pod default/lens:80" in answers["show route"]
    assert "Ingress default/lens" in answers["1 reference"]
    assert "lens.yaml:7:" in answers["1 reference"]
