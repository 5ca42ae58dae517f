"""Thousands of random edits leave what a fresh check of the final text gives."""

from __future__ import annotations

import asyncio
import contextlib
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kubelens_lsp import actions, completion, hints, insight, lenses, links, navigation, rename, symbols
from kubelens_lsp.convert import UTF8, UTF16, UTF32, key_of, to_position
from kubelens_lsp.diagnostics import diagnostics_of
from kubelens_lsp.session import Session
from kubelens_lsp.since_git import Committed
from lsprotocol import types
from pytest_lsp import LanguageClient

from kubelens.syntax.text import Source
from tests.lsp.conftest import FILES, opening

SNIPPETS = (
    "", "\n", "  ", " ", "-", ":", "- ", "name: ", "\r\n", "😀", "é", "{", "}", "[", "]", '"', "'", "#", "|", ">\n", "&a ", "*a",
    "---\n", "...\n", "\t", "\u2028", "\x85", "<<: *a\n", "? x\n: y\n", "!!binary x", "kind: List\nitems:\n- ", "web", "app: web", "replicas: 5\n", "kind: Pod\n", "# kubelens: ignore unknown-field -- later\n", "<<: ", "{{", "\x00",
)  # fmt: skip


def edited(text: str, chance: random.Random) -> str:
    """One random edit: something goes, something comes, or a piece is written twice."""
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice((0, 0, 0, 1, 2, 5, 40)))
    piece = chance.choice((*SNIPPETS, text[start : start + 30]))
    return text[:start] + piece + text[end:]


def everything(session: Session) -> dict[str, list[types.Diagnostic]]:
    found = {key: diagnostics_of(session.view, key, UTF16, related=True) for key in session.view.by_file}
    return {key: sorted(some, key=repr) for key, some in found.items() if some}


def fresh(folder: Path, buffers: dict[str, str]) -> Session:
    session = Session(folders=[folder])
    session.configure()
    for uri, text in buffers.items():
        session.opened(uri, text, 1)
    session.index()
    return session


def ask_everything(session: Session, key: str, chance: random.Random) -> None:
    """Every question an editor has about a place; none may fail, whatever the text."""
    view = session.view
    source = view.snapshot.source(key)
    assert source is not None
    encoding = chance.choice((UTF8, UTF16, UTF32))
    at = to_position(source, chance.randrange(len(source.text) + 1), encoding)
    whole = types.Range(types.Position(0, 0), types.Position(9999, 0))
    insight.hover(view, key, at, encoding)
    completion.completions(completion.Asked(view, source, at, encoding, snippets=True, as_is=True))
    hints.inlay_hints(view, key, whole, encoding)
    lenses.code_lenses(view, key, encoding, Committed(), "default")
    links.document_links(view, key, encoding)
    symbols.document_symbols(view.snapshot, key, encoding)
    symbols.folding_ranges(view.snapshot.files[key])
    symbols.selection_range(view.snapshot.files[key], at, encoding)
    actions.actions_of(view, key, whole, None, encoding)
    named = navigation.symbol_at(view, key, at, encoding)
    navigation.locations(view, named, encoding, definitions=True, uses=True)
    with contextlib.suppress(rename.CannotRename):
        rename.renamed(view, named, "another", encoding)


@pytest.mark.parametrize("seed", [1, 2])
def test_hundreds_of_edits_each(folder: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    session = fresh(folder, {})
    saved = everything(session)
    path = folder / chance.choice(list(FILES))
    text = original = path.read_bytes().decode()
    for count in range(1, 501):
        if len(text) > 3000 or chance.random() < 0.02:
            text = original
        text = edited(text, chance)
        session.opened(path.as_uri(), text, count)
        first = session.preview([path.as_uri()]).by_file
        session.refresh()
        key = key_of(path.as_uri())
        assert first.get(key) == session.view.by_file.get(key)
        assert not session.view.analysis.failures
        if count % 10 == 0:
            ask_everything(session, key, chance)
            everything(session)
        if count % 100 == 0:
            assert everything(session) == everything(fresh(folder, {path.as_uri(): text}))
    session.closed(path.as_uri())
    session.refresh()
    assert everything(session) == saved
    assert not session.buffers


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(sorted(FILES)), st.randoms(use_true_random=False)), min_size=1, max_size=12))
def test_edits_in_several_buffers(folder: Path, edits: list[tuple[str, random.Random]]) -> None:
    session = fresh(folder, {})
    buffers: dict[str, str] = {}
    for count, (name, chance) in enumerate(edits, start=1):
        uri = (folder / name).as_uri()
        buffers[uri] = edited(buffers.get(uri, FILES[name]), chance)
        session.opened(uri, buffers[uri], count)
        session.refresh()
        everything(session)
    assert everything(session) == everything(fresh(folder, buffers))
    for uri in buffers:
        session.closed(uri)
    session.refresh()
    assert everything(session) == everything(fresh(folder, {}))


def test_what_was_shown_before_goes_when_another_file_makes_it_wrong(folder: Path) -> None:
    session = fresh(folder, {})
    uri = (folder / "settings.yaml").as_uri()
    for count, name in enumerate(("setings", "settings", "other", "settings", "setings"), start=1):
        text = FILES["settings.yaml"].replace("name: settings", f"name: {name}")
        session.opened(uri, text, count)
        session.refresh()
        assert everything(session) == everything(fresh(folder, {uri: text}))


@pytest.mark.asyncio
async def test_edits_over_the_wire(client: LanguageClient, folder: Path) -> None:
    chance = random.Random(3)  # noqa: S311 - no secret
    path = folder / "app.yaml"
    uri = path.as_uri()
    client.text_document_did_open(opening(path))
    text = path.read_bytes().decode()
    encoding = "utf-8" if "utf-8" in str(client.capabilities.general) else UTF16
    for version in range(2, 202):
        source = Source("app.yaml", text)
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((0, 0, 1, 3)))
        piece = chance.choice(SNIPPETS)
        if "\r" in piece or "\x00" in piece:
            continue
        where = types.Range(to_position(source, start, encoding), to_position(source, end, encoding))
        change = types.TextDocumentContentChangePartial(range=where, text=piece)
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(version, uri), [change])
        )
        text = text[:start] + piece + text[end:]
        if version % 40 == 0:
            await asyncio.sleep(0.2)
    report = await client.text_document_diagnostic_async(
        types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
    )
    expected = diagnostics_of(fresh(folder, {uri: text}).view, key_of(uri), encoding, related=True)
    assert sorted((d.code, d.message, repr(d.range)) for d in report.items) == sorted(
        (d.code, d.message, repr(d.range)) for d in expected
    )
    client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    report = await client.text_document_diagnostic_async(
        types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
    )
    expected = diagnostics_of(fresh(folder, {}).view, key_of(uri), encoding, related=True)
    assert sorted((d.code, d.message) for d in report.items) == sorted((d.code, d.message) for d in expected)
