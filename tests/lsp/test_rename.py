"""Renaming: all places or none, and only what can be renamed."""

from __future__ import annotations

from pathlib import Path

import pytest
from kubelens_lsp import navigation, rename
from kubelens_lsp.convert import UTF16, key_of, to_offset, to_position
from kubelens_lsp.session import Session
from kubelens_lsp.view import View
from lsprotocol import types

FILES = {
    "web.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: "web"}}
    spec:
      serviceAccountName: default
      priorityClassName: system-node-critical
      volumes:
      - name: settings
        configMap: {name: 'settings', items: [{key: LEVEL, path: level}]}
      containers:
      - name: web
        image: web:1
        env:
        - name: LEVEL
          valueFrom: {configMapKeyRef: {name: settings, key: LEVEL}}
        volumeMounts: [{name: settings, mountPath: /s}]
        ports: [{name: http, containerPort: 80}]
        readinessProbe: {httpGet: {port: http}}
""",
    "rest.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {LEVEL: info, OTHER: x}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: taken}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{name: main, port: 80, targetPort: http}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: canary}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "c:1", ports: [{name: http, containerPort: 81}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: lone, labels: {app: lone}}
spec: {containers: [{name: c, image: "c:1"}]}
""",
    "ingress.yaml": """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: default}
spec:
  rules:
  - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: main}}}}]}
""",
}


@pytest.fixture
def view(tmp_path: Path) -> View:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    session = Session(folders=[tmp_path])
    session.configure()
    return session.index()


def there(view: View, name: str, text: str) -> tuple[str, types.Position]:
    """The place of ``|`` in a text of a file."""
    key = next(k for k in view.snapshot.files if k.endswith(name))
    source = view.snapshot.source(key)
    assert source is not None
    return key, to_position(source, FILES[name].index(text.replace("|", "")) + text.index("|"), UTF16)


def renamed(view: View, name: str, text: str, new: str) -> dict[str, str]:
    """The texts of the files after a rename, changed ones only."""
    symbols = navigation.symbol_at(view, *there(view, name, text), UTF16)
    edit = rename.renamed(view, symbols, new, UTF16)
    out: dict[str, str] = {}
    for uri, edits in ((edit.changes if edit else None) or {}).items():
        source = view.snapshot.source(key_of(uri))
        assert source is not None
        written = source.text
        for one in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
            start, end = (to_offset(source, p, UTF16) for p in (one.range.start, one.range.end))
            written = written[:start] + one.new_text + written[end:]
        out[Path(uri).name] = written
    return out


@pytest.mark.parametrize(
    ("name", "at", "new", "written"),
    [
        ("web.yaml", "{name: 'sett|ings'", "options", {"web.yaml": ("'options'", "name: options, key"), "rest.yaml": ("{name: options}",)}),
        ("web.yaml", "[{key: LE|VEL", "LVL", {"web.yaml": ("[{key: LVL, path", "key: LVL}"), "rest.yaml": ("{LVL: info",)}),
        ("rest.yaml", "{LEV|EL: info", "LVL", {"web.yaml": ("[{key: LVL", "key: LVL}}"), "rest.yaml": ("{LVL: info",)}),
        ("web.yaml", "- name: sett|ings\n", "conf", {"web.yaml": ("- name: conf\n", "[{name: conf, mountPath")}),
        ("rest.yaml", "targetPort: ht|tp", "web", {"web.yaml": ("[{name: web, containerPort: 80", "{port: web}"), "rest.yaml": ("targetPort: web", "[{name: web, containerPort: 81")}),
        ("web.yaml", "[{name: ht|tp", "web", {"web.yaml": ("[{name: web, c", "{port: web}"), "rest.yaml": ("targetPort: web", "[{name: web, containerPort: 81")}),
        ("ingress.yaml", "port: {name: ma|in}", "front", {"ingress.yaml": ("port: {name: front}",), "rest.yaml": ("[{name: front, port: 80",)}),
        ("ingress.yaml", "service: {name: we|b,", "front", {"ingress.yaml": ("service: {name: front,",), "rest.yaml": ("metadata: {name: front}\nspec:\n  selector: {app: web}",)}),
        ("rest.yaml", "selector: {app: we|b}", "true", {"web.yaml": ('{app: "true"}}\n  t', 'labels: {app: "true"}'), "rest.yaml": ('selector: {app: "true"}', 'labels: {app: "true"}}')}),
    ],
)  # fmt: skip
def test_every_place_is_written(view: View, name: str, at: str, new: str, written: dict[str, tuple[str, ...]]) -> None:
    texts = renamed(view, name, at, new)
    assert texts.keys() == written.keys()
    for file, pieces in written.items():
        for piece in pieces:
            assert piece in texts[file]


@pytest.mark.parametrize(
    ("name", "at", "new", "why"),
    [
        ("web.yaml", "{name: 'sett|ings'", "Bad Name", "no name of a ConfigMap"),
        ("web.yaml", "{name: 'sett|ings'", "taken", "is taken"),
        ("web.yaml", "[{name: ht|tp", "HTTP", "no name of a port"),
        ("web.yaml", "serviceAccountName: def|ault", "x", "Kubernetes' own"),
        ("web.yaml", "priorityClassName: sys|tem-node-critical", "x", "Kubernetes' own"),
        ("ingress.yaml", "namespace: def|ault", "x", "more places"),
        ("rest.yaml", "selector: {app: we|b}", "lone", "is taken"),
        ("ingress.yaml", "service: {name: we|b,", "9web", "no name of a Service"),
    ],
)
def test_refusals(view: View, name: str, at: str, new: str, why: str) -> None:
    with pytest.raises(rename.CannotRename, match=why):
        renamed(view, name, at, new)


@pytest.mark.parametrize(
    ("name", "at", "offered"),
    [
        ("web.yaml", "{name: 'sett|ings'", "settings"),
        ("web.yaml", "serviceAccountName: def|ault", None),
        ("web.yaml", "image: we|b:1", None),
        ("ingress.yaml", "pathType: Pre|fix", None),
        ("ingress.yaml", "namespace: def|ault", None),
        ("ingress.yaml", "ki|nd: Ingress", None),
    ],
)
def test_what_is_offered_for_renaming(view: View, name: str, at: str, offered: str | None) -> None:
    found = rename.prepare(view, *there(view, name, at), UTF16)
    assert (found.placeholder if found is not None else None) == offered
    if found is not None:
        assert found.range.end.character - found.range.start.character == len(found.placeholder)


def test_a_name_written_in_another_way_is_not_half_renamed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n")
    (tmp_path / "b.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: c:1\n"
        '    envFrom: [{configMapRef: {name: "sett\\x69ngs"}}]\n'
    )
    session = Session(folders=[tmp_path])
    session.configure()
    view = session.index()
    symbols = navigation.symbol_at(view, key_of((tmp_path / "a.yaml").as_uri()), types.Position(3, 10), UTF16)
    with pytest.raises(rename.CannotRename, match=r"b\.yaml:8"):
        rename.renamed(view, symbols, "options", UTF16)


def test_versioned_edits_have_the_version_that_the_editor_gave(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    session = Session(folders=[tmp_path])
    session.index()
    uri = (tmp_path / "web.yaml").as_uri()
    session.opened(uri, FILES["web.yaml"], 7)
    view = session.refresh()
    key = key_of((tmp_path / "rest.yaml").as_uri())
    symbols = navigation.symbol_at(view, key, types.Position(2, 18), UTF16)
    edit = rename.renamed(view, symbols, "other", UTF16, open_texts=dict(session.buffers))
    assert edit is not None
    documents = [one for one in edit.document_changes or () if isinstance(one, types.TextDocumentEdit)]
    assert {Path(one.text_document.uri).name: one.text_document.version for one in documents} == {
        "web.yaml": 7,
        "rest.yaml": None,
    }
