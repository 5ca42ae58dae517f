"""Fields, values and names that exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from kubelens_lsp.completion import Asked, completions
from kubelens_lsp.convert import UTF16, key_of, to_position
from kubelens_lsp.session import Session
from kubelens_lsp.snippets import SNIPPETS, as_plain
from lsprotocol import types
from pytest_lsp import LanguageClient

from kubelens.engine.config import Config
from kubelens.engine.inputs import Inputs
from kubelens.engine.loader import Loaded
from kubelens.engine.plugins import Plugins
from kubelens.engine.run import run
from kubelens.syntax.text import Source
from tests.lsp.conftest import opening


@pytest.mark.asyncio
async def test_completion(client: LanguageClient, folder: Path) -> None:
    path = folder / "new.yaml"
    path.write_text("apiVersion: v1\nkind: Service\nmetadata:\n  name: x\nspec:\n  type: \n  \n")
    client.text_document_did_open(opening(path))
    document = types.TextDocumentIdentifier(path.as_uri())
    values = await client.text_document_completion_async(types.CompletionParams(document, types.Position(5, 8)))
    assert {i.label for i in values.items} == {"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"}
    names = await client.text_document_completion_async(types.CompletionParams(document, types.Position(6, 2)))
    assert "externalTrafficPolicy" in {i.label for i in names.items}


@pytest.mark.asyncio
async def test_names_of_other_files_are_offered(client: LanguageClient, folder: Path) -> None:
    path = folder / "pod.yaml"
    path.write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: c:1\n"
        "    envFrom:\n    - configMapRef:\n        name: \n"
    )
    client.text_document_did_open(opening(path))
    document = types.TextDocumentIdentifier(path.as_uri())
    found = await client.text_document_completion_async(types.CompletionParams(document, types.Position(9, 14)))
    assert "settings" in {i.label for i in found.items}


OTHERS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {LEVEL: info}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
data: {COLOUR: red}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web, tier: front}, ports: [{name: main, port: 8080, targetPort: http}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web, tier: front}}
spec: {containers: [{name: c, image: "c:1", ports: [{name: http, containerPort: 80}]}]}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ovens.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Oven, plural: ovens}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              mode: {type: string, enum: [hot, cold]}
              heat: {type: integer}
"""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  volumes:\n  - name: cache\n    emptyDir: {}\n  containers:\n  - name: c\n"
INGRESS = (
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec:\n  defaultBackend:\n    service:\n"
)


def offered(folder: Path, text: str, **options: bool) -> dict[str, types.CompletionItem]:
    """What is offered at the place of ``|``."""
    (folder / "others.yaml").write_text(OTHERS)
    session = Session(folders=[folder])
    session.configure()
    view = session.index()
    source = Source(key_of((folder / "new.yaml").as_uri()), text.replace("|", ""))
    asked = Asked(view, source, to_position(source, text.index("|"), UTF16), UTF16, **options)
    return {item.label: item for item in completions(asked)}


def accepted(text: str, item: types.CompletionItem) -> str:
    """The text after an item was chosen."""
    source = Source("new.yaml", text.replace("|", ""))
    edit = item.text_edit
    assert isinstance(edit, types.TextEdit)
    lines = source.text.split("\n")
    line = lines[edit.range.start.line]
    lines[edit.range.start.line] = line[: edit.range.start.character] + edit.new_text + line[edit.range.end.character :]
    for other in item.additional_text_edits or ():
        lines.insert(other.range.start.line, other.new_text.rstrip("\n"))
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "label", "then"),
    [
        ("apiVersion: apps/v|\nkind: Deployment\n", "apps/v1", "apiVersion: apps/v1\nkind: Deployment\n"),
        ("kind: Dep|\n", "Deployment", "apiVersion: apps/v1\nkind: Deployment\n"),
        ("kind: Eve|\n", "Event", "apiVersion: v1\nkind: Event\n"),
        ("apiVersion: example.com/v1\nkind: Ov|\n", "Oven", "apiVersion: example.com/v1\nkind: Oven\n"),
        ("kind: Ov|\n", "Oven", "apiVersion: example.com/v1\nkind: Oven\n"),
        (
            "apiVersion: example.com/v1\nkind: Oven\nspec:\n  mode: h|\n",
            "hot",
            "apiVersion: example.com/v1\nkind: Oven\nspec:\n  mode: hot\n",
        ),
        (
            "apiVersion: example.com/v1\nkind: Oven\nspec:\n  he|\n",
            "heat",
            "apiVersion: example.com/v1\nkind: Oven\nspec:\n  heat: \n",
        ),
        (f"{POD}    ima|: x\n", "image", f"{POD}    image: x\n"),
        (f"{POD}    volumeMounts:\n    - name: ca|\n", "cache", f"{POD}    volumeMounts:\n    - name: cache\n"),
        (f"{INGRESS}      name: web\n      port:\n        name: |\n", "main", None),
        (f"{INGRESS}      name: web\n      port:\n        number: |\n", "8080", None),
        ("apiVersion: v1\nkind: Service\nspec:\n  selector:\n    a|\n", "app", None),
        ("apiVersion: v1\nkind: Service\nspec:\n  selector:\n    tier: |\n", "front", None),
        ("apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    ti|\n", "tier", None),
        (f"{POD}    resources:\n      limits:\n        m|\n", "memory", None),
        ("apiVersion: v1\nkind: Service\nspec:\n  ports:\n  - targetPort: |\n", "http", None),
    ],
)
def test_what_is_chosen_lands_in_its_place(tmp_path: Path, text: str, label: str, then: str | None) -> None:
    found = offered(tmp_path, text)
    assert label in found
    if then is not None:
        assert accepted(text, found[label]) == then


def test_keys_of_the_named_map_alone(tmp_path: Path) -> None:
    text = f"{POD}    env:\n    - name: L\n      valueFrom:\n        configMapKeyRef:\n          name: settings\n          key: |\n"
    assert set(offered(tmp_path, text)) == {"LEVEL"}


def test_fields_that_are_there_are_not_offered_again(tmp_path: Path) -> None:
    found = offered(tmp_path, f"{POD}    image: c:1\n    |\n  - image: d:1\n")
    assert {"command", "env"} <= found.keys()
    assert not {"image", "name"} & found.keys()


def test_several_lines_only_where_the_client_leaves_them_alone(tmp_path: Path) -> None:
    plain = offered(tmp_path, f"{POD}    |\n")["ports"]
    assert isinstance(plain.text_edit, types.TextEdit)
    assert plain.text_edit.new_text == "ports:"
    item = offered(tmp_path, f"{POD}    |\n", as_is=True)["ports"]
    assert isinstance(item.text_edit, types.TextEdit)
    assert item.text_edit.new_text == "ports:\n    - "
    assert item.insert_text_mode is types.InsertTextMode.AsIs


def test_clients_without_snippets_get_the_bare_text(tmp_path: Path) -> None:
    item = offered(tmp_path, "|")["Deployment (whole object)"]
    assert isinstance(item.text_edit, types.TextEdit)
    assert "$" not in item.text_edit.new_text
    item = offered(tmp_path, "|", snippets=True)["Deployment (whole object)"]
    assert item.insert_text_format is types.InsertTextFormat.Snippet
    assert item.text_edit is not None
    assert "${1:name}" in item.text_edit.new_text


@pytest.mark.parametrize("kind", sorted(SNIPPETS))
def test_a_snippet_is_an_object_that_the_server_takes(kind: str) -> None:
    source = Source("new.yaml", as_plain(SNIPPETS[kind]))
    outcome = run(Inputs([Loaded("new.yaml", source)]), Config(), Plugins())
    assert {r.kind for r in outcome.snapshot.bundle} == {kind}
    assert not [
        f for f in outcome.findings if f.rule in ("admission", "unknown-field", "required-field", "yaml-syntax")
    ]
