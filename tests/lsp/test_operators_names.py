"""Names in objects of operators, Argo CD and Flux, and in replacements: where they lead, and what a rename writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from kubelens_lsp import links, navigation, rename
from kubelens_lsp.convert import UTF16, key_of, to_offset, to_position
from kubelens_lsp.session import Session
from kubelens_lsp.view import View

FILES = {
    "ops.yaml": """\
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: ca, namespace: pay}
spec: {ca: {secretName: keys}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: crt, namespace: pay}
spec: {secretName: keys, issuerRef: {name: ca}, dnsNames: [a]}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: so, namespace: pay}
spec: {scaleTargetRef: {name: api}, triggers: []}
---
apiVersion: example.org/v1
kind: Machine
metadata: {name: m, namespace: pay}
spec: {poolRef: {kind: Pool, name: blue}, ownerRef: {kind: Deployment, name: api, namespace: pay}}
---
apiVersion: example.org/v1
kind: Pool
metadata: {name: blue, namespace: pay}
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: pm, namespace: pay}
spec: {selector: {matchLabels: {app: api}}, podMetricsEndpoints: [{port: stats}]}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: sm, namespace: watch}
spec: {namespaceSelector: {matchNames: [pay]}, selector: {}, endpoints: []}
---
apiVersion: v1
kind: Namespace
metadata: {name: pay}
---
apiVersion: v1
kind: Secret
metadata: {name: keys, namespace: pay}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: pay}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: c, image: "c:1", ports: [{name: stats, containerPort: 9}]}]}
""",
    "gitops.yaml": """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: infra, namespace: flux}
spec: {interval: 1m, prune: true, path: ./base, sourceRef: {kind: GitRepository, name: repo}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: site, namespace: flux}
spec: {interval: 1m, prune: true, path: ./nowhere, dependsOn: [{name: infra}]}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: repo, namespace: flux}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: pay, namespace: argo}
spec: {project: team, source: {repoURL: "https://example.org/x", path: base}}
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: team, namespace: argo}
""",
    "base/kustomization.yaml": """\
resources: [web.yaml]
replacements:
- source: {kind: Deployment, name: web, fieldPath: metadata.name}
  targets: [{select: {kind: Service, name: front}, fieldPaths: [spec.selector.app]}]
""",
    "base/web.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {selector: {app: web}, ports: [{port: 80}]}
""",
    ".git/HEAD": "ref: refs/heads/main\n",
}


@pytest.fixture
def view(tmp_path: Path) -> View:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    session = Session(folders=[tmp_path])
    session.configure()
    return session.index()


def line_of(file: str, text: str) -> int:
    return FILES[file].count("\n", 0, FILES[file].index(text))


@pytest.mark.parametrize(
    ("file", "text", "target", "there"),
    [
        ("ops.yaml", "ca: {secretName: keys", "ops.yaml", "{name: keys, n"),
        ("ops.yaml", "spec: {secretName: keys", "ops.yaml", "{name: keys, n"),
        ("ops.yaml", "issuerRef: {name: ca", "ops.yaml", "{name: ca, n"),
        ("ops.yaml", "scaleTargetRef: {name: api", "ops.yaml", "{name: api, namespace: pay}\nspec"),
        ("ops.yaml", "kind: Pool, name: blue", "ops.yaml", "{name: blue, n"),
        ("ops.yaml", "kind: Deployment, name: api", "ops.yaml", "{name: api, namespace: pay}\nspec"),
        ("ops.yaml", "podMetricsEndpoints: [{port: stats", "ops.yaml", "ports: [{name: stats"),
        ("ops.yaml", "matchNames: [pay", "ops.yaml", "{name: pay}"),
        ("gitops.yaml", "GitRepository, name: repo", "gitops.yaml", "{name: repo"),
        ("gitops.yaml", "dependsOn: [{name: infra", "gitops.yaml", "{name: infra, n"),
        ("gitops.yaml", "project: team", "gitops.yaml", "{name: team"),
        ("base/kustomization.yaml", "Deployment, name: web", "base/web.yaml", "{name: web"),
        ("base/kustomization.yaml", "Service, name: front", "base/web.yaml", "{name: front"),
    ],
)
def test_a_name_leads_to_what_it_names(
    view: View, tmp_path: Path, file: str, text: str, target: str, there: str
) -> None:
    key = key_of((tmp_path / file).as_uri())
    source = view.snapshot.source(key)
    assert source is not None
    at = to_position(source, FILES[file].index(text) + len(text), UTF16)
    assert to_offset(source, at, UTF16) > 0
    found = navigation.locations(view, navigation.symbol_at(view, key, at, UTF16), UTF16, definitions=True, uses=False)
    assert [(one.uri, one.range.start.line) for one in found] == [
        ((tmp_path / target).as_uri(), line_of(target, there))
    ]


def test_a_rename_asks_about_what_is_only_called_so(view: View, tmp_path: Path) -> None:
    key = key_of((tmp_path / "ops.yaml").as_uri())
    source = view.snapshot.source(key)
    assert source is not None
    at = to_position(source, FILES["ops.yaml"].index("{name: keys") + 8, UTF16)
    symbols = navigation.symbol_at(view, key, at, UTF16)
    edit = rename.renamed(view, symbols, "other", UTF16, open_texts={}, confirm=True)
    assert edit is not None
    (document,) = edit.document_changes or ()
    asked = sorted((one.range.start.line, hasattr(one, "annotation_id")) for one in document.edits)  # type: ignore[union-attr]
    assert asked == [
        (line_of("ops.yaml", "spec: {ca:"), True),
        (line_of("ops.yaml", "spec: {secretName"), True),
        (line_of("ops.yaml", "{name: keys, n"), False),
    ]


def test_delivered_folders_that_are_there_are_links(view: View, tmp_path: Path) -> None:
    key = key_of((tmp_path / "gitops.yaml").as_uri())
    found = links.document_links(view, key, UTF16)
    assert [(one.range.start.line, one.target) for one in found] == [
        (line_of("gitops.yaml", "path: ./base"), (tmp_path / "base/kustomization.yaml").as_uri()),
        (line_of("gitops.yaml", "path: base"), (tmp_path / "base/kustomization.yaml").as_uri()),
    ]
