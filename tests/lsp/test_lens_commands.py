"""Code lenses and what their commands answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types
from pygls import uris
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
    topology = await client.workspace_execute_command_async(
        types.ExecuteCommandParams("kubelens.topologyPage", [folder.as_uri()])
    )
    assert topology.lower().startswith("<!doctype html>")
    assert ">lens<" in topology
    assert topology.count("<script") == 1
    assert f'data-place="{folder.as_uri()}' in topology
    assert "Pod default/lens:80" in answers["show route"]
    assert "Ingress default/lens" in answers["1 reference"]
    assert "lens.yaml:7:" in answers["1 reference"]


@pytest.mark.asyncio
async def test_the_rollout_comes_as_text_and_as_a_page(client: LanguageClient, folder: Path) -> None:
    path = folder / "rolls.yaml"
    text = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: rolls}
spec:
  selector: {matchLabels: {app: rolls}}
  template: {metadata: {labels: {app: rolls}}, spec: {containers: [{name: rolls, image: "rolls:1"}]}}
"""
    path.write_text(text, encoding="utf-8")
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(path.as_uri(), "yaml", 1, text))
    )
    lenses = await client.text_document_code_lens_async(
        types.CodeLensParams(types.TextDocumentIdentifier(path.as_uri()))
    )
    (lens,) = [x for x in lenses or [] if x.command and x.command.command == "kubelens.showRollout"]
    assert lens.command is not None
    words = await client.workspace_execute_command_async(
        types.ExecuteCommandParams("kubelens.showRollout", lens.command.arguments)
    )
    assert "highest total" in words
    page = await client.workspace_execute_command_async(
        types.ExecuteCommandParams("kubelens.rolloutPage", lens.command.arguments)
    )
    assert page.startswith("<!doctype html>")
    assert "<svg" in page
    assert "<script" not in page


@pytest.mark.asyncio
async def test_an_answer_is_opened_for_a_client_that_shows_none(client: LanguageClient, folder: Path) -> None:
    params = types.ExecuteCommandParams("kubelens.explain", ["unknown-field"])
    text = await client.workspace_execute_command_async(params)
    for _ in range(50):
        if client.shown_documents:
            break
        await asyncio.sleep(0.1)
    (shown,) = client.shown_documents
    path = Path(uris.to_fs_path(shown.uri) or "")
    assert path.name == "unknown-field.md"
    assert path.read_text(encoding="utf-8") == text
    assert "unknown-field" in text
