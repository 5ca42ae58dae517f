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


@pytest.mark.asyncio
async def test_classes_of_service_and_defaults(client: LanguageClient, folder: Path) -> None:
    path = folder / "more.yaml"
    text = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: more}
spec:
  selector: {matchLabels: {app: more}}
  template:
    metadata: {labels: {app: more}}
    spec:
      containers:
      - name: c
        image: more
        livenessProbe:
          tcpSocket: {port: 80}
          periodSeconds: 5
        resources: {limits: {cpu: 1, memory: 1Gi}}
---
apiVersion: v1
kind: Service
metadata: {name: more}
spec:
  selector: {app: more}
  ports:
  - port: 80
"""
    path.write_text(text)
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(path.as_uri(), "yaml", 1, text))
    )
    document = types.TextDocumentIdentifier(path.as_uri())
    whole = types.Range(types.Position(0, 0), types.Position(100, 0))
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(document, whole))
    said = {(h.position.line, str(h.label)) for h in hints or ()}
    assert said == {
        (3, "replicas: 1 \u2026"),
        (8, "QoS class Guaranteed"),
        (10, "imagePullPolicy: Always"),
        (11, "timeoutSeconds: 1, failureThreshold: 3"),
        (19, "type: ClusterIP"),
        (20, "1 Pod of Deployment more"),
        (22, "targetPort: 80"),
    }
    tips = {h.position.line: h.tooltip for h in hints or () if h.tooltip}
    assert tips == {3: "replicas: 1\nrolls with 1 to 2 Pods on the way (surge 1, unavailable 0)"}
    part = types.Range(types.Position(19, 0), types.Position(20, 99))
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(document, part))
    assert {h.position.line for h in hints or ()} == {19, 20}


@pytest.mark.asyncio
async def test_what_all_pods_request_together(client: LanguageClient, folder: Path) -> None:
    path = folder / "total.yaml"
    text = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: total}
spec:
  replicas: 3
  selector: {matchLabels: {app: total}}
  template:
    metadata: {labels: {app: total}}
    spec:
      initContainers:
      - {name: i, image: "i:1", resources: {requests: {memory: 1Gi}}}
      containers:
      - {name: a, image: "a:1", resources: {requests: {cpu: 100m, memory: 64Mi}}}
      - {name: b, image: "b:1", resources: {limits: {cpu: 400m}}}
"""
    path.write_text(text)
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(path.as_uri(), "yaml", 1, text))
    )
    whole = types.Range(types.Position(0, 0), types.Position(100, 0))
    hints = await client.text_document_inlay_hint_async(
        types.InlayHintParams(types.TextDocumentIdentifier(path.as_uri()), whole)
    )
    (hint,) = [one for one in hints or () if one.position.line == 11]
    assert hint.label == "3 Pods request 1.5 CPUs, 3Gi \u2026"
    assert str(hint.tooltip).splitlines() == ["3 Pods request 1.5 CPUs, 3Gi", "QoS class Burstable"]
    assert len([one.position.line for one in hints or ()]) == len({one.position.line for one in hints or ()})
