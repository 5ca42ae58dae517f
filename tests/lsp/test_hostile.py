"""Clients that misbehave are answered, and the server lives on."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.client import LanguageClient as BareClient
from pytest_lsp import LanguageClient, client_capabilities

from tests.lsp.conftest import ENVIRONMENT, opening, settled

BIG = 10 * 1024 * 1024


async def alive(client: BareClient, folder: Path) -> None:
    symbols = await client.workspace_symbol_async(types.WorkspaceSymbolParams("deploy"))
    assert [s.name for s in symbols] == ["Deployment/café"]


def change(uri: str, version: int, text: str, where: types.Range | None = None) -> types.DidChangeTextDocumentParams:
    event: types.TextDocumentContentChangeEvent
    event = (
        types.TextDocumentContentChangePartial(where, text)
        if where
        else types.TextDocumentContentChangeWholeDocument(text)
    )
    return types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(version, uri), [event])


@pytest.mark.asyncio
async def test_an_unknown_method(client: LanguageClient, folder: Path) -> None:
    with pytest.raises(JsonRpcException, match=r"(?i)method not found"):
        await client.protocol.send_request_async("kubelens/nothingOfTheKind", {"a": 1})
    client.protocol.notify("kubelens/nothingOfTheKind", {"a": 1})
    await alive(client, folder)


@pytest.mark.asyncio
async def test_commands_with_wrong_arguments(client: LanguageClient, folder: Path) -> None:
    for command, arguments in (
        ("kubelens.showRollout", []),
        ("kubelens.showRollout", [1, {}, None]),
        ("kubelens.nothing", None),
    ):
        params = types.ExecuteCommandParams(command, arguments)
        try:
            answer = await client.workspace_execute_command_async(params)
        except JsonRpcException:
            continue
        assert not answer
    await alive(client, folder)


@pytest.mark.asyncio
async def test_edits_out_of_range_and_wrong_versions(client: LanguageClient, folder: Path) -> None:
    path = folder / "app.yaml"
    uri = path.as_uri()
    client.text_document_did_open(opening(path))
    far, start = types.Position(2**31 - 1, 2**31 - 1), types.Position(0, 0)
    client.text_document_did_change(change(uri, 2, "# end\n", types.Range(far, far)))
    client.text_document_did_change(change(uri, 1, "# back\n", types.Range(types.Position(3, 2**31 - 1), far)))
    client.text_document_did_change(change(uri, -7, "# start\n", types.Range(far, start)))
    client.text_document_did_change(change(uri, 3, path.read_bytes().decode()))
    await alive(client, folder)
    unopened = (folder / "never-opened.yaml").as_uri()
    client.text_document_did_change(change(unopened, 1, "kind: Pod\n"))
    client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(unopened)))
    client.text_document_did_close(
        types.DidCloseTextDocumentParams(types.TextDocumentIdentifier("untitled:Untitled-1"))
    )
    await alive(client, folder)


@pytest.mark.asyncio
async def test_questions_about_nothing(client: LanguageClient, folder: Path) -> None:
    far = types.Position(10**6, 10**6)
    for uri in ((folder / "absent.yaml").as_uri(), (folder / "app.yaml").as_uri(), "untitled:Untitled-1", ""):
        document = types.TextDocumentIdentifier(uri)
        await client.text_document_hover_async(types.HoverParams(document, far))
        await client.text_document_definition_async(types.DefinitionParams(document, far))
        await client.text_document_completion_async(types.CompletionParams(document, far))
        await client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
        await client.text_document_selection_range_async(types.SelectionRangeParams(document, [far]))
        await client.text_document_code_lens_async(types.CodeLensParams(document))
    await alive(client, folder)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "piece", ["- some words that go on and on\n", "x", "a: {b: [c, d]}\n"], ids=["lines", "one-line", "flow"]
)
async def test_ten_megabytes_pasted(client: LanguageClient, folder: Path, piece: str) -> None:
    path = folder / "app.yaml"
    client.text_document_did_open(opening(path))
    start = types.Position(0, 0)
    client.text_document_did_change(change(path.as_uri(), 2, piece * (BIG // len(piece)), types.Range(start, start)))
    await client.workspace_symbol_async(types.WorkspaceSymbolParams("deploy"))
    client.text_document_did_change(change(path.as_uri(), 3, path.read_bytes().decode()))
    await alive(client, folder)


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


@pytest.mark.asyncio
async def test_a_request_that_is_taken_back(client: LanguageClient, folder: Path) -> None:
    path = folder / "app.yaml"
    client.text_document_did_open(opening(path))
    client.text_document_did_change(change(path.as_uri(), 2, path.read_bytes().decode()))
    symbols = types.DocumentSymbolParams(types.TextDocumentIdentifier(path.as_uri()))
    taken_back = client.protocol.send_request_async(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, symbols, msg_id="mine")
    task = asyncio.ensure_future(taken_back)
    await asyncio.sleep(0)
    client.cancel_request(types.CancelParams("mine"))
    with pytest.raises(JsonRpcException, match=r"(?i)cancel"):
        await asyncio.wait_for(task, 10)
    client.cancel_request(types.CancelParams("never-heard-of"))
    for trace in (types.TraceValue.Verbose, types.TraceValue.Off):
        client.set_trace(types.SetTraceParams(trace))
    await alive(client, folder)


@pytest.mark.asyncio
async def test_a_client_that_never_answers(folder: Path) -> None:
    """A client that declares progress and watching, and answers nothing it is asked."""
    mute = BareClient("mute", "1")
    await mute.start_io(sys.executable, "-m", "kubelens", "lsp", env=ENVIRONMENT)
    forever = asyncio.Event()

    async def never(*given: object) -> None:
        await forever.wait()

    for method in (types.WINDOW_WORK_DONE_PROGRESS_CREATE, types.CLIENT_REGISTER_CAPABILITY):
        mute.feature(method)(never)
    await mute.initialize_async(
        types.InitializeParams(
            capabilities=client_capabilities("visual_studio_code"),
            workspace_folders=[types.WorkspaceFolder(folder.as_uri(), "w")],
        )
    )
    mute.initialized(types.InitializedParams())
    await asyncio.wait_for(alive(mute, folder), 30)
    forever.set()
    await mute.shutdown_async(None)
    mute.exit(None)
    await mute.stop()
