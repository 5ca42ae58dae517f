"""Calls from Ingresses to Pods, kinds and what is of them, files that are renamed, the words of templates."""

from __future__ import annotations

from pathlib import Path

import pytest
from kubelens_lsp.convert import UTF16
from kubelens_lsp.template_tokens import LEGEND, template_tokens
from lsprotocol import types
from pytest_lsp import LanguageClient

from kubelens.syntax.text import Source
from tests.lsp.conftest import at, opening

STACK = {
    "edge.yaml": """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: edge}
spec:
  ingressClassName: fast
  defaultBackend: {service: {name: front, port: {number: 80}}}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: fast}
spec: {controller: example.com/fast}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gate}
spec: {gatewayClassName: g, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: route}
spec:
  parentRefs: [{name: gate}]
  rules: [{backendRefs: [{name: front, port: 80}]}]
""",
    "front.yaml": """\
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {selector: {app: front}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: front-pods}
spec:
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec:
      containers:
      - name: c
        image: c:1
        env: [{name: BACK, value: "http://back.default.svc:80/"}]
---
apiVersion: v1
kind: Service
metadata: {name: back}
spec: {selector: {app: back}, ports: [{port: 80}]}
""",
    "gadget.yaml": """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: gadgets, kind: Gadget}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
apiVersion: example.com/v1
kind: Gadget
metadata: {name: mine}
""",
    "base/kustomization.yaml": "resources:\n- web.yaml\nconfigMapGenerator:\n- name: c\n  files: ['app.conf=./conf/app.conf']\n",
    "base/web.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\n",
    "base/conf/app.conf": "a\n",
    "over/kustomization.yaml": "resources:\n- ../base/\npatches:\n- path: patch.yaml\n",
    "over/patch.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, labels: {a: b}}\n",
}


@pytest.fixture
def stack(folder: Path) -> Path:
    for name, text in STACK.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def names(items: list[types.CallHierarchyItem] | list[types.TypeHierarchyItem] | None) -> list[str]:
    return sorted(one.name for one in items or ())


async def calls(client: LanguageClient, item: types.CallHierarchyItem) -> tuple[list[str], list[str]]:
    """(from whom, to whom) requests go."""
    incoming = await client.call_hierarchy_incoming_calls_async(types.CallHierarchyIncomingCallsParams(item))
    outgoing = await client.call_hierarchy_outgoing_calls_async(types.CallHierarchyOutgoingCallsParams(item))
    return names([one.from_ for one in incoming or ()]), names([one.to for one in outgoing or ()])


@pytest.mark.parametrize(
    ("file", "text", "wanted"),
    [
        ("edge.yaml", "Ingress\nmetadata: {name: e", ([], ["Service/front"])),
        ("edge.yaml", "{name: gate}", ([], ["HTTPRoute/route"])),
        ("edge.yaml", "{name: route", (["Gateway/gate"], ["Service/front"])),
        ("edge.yaml", "service: {name: front", (["HTTPRoute/route", "Ingress/edge"], ["Deployment/front-pods"])),
        ("front.yaml", "front-pods", (["Service/front"], ["Service/back"])),
        ("front.yaml", "{name: back}", (["Deployment/front-pods"], [])),
    ],
)
async def test_calls(
    stack: Path, client: LanguageClient, file: str, text: str, wanted: tuple[list[str], list[str]]
) -> None:
    spot = at(stack, file, text, len(text) - 1)
    items = await client.text_document_prepare_call_hierarchy_async(
        types.CallHierarchyPrepareParams(spot.text_document, spot.position)
    )
    assert items is not None
    assert await calls(client, items[0]) == wanted


async def test_what_sends_no_requests_has_no_calls(stack: Path, client: LanguageClient) -> None:
    spot = at(stack, "settings.yaml", "LEVEL")
    params = types.CallHierarchyPrepareParams(spot.text_document, spot.position)
    assert not await client.text_document_prepare_call_hierarchy_async(params)


async def test_definitions_and_classes_are_kinds(stack: Path, client: LanguageClient) -> None:
    async def around(file: str, text: str) -> tuple[list[str], list[str]]:
        spot = at(stack, file, text, len(text) - 1)
        items = await client.text_document_prepare_type_hierarchy_async(
            types.TypeHierarchyPrepareParams(spot.text_document, spot.position)
        )
        assert items is not None
        above = await client.type_hierarchy_supertypes_async(types.TypeHierarchySupertypesParams(items[0]))
        below = await client.type_hierarchy_subtypes_async(types.TypeHierarchySubtypesParams(items[0]))
        return names(list(above or ())), names(list(below or ()))

    assert await around("gadget.yaml", "name: mine") == (["CustomResourceDefinition/gadgets.example.com"], [])
    assert await around("gadget.yaml", "gadgets.example.com") == ([], ["Gadget/mine"])
    assert await around("edge.yaml", "name: fast") == ([], ["Ingress/edge"])
    spot = at(stack, "gadget.yaml", "name: mine", 7)
    found = await client.text_document_type_definition_async(
        types.TypeDefinitionParams(spot.text_document, spot.position)
    )
    assert isinstance(found, list)
    assert [(one.range.start.line) for one in found if isinstance(one, types.Location)] == [2]
    spot = at(stack, "front.yaml", "name: front", 7)
    found = await client.text_document_implementation_async(
        types.ImplementationParams(spot.text_document, spot.position)
    )
    assert isinstance(found, list)
    assert [(one.range.start.line) for one in found if isinstance(one, types.Location)] == [7]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("base/web.yaml", "base/site.yaml", {"base": "- site.yaml"}),
        ("base/conf", "base/etc", {"base": "['app.conf=./etc/app.conf']"}),
        ("base", "common", {"over": "- ../common/"}),
        ("over", "envs/test/over", {"over": "- ../../../base/"}),
        ("over/patch.yaml", "patch.yaml", {"over": "path: ../patch.yaml"}),
        ("settings.yaml", "other.yaml", {}),
    ],
)
async def test_kustomizations_follow_files_that_are_renamed(
    stack: Path, client: LanguageClient, old: str, new: str, wanted: dict[str, str]
) -> None:
    moved = types.FileRename((stack / old).as_uri(), (stack / new).as_uri())
    edit = await client.workspace_will_rename_files_async(types.RenameFilesParams([moved]))
    found = {} if edit is None else dict(edit.changes or {})
    assert {Path(uri).parent.name for uri in found} == set(wanted)
    for uri, edits in found.items():
        name = Path(uri).parent.name
        lines = STACK[f"{name}/kustomization.yaml"].splitlines()
        for one in edits:
            line = lines[one.range.start.line]
            lines[one.range.start.line] = (
                line[: one.range.start.character] + one.new_text + line[one.range.end.character :]
            )
        assert any(wanted[name] in line for line in lines)
        assert len(edits) == 1


def test_the_words_of_a_template() -> None:
    text = '{{- /* é\nb */}}\na: "😀" {{ if .Values.on.x }}{{ $n := include "f" . | quote }}{{ $n.a }}{{ end }}\n'
    told = template_tokens(Source("t.yaml", text), UTF16).data
    found, line, column = [], 0, 0
    for down, right, length, kind, _ in zip(*[iter(told)] * 5, strict=True):
        line, column = line + down, right if down else column + right
        row = text.split("\n")[line].encode("utf-16-le")
        found.append((row[2 * column : 2 * (column + length)].decode("utf-16-le"), LEGEND.token_types[kind]))
    words = [one for one in found if one[0] not in ("{{", "}}")]
    assert words == [
        ("{{- /* é", "comment"),
        ("b */}}", "comment"),
        ("if", "keyword"),
        (".Values", "namespace"),
        (".on.x", "property"),
        ("$n", "variable"),
        (":=", "operator"),
        ("include", "function"),
        ('"f"', "string"),
        (".", "property"),
        ("|", "operator"),
        ("quote", "function"),
        ("$n", "variable"),
        (".a", "property"),
        ("end", "keyword"),
    ]


async def test_only_templates_have_such_words(stack: Path, client: LanguageClient) -> None:
    client.text_document_did_open(opening(stack / "settings.yaml"))
    found = await client.text_document_semantic_tokens_full_async(
        types.SemanticTokensParams(types.TextDocumentIdentifier((stack / "settings.yaml").as_uri()))
    )
    assert found is not None
    assert list(found.data) == []
