"""A real server process over stdio, with the capabilities of VS Code (utf-16) and Neovim (utf-8)."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'lsp'}"}

FILES = {
    "app.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: café
  labels: {note: "😀"}
spec:
  replicas: 3
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 25%
      maxUnavailable: 25%
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
          imagepullPolicy: Always
          envFrom:
            - configMapRef:
                name: settings
          ports:
            - name: http
              containerPort: 8080
          resources:
            requests:
              cpu: 100m
""",
    "settings.yaml": "apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: settings\r\ndata:\r\n  LEVEL: info\r\n",
    "service.yaml": """\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: http
---
apiVersion: v1
kind: [broken
---
apiVersion: v1
kind: Pod
metadata:
  name: reader
spec:
  containers:
    - name: r
      image: busybox:1.36
      envFrom:
        - configMapRef:
            name: settings
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_bytes(text.encode())
    return tmp_path


@pytest_lsp.fixture(
    params=["visual_studio_code", "neovim"],
    config=ClientServerConfig(
        server_command=[sys.executable, "-m", "kubelens", "lsp", "--stdio"], server_env=ENVIRONMENT
    ),
)
async def client(request: pytest.FixtureRequest, lsp_client: LanguageClient, folder: Path) -> AsyncIterator[None]:
    for method in (
        types.CLIENT_REGISTER_CAPABILITY,
        types.WORKSPACE_DIAGNOSTIC_REFRESH,
        types.WORKSPACE_INLAY_HINT_REFRESH,
        types.WORKSPACE_CODE_LENS_REFRESH,
    ):
        if method not in lsp_client.protocol.fm.features:
            lsp_client.feature(method)(_accept)
    capabilities = client_capabilities(request.param)
    if request.param == "neovim":
        capabilities.general = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf8])
    params = types.InitializeParams(
        capabilities=capabilities, workspace_folders=[types.WorkspaceFolder(folder.as_uri(), "w")]
    )
    await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


def _accept(*given: object) -> types.ShowDocumentResult | None:
    """What an editor does with a request that needs no answer, or opens what it is asked to."""
    return types.ShowDocumentResult(success=True) if isinstance(given[-1], types.ShowDocumentParams) else None


async def seen(client: LanguageClient, uri: str) -> list[types.Diagnostic]:
    """What an editor shows of a file: what was pushed, and what it pulls where it does."""
    found = list(client.diagnostics.get(uri, []))
    document = client.capabilities.text_document
    if document is not None and document.diagnostic is not None:
        report = await client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
        )
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        pushed = list(client.diagnostics.get(uri, []))
        found = [*report.items, *(d for d in pushed if d not in report.items)]
    return found


async def settled(client: LanguageClient, uri: str, wanted: int = 1) -> list[types.Diagnostic]:
    """The diagnostics of a file once there are as many as wanted."""
    for _ in range(100):
        found = await seen(client, uri)
        if len(found) >= wanted:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(client.diagnostics)


async def without(client: LanguageClient, uri: str, *codes: str) -> bool:
    """Whether a file's diagnostics of some rules (of all, where none is named) go away."""
    for _ in range(100):
        if not [d for d in await seen(client, uri) if not codes or d.code in codes]:
            return True
        await asyncio.sleep(0.1)
    return False


def opening(path: Path, version: int = 1) -> types.DidOpenTextDocumentParams:
    """A buffer that is opened as it stands on disk."""
    text = path.read_bytes().decode()
    return types.DidOpenTextDocumentParams(types.TextDocumentItem(path.as_uri(), "yaml", version, text))


def at(folder: Path, name: str, text: str, shift: int = 1) -> types.TextDocumentPositionParams:
    """The position after ``shift`` characters of a text of a file (up to there within the first plane)."""
    content = (folder / name).read_bytes().decode()
    offset = content.index(text) + shift
    line = content.count("\n", 0, offset)
    column = offset - (content.rfind("\n", 0, offset) + 1)
    return types.TextDocumentPositionParams(
        types.TextDocumentIdentifier((folder / name).as_uri()), types.Position(line, column)
    )


def edits_of(edit: types.WorkspaceEdit) -> dict[str, list[types.TextEdit]]:
    """The edits by file name, in whichever way the client takes them."""
    if edit.changes is not None:
        return {Path(uri).name: list(edits) for uri, edits in edit.changes.items()}
    return {
        Path(one.text_document.uri).name: [e for e in one.edits if isinstance(e, types.TextEdit)]
        for one in edit.document_changes or ()
        if isinstance(one, types.TextDocumentEdit)
    }
