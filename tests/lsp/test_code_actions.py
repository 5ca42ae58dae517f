"""Repairs, fix-all and suppressions."""

from __future__ import annotations

from pathlib import Path

import pytest
from kubelens_lsp import actions
from kubelens_lsp.convert import UTF16, key_of, to_offset
from kubelens_lsp.session import Session
from kubelens_lsp.view import View
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import opening, settled, without


@pytest.mark.asyncio
async def test_a_fix_as_code_action(client: LanguageClient, folder: Path) -> None:
    uri = (folder / "app.yaml").as_uri()
    found = await settled(client, uri)
    unknown = next(d for d in found if d.code == "unknown-field")
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(uri), unknown.range, types.CodeActionContext([unknown])
    )
    actions = await client.text_document_code_action_async(params)
    titles = [a.title for a in actions]
    assert "Fix: imagePullPolicy" in titles
    assert "Ignore unknown-field here" in titles
    assert any(getattr(a, "kind", None) == "source.fixAll.kubelens" for a in actions)
    fix = next(a for a in actions if a.title.startswith("Fix: "))
    (edit,) = fix.edit.changes[uri]
    assert edit.new_text == "imagePullPolicy"
    assert edit.range == unknown.range


@pytest.mark.asyncio
async def test_ignoring_here_adds_the_comment_that_silences(client: LanguageClient, folder: Path) -> None:
    path = folder / "app.yaml"
    uri = path.as_uri()
    client.text_document_did_open(opening(path))
    unknown = next(d for d in await settled(client, uri) if d.code == "unknown-field")
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(uri), unknown.range, types.CodeActionContext([unknown])
    )
    actions = await client.text_document_code_action_async(params)
    ignore = next(a for a in actions if a.title == "Ignore unknown-field here")
    (edit,) = ignore.edit.changes[uri]
    assert "kubelens: ignore[unknown-field]" in edit.new_text
    lines = path.read_text(encoding="utf-8").split("\n")
    line = edit.range.start.line
    assert edit.range.start == edit.range.end
    lines[line] = lines[line][: edit.range.start.character] + edit.new_text + lines[line][edit.range.start.character :]
    change = types.TextDocumentContentChangeWholeDocument("\n".join(lines))
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(2, uri), [change])
    )
    assert await without(client, uri, "unknown-field", "unused-suppression")


@pytest.mark.asyncio
async def test_fix_all_repairs_everything_that_is_safe(client: LanguageClient, folder: Path) -> None:
    uri = (folder / "app.yaml").as_uri()
    await settled(client, uri)
    whole = types.Range(types.Position(0, 0), types.Position(40, 0))
    context = types.CodeActionContext([], only=["source.fixAll.kubelens"])
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(types.TextDocumentIdentifier(uri), whole, context)
    )
    (action,) = actions
    assert "imagePullPolicy" in "".join(e.new_text for e in action.edit.changes[uri])


def judged(folder: Path, text: str, name: str = "a.yaml") -> tuple[View, str]:
    path = folder / name
    path.write_text(text, newline="")
    session = Session(folders=[folder])
    session.configure()
    return session.index(), key_of(path.as_uri())


def everything(view: View, key: str, only: list[str] | None = None) -> list[types.CodeAction]:
    whole = types.Range(types.Position(0, 0), types.Position(999, 0))
    return actions.actions_of(view, key, whole, only, UTF16)


def after(view: View, key: str, action: types.CodeAction) -> str:
    """The text of the one file an action changes."""
    source = view.snapshot.source(key)
    assert source is not None
    assert action.edit is not None
    assert action.edit.changes is not None
    ((_, edits),) = action.edit.changes.items()
    text = source.text
    for edit in sorted(edits, key=lambda e: to_offset(source, e.range.start, UTF16), reverse=True):
        start, end = (to_offset(source, p, UTF16) for p in (edit.range.start, edit.range.end))
        text = text[:start] + edit.new_text + text[end:]
    return text


HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "datum: {}\n",
        HEAD + "datum: {} # a note\n",
        HEAD + "datum: {} # kubelens: ignore[no-such-field] why\n",
        HEAD + "datum: |\n  several\n  lines\n",
        HEAD + 'datum: "several\n  lines"\n',
        HEAD + "datum: several\n  lines\n",
        HEAD + "data: {}\ndatum:\n- a\n",
        (HEAD + "datum: |\n  several\n  lines\n").replace("\n", "\r\n"),
    ],
)
def test_a_rule_can_be_ignored_on_any_line(tmp_path: Path, text: str) -> None:
    view, key = judged(tmp_path, text)
    (ignore,) = [a for a in everything(view, key) if a.title == "Ignore unknown-field here"]
    view, key = judged(tmp_path, after(view, key, ignore))
    assert "unknown-field" not in {f.rule for f in view.by_file.get(key, ())}
    assert "yaml-syntax" not in {f.rule for f in view.by_file.get(key, ())}
    assert view.snapshot.bundle.all("ConfigMap")


def test_fix_all_touches_only_what_it_repairs(tmp_path: Path) -> None:
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    imagepullPolicy: Always\n"
        "    image: c:1\n    terminationmessagePath: /x\n"
    )
    view, key = judged(tmp_path, text)
    (action,) = everything(view, key, ["source.fixAll"])
    assert action.edit is not None
    assert action.edit.changes is not None
    ((_, edits),) = action.edit.changes.items()
    assert {e.new_text for e in edits} == {"imagePullPolicy", "terminationMessagePath"}
    assert after(view, key, action) == text.replace("imagepull", "imagePull").replace("messagePath", "MessagePath")
