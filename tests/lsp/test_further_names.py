"""Names in policies, roles, routes, monitors, selectors of namespaces, kustomizations and texts: led to, and renamed."""

from __future__ import annotations

from pathlib import Path

import pytest
from kubelens_lsp.convert import UTF16, key_of, to_position
from kubelens_lsp.insight import hover
from kubelens_lsp.links import file_at
from kubelens_lsp.navigation import locations, symbol_at
from kubelens_lsp.rename import CannotRename, renamed
from kubelens_lsp.session import Session
from kubelens_lsp.view import View
from lsprotocol import types

SHOP = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Namespace
metadata: {name: front, labels: {tier: edge}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: stock, namespace: shop}
spec:
  selector: {matchLabels: {app: stock}}
  template:
    metadata: {labels: {app: stock}}
    spec:
      containers:
      - name: stock
        image: stock:1
        ports: [{name: api, containerPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: stock, namespace: shop, labels: {scrape: "yes"}}
spec: {selector: {app: stock}, ports: [{name: figures, port: 80, targetPort: api}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: addresses, namespace: front}
data:
  STOCK: "http://stock.shop.svc:80/v1 and stock.shop.svc.cluster.local, not restock.shop.svc"
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: stock, namespace: shop}
spec:
  podSelector: {matchLabels: {app: stock}}
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: front}}
      podSelector: {matchLabels: {app: web}}
    ports: [{port: api}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: front}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}
      podSelector: {matchLabels: {app: stock}}
    ports: [{port: api}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: front, labels: {app: web}}
spec: {containers: [{name: web, image: "web:1"}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: front}
rules: [{apiGroups: [""], resources: [configmaps], resourceNames: [addresses], verbs: [get]}]
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: stock, namespace: shop}
spec: {selector: {matchLabels: {scrape: "yes"}}, endpoints: [{port: figures}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: door, namespace: shop}
spec: {gatewayClassName: any, listeners: [{name: plain, port: 80, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: stock, namespace: front}
spec: {parentRefs: [{name: door, namespace: shop, sectionName: plain}]}
"""
KUSTOMIZATION = """\
resources: [stock.yaml]
replicas: [{name: stock, count: 3}]
configMapGenerator: [{name: limits, literals: [most=3]}]
patches:
- target: {kind: Deployment, name: stock}
  patch: "[]"
"""
STOCK = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: stock}
spec:
  selector: {matchLabels: {app: s}}
  template:
    metadata: {labels: {app: s}}
    spec: {containers: [{name: s, image: "s:1", envFrom: [{configMapRef: {name: limits}}]}]}
"""


@pytest.fixture
def view(tmp_path: Path) -> tuple[Path, View]:
    (tmp_path / "shop.yaml").write_text(SHOP)
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "kustomization.yaml").write_text(KUSTOMIZATION)
    (tmp_path / "base" / "stock.yaml").write_text(STOCK)
    session = Session(folders=[tmp_path])
    session.configure()
    return tmp_path, session.index()


def position(path: Path, text: str, after: str) -> types.Position:
    from kubelens.syntax.text import Source

    whole = path.read_text()
    assert whole.count(text) == 1, text
    return to_position(Source("", whole), whole.index(text) + text.index(after) + len(after), UTF16)


def lines_of(found: list[types.Location]) -> set[tuple[str, int]]:
    return {(Path(one.uri).name, one.range.start.line) for one in found}


def line_of(text: str, part: str) -> int:
    assert text.count(part) == 1, part
    return text[: text.index(part)].count("\n")


@pytest.mark.parametrize(
    ("text", "after", "defined"),
    [
        (
            "      podSelector: {matchLabels: {app: web}}\n    ports: [{port: api",
            "port: a",
            "{name: api, containerPort",
        ),
        ("resourceNames: [addresses", "[addr", "{name: addresses, namespace"),
        ("endpoints: [{port: figures", "figu", "{name: figures, port"),
        ("sectionName: plain", "pla", "{name: plain, port"),
        ("namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: front", ": fro", "{name: front, labels"),
        ("name: door, namespace: shop, section", "namespace: sh", "{name: shop}"),
        ("http://stock.shop", "sto", "{name: stock, namespace: shop, labels"),
        ("metadata: {labels: {app: stock}}", "{ap", "metadata: {labels: {app: stock}}"),
    ],
)
def test_a_name_leads_to_its_definition(view: tuple[Path, View], text: str, after: str, defined: str) -> None:
    folder, seen = view
    path = folder / "shop.yaml"
    symbols = symbol_at(seen, key_of(path.as_uri()), position(path, text, after), UTF16, by_key=True)
    found = locations(seen, symbols, UTF16, definitions=True, uses=False)
    assert ("shop.yaml", line_of(SHOP, defined)) in lines_of(found)


def rename(
    view: tuple[Path, View], file: str, text: str, after: str, *, ask: bool = True
) -> dict[tuple[str, int], list[types.TextEdit | types.AnnotatedTextEdit]]:
    folder, seen = view
    path = folder / file
    symbols = symbol_at(seen, key_of(path.as_uri()), position(path, text, after), UTF16)
    edit = renamed(seen, symbols, "other", UTF16, open_texts={}, confirm=ask)
    assert edit is not None
    assert edit.document_changes is not None
    out: dict[tuple[str, int], list[types.TextEdit | types.AnnotatedTextEdit]] = {}
    for one in edit.document_changes:
        assert isinstance(one, types.TextDocumentEdit)
        for change in one.edits:
            assert not isinstance(change, types.SnippetTextEdit)
            out.setdefault((Path(one.text_document.uri).name, change.range.start.line), []).append(change)
    return out


def test_a_port_is_renamed_in_the_policies_of_both_ends(view: tuple[Path, View]) -> None:
    edits = rename(view, "shop.yaml", "{name: api, containerPort", "{name: a")
    policies = [n for n, line in enumerate(SHOP.splitlines()) if "ports: [{port: api}]" in line]
    assert {("shop.yaml", line) for line in policies} < edits.keys()
    assert ("shop.yaml", line_of(SHOP, "targetPort: api")) in edits
    assert len(edits) == 4


def test_a_label_is_renamed_in_policies_of_other_namespaces(view: tuple[Path, View]) -> None:
    edits = rename(view, "shop.yaml", "front, labels: {app: web", "app: w")
    peers = [n for n, line in enumerate(SHOP.splitlines()) if "{app: web}" in line]
    assert edits.keys() == {("shop.yaml", line) for line in peers}


def test_what_a_role_grants_is_renamed(view: tuple[Path, View]) -> None:
    assert ("shop.yaml", line_of(SHOP, "resourceNames")) in rename(view, "shop.yaml", "{name: addresses", "addr")


def test_hosts_in_texts_are_asked_about(view: tuple[Path, View]) -> None:
    edits = rename(view, "shop.yaml", "{name: stock, namespace: shop, labels", "sto")
    in_text = edits["shop.yaml", line_of(SHOP, "http://stock")]
    assert len(in_text) == 2
    assert all(isinstance(edit, types.AnnotatedTextEdit) for edit in in_text)
    with pytest.raises(CannotRename, match="likely meant"):
        rename(view, "shop.yaml", "{name: stock, namespace: shop, labels", "sto", ask=False)


def test_a_kustomization_follows_its_objects(view: tuple[Path, View]) -> None:
    edits = rename(view, "base/stock.yaml", "metadata: {name: stock", "sto")
    assert {("kustomization.yaml", 1), ("kustomization.yaml", 4), ("stock.yaml", 2)} <= edits.keys()
    edits = rename(view, "base/kustomization.yaml", "[{name: limits", "lim")
    assert {("kustomization.yaml", 2), ("stock.yaml", 7)} <= edits.keys()


def test_a_path_leads_to_its_file(view: tuple[Path, View]) -> None:
    folder, seen = view
    path = folder / "base" / "kustomization.yaml"
    (found,) = file_at(seen, key_of(path.as_uri()), position(path, "[stock.yaml", "sto"), UTF16)
    assert found.uri == (folder / "base" / "stock.yaml").as_uri()


@pytest.mark.parametrize(
    ("file", "text", "after", "told"),
    [
        ("shop.yaml", "resourceNames: [addresses", "[addr", "-> ConfigMap front/addresses: keys STOCK"),
        ("shop.yaml", "sectionName: plain", "pla", "-> listener plain of Gateway shop/door"),
        ("shop.yaml", "endpoints: [{port: figures", "figu", "-> port figures of Service shop/stock"),
        ("shop.yaml", "gatewayClassName: any", "gatewayCl", "**gatewayClassName**: text (required)"),
        ("base/kustomization.yaml", "replicas: [", "repl", "**replicas**: list of"),
        ("base/kustomization.yaml", "Deployment, name: stock", "name: sto", "-> Deployment default/stock: 1 Pod ("),
    ],
)
def test_a_hover_says_what_is_pointed_to(view: tuple[Path, View], file: str, text: str, after: str, told: str) -> None:
    folder, seen = view
    path = folder / file
    found = hover(seen, key_of(path.as_uri()), position(path, text, after), UTF16)
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert told in found.contents.value
