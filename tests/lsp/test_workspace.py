"""Folders and configuration that change while the editor is open."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import opening, settled, without


@pytest.mark.asyncio
async def test_a_second_folder_comes_and_goes(
    client: LanguageClient, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await settled(client, (folder / "app.yaml").as_uri())
    other = tmp_path_factory.mktemp("other")
    path = other / "map.yaml"
    path.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndatum: {}\n")
    root = types.WorkspaceFolder(other.as_uri(), "other")
    client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(types.WorkspaceFoldersChangeEvent([root], []))
    )
    assert [d.code for d in await settled(client, path.as_uri())] == ["unknown-field"]
    client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(types.WorkspaceFoldersChangeEvent([], [root]))
    )
    assert await without(client, path.as_uri(), "unknown-field")


@pytest.mark.asyncio
async def test_the_configuration_is_read_again(client: LanguageClient, folder: Path) -> None:
    uri = (folder / "app.yaml").as_uri()
    await settled(client, uri)
    config = folder / "kubelens.toml"
    config.write_text('ignore = ["unknown-field"]\n')
    created = types.FileEvent(config.as_uri(), types.FileChangeType.Created)
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([created]))
    assert await without(client, uri, "unknown-field")


@pytest.mark.asyncio
async def test_a_definition_saved_elsewhere_judges_the_open_object(client: LanguageClient, folder: Path) -> None:
    path = folder / "oven.yaml"
    path.write_text("apiVersion: example.com/v1\nkind: Oven\nmetadata: {name: o}\nspec: {heat: 9}\n")
    client.text_document_did_open(opening(path))
    crd = folder / "crd.yaml"
    crd.write_text(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ovens.example.com}\n"
        "spec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Oven, plural: ovens}\n  versions:\n"
        "  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}\n"
    )
    created = types.FileEvent(crd.as_uri(), types.FileChangeType.Created)
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([created]))
    assert [d.code for d in await settled(client, path.as_uri())] == ["unknown-field"]


@pytest.mark.asyncio
async def test_definitions_the_configuration_names_judge_without_being_judged(
    client: LanguageClient, folder: Path
) -> None:
    crd = folder / "node_modules" / "crd.yaml"
    crd.parent.mkdir()
    crd.write_text(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ovens.example.com}\n"
        "spec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Oven, plural: ovens}\n  versions:\n"
        "  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}\n"
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndatum: {}\n"
    )
    path = folder / "oven.yaml"
    path.write_text("apiVersion: example.com/v1\nkind: Oven\nmetadata: {name: o}\nspec: {heat: 9}\n")
    config = folder / "kubelens.toml"
    config.write_text('crds = ["node_modules/crd.yaml"]\n')
    events = [types.FileEvent(p.as_uri(), types.FileChangeType.Created) for p in (config, path)]
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))
    assert [d.code for d in await settled(client, path.as_uri())] == ["unknown-field"]
    assert not client.diagnostics.get(crd.as_uri())
