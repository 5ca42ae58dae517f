"""A large run lets go of trees: what is made of a document's text again is what was there, and nothing is found otherwise."""

from __future__ import annotations

import pytest

from kubelens.engine import run as run_module
from kubelens.engine.config import Config
from kubelens.engine.inputs import Inputs
from kubelens.engine.lean import LeanWorkspace
from kubelens.engine.loader import Loaded
from kubelens.engine.plugins import Plugins
from kubelens.engine.run import run
from kubelens.engine.workspace import Workspace
from kubelens.syntax.text import Source
from kubelens.syntax.tree import walk

TEXTS = {
    "web.yaml": """\
# the shop
apiVersion: v1
kind: Service
metadata: {name: web, labels: {a: "1", b: no}}
spec:
  selector: {app: web}
  ports: [{port: 80, nodePort: 99}]
  type: NodePort
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  text: |
    one
    two
""",
    "aliases.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: a}\ndata: {a: b}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: '*m'}\n",
    "json.json": '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": 1}}',
    "twice.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, name: c}\ndata: {yes: x}\n",
    "list.yaml": "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: d}\n  data: {a: 1}\n",
}


def loaded() -> list[Loaded]:
    return [Loaded(uri, Source(uri, text)) for uri, text in TEXTS.items()]


def test_a_tree_that_is_made_again_is_the_one_that_was() -> None:
    kept, lean = Workspace(), LeanWorkspace()
    kept.fill(loaded())
    lean.fill(loaded())
    for one, other in zip(kept.snapshot().manifests, lean.snapshot().manifests, strict=True):
        assert [(type(n), n.start, n.end) for n in walk(one.document.root)] == [
            (type(n), n.start, n.end) for n in walk(other.document.root)
        ]
        assert [r.value for r in one.resources] == [r.value for r in other.resources]
    assert any(m.document._compose is not None for m in _filled().snapshot().manifests)


def _filled() -> Workspace:
    lean = LeanWorkspace()
    lean.fill(loaded())
    return lean


def test_the_same_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for least in (10**9, 0):
        monkeypatch.setattr(run_module, "LEAN_FROM", least)
        outcome = run(Inputs(loaded()), Config(), Plugins(third_party=False))
        spans = [outcome.snapshot.locate(finding.at) for finding in outcome.findings]
        found.append([(f.rule, f.message, f.at, span) for f, span in zip(outcome.findings, spans, strict=True)])
    assert found[0] == found[1]
    assert len(found[0]) > 3
