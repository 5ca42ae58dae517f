"""The configuration means in the editor what it means on the command line, and is followed while it changes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from kubelens_lsp.convert import key_of
from kubelens_lsp.session import Session
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import ENVIRONMENT, opening, seen, settled, without

WRONG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {}}}\ndatum: {{}}\n"


def session(folder: Path, files: dict[str, str]) -> Session:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = Session(folders=[folder])
    found.configure()
    found.index()
    return found


def wrong(found: Session) -> set[str]:
    """The names of the files something was found in."""
    return {Path(key).name for key, some in found.view.by_file.items() if some}


def test_patterns_hold_from_the_folder_of_the_configuration(tmp_path: Path) -> None:
    config = (
        'exclude = ["old/legacy/", "*.skip.yaml"]\n[[overrides]]\npaths = ["staging/*"]\nignore = ["unknown-field"]\n'
    )
    names = ("a.yaml", "old/legacy/b.yaml", "c.skip.yaml", "staging/d.yaml", "old/staging/e.yaml")
    files = {name: WRONG.format(Path(name).name[0]) for name in names}
    found = session(tmp_path, {"kubelens.toml": config, **files})
    assert wrong(found) == {"a.yaml", "e.yaml"}
    left_out = tmp_path / "old/legacy/b.yaml"
    found.opened(left_out.as_uri(), left_out.read_text(), 1)
    found.refresh()
    assert "b.yaml" not in wrong(found)


def test_every_folder_has_its_own(tmp_path: Path) -> None:
    texts = {
        "one/kubelens.toml": 'ignore = ["unknown-field"]\nexclude = ["old.yaml"]\n',
        "two/kubelens.toml": 'exclude = ["/deep/"]\n[severity]\nunknown-field = "info"\n',
        **{f"{f}/{n}.yaml": WRONG.format(n) for f in ("one", "two", "three") for n in ("old", "deep/d", "sub/deep/e")},
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("deep/", "").replace("sub/", "") if name.endswith(".yaml") else text)
    found = Session(folders=[tmp_path / name for name in ("one", "two", "three")])
    found.configure()
    view = found.index()
    assert not found.problems
    root = key_of(tmp_path.as_uri())
    severities = {key.removeprefix(f"{root}/"): {f.severity.name for f in some} for key, some in view.by_file.items()}
    assert severities == {
        "two/old.yaml": {"INFO"},
        "two/sub/deep/e.yaml": {"INFO"},
        "three/old.yaml": {"ERROR"},
        "three/deep/d.yaml": {"ERROR"},
        "three/sub/deep/e.yaml": {"ERROR"},
    }


def test_new_files_are_taken_as_by_a_walk(tmp_path: Path) -> None:
    found = session(tmp_path, {".gitignore": "build/\n", "kubelens.toml": 'exclude = ["vendor/"]\n'})
    names = ("a.yaml", "build/b.yaml", "vendor/c.yaml", "node_modules/x/d.yaml", "sub/e.yaml", "package.json")
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(WRONG.format("m"))
        found.changed_on_disk([path.as_uri()])
    found.refresh()
    walked = Session(folders=[tmp_path])
    walked.configure()
    walked.index()
    assert wrong(found) == wrong(walked) == {"a.yaml", "e.yaml"}


def test_known_findings_are_held_back(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WRONG.format("a"))
    command = (sys.executable, "-m", "kubelens", "check", ".", "--baseline", "known.json", "--write-baseline")
    subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, check=False, capture_output=True)  # noqa: S603
    found = session(tmp_path, {"kubelens.toml": 'baseline = "known.json"\n', "b.yaml": WRONG.format("b")})
    assert wrong(found) == {"b.yaml"}


def test_definitions_beside_the_folder_stay_when_they_change(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "crds").mkdir()
    crd = tmp_path / "crds" / "crd.yaml"
    crd.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n")
    found = session(tmp_path / "w", {"kubelens.toml": 'crds = ["../crds"]\n', "a.yaml": WRONG.format("a")})
    found.changed_on_disk([crd.as_uri()])
    assert key_of(crd.as_uri()) in found.refresh().snapshot.files


def test_what_a_cluster_holds_stands_behind_the_manifests(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    quota = (
        "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: shop}\nspec: {hard: {limits.cpu: '1'}}\n"
    )
    broken = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: other}\nspec: {imagine: 1}\n"
    (tmp_path / "running").mkdir()
    (tmp_path / "running" / "dump.yaml").write_text(quota + broken)
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {containers: [{name: c, image: 'x:1'}]}\n"
    found = session(tmp_path / "w", {"kubelens.toml": 'running = ["../running"]\n', "a.yaml": pod})
    told = {key.rpartition("/")[2]: [f.rule for f in all_] for key, all_ in found.view.by_file.items() if all_}
    assert told.keys() == {"a.yaml"}
    assert "refused-in-context" in told["a.yaml"]


def test_a_client_that_does_not_watch_is_caught_up_with(tmp_path: Path) -> None:
    found = session(tmp_path, {"a.yaml": WRONG.format("a"), "b.yaml": WRONG.format("b")})
    (tmp_path / "a.yaml").unlink()
    (tmp_path / "c.yaml").write_text(WRONG.format("c"))
    (tmp_path / "b.yaml").write_text(WRONG.format("b").replace("datum", "data"))
    found.look_again()
    found.refresh()
    assert wrong(found) == {"c.yaml"}
    (tmp_path / "kubelens.toml").write_text('ignore = ["unknown-field"]\n')
    found.look_again()
    assert wrong(found) == set()


@pytest.mark.asyncio
async def test_a_broken_configuration_is_said_once_and_the_last_good_one_stays(
    client: LanguageClient, folder: Path
) -> None:
    path = folder / "app.yaml"
    config = folder / "kubelens.toml"
    await settled(client, path.as_uri())
    config.write_text('ignore = ["unknown-field"]\n')
    client.text_document_did_open(opening(path))
    event = types.FileEvent(config.as_uri(), types.FileChangeType.Changed)
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    assert await without(client, path.as_uri(), "unknown-field")
    config.write_text("\nignore = 3\n")
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    (problem,) = await settled_push(client, config.as_uri())
    assert problem.range.start.line == 1
    for version in range(2, 5):
        change = types.TextDocumentContentChangeWholeDocument(f"{path.read_text()}# {version}\n")
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(version, path.as_uri()), [change])
        )
        assert "unknown-field" not in {d.code for d in await seen(client, path.as_uri())}
    assert len([m for m in client.messages if "kubelens.toml" in m.message]) == 1
    config.unlink()
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    assert "unknown-field" in {d.code for d in await settled(client, path.as_uri())}
    assert not client.diagnostics.get(config.as_uri())


async def settled_push(client: LanguageClient, uri: str) -> list[types.Diagnostic]:
    for _ in range(100):
        if found := client.diagnostics.get(uri):
            return list(found)
        await asyncio.sleep(0.1)
    raise AssertionError(client.diagnostics)


@pytest.mark.asyncio
async def test_saving_the_configuration_is_enough(client: LanguageClient, folder: Path) -> None:
    path, config = folder / "app.yaml", folder / "kubelens.toml"
    await settled(client, path.as_uri())
    item = types.TextDocumentItem(config.as_uri(), "toml", 1, 'ignore = ["unknown-field"]\n')
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    assert "unknown-field" in {d.code for d in await seen(client, path.as_uri())}
    config.write_text(item.text)
    document = types.TextDocumentIdentifier(config.as_uri())
    client.text_document_did_save(types.DidSaveTextDocumentParams(document))
    assert await without(client, path.as_uri(), "unknown-field")
    assert not client.diagnostics.get(config.as_uri())
