"""Pages of ``check`` stand by set and object: what two overlays share stands once, what one has alone apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

BASE = """\
apiVersion: v1
kind: Service
metadata: {name: desk, namespace: fair}
spec:
  selector: {app: nobody}
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: desk, namespace: fair}
spec:
  selector: {matchLabels: {app: desk}}
  template:
    metadata: {labels: {app: desk}}
    spec: {containers: [{name: desk, image: "desk:1"}]}
"""
ROOT = "kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nresources: [../base{more}]\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, more in (("base", ""), ("east", ""), ("west", ", alone.yaml")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kustomization.yaml").write_text(ROOT.format(more=more))
    (tmp_path / "base" / "kustomization.yaml").write_text(ROOT.replace("../base{more}", "all.yaml"))
    (tmp_path / "base" / "all.yaml").write_text(BASE)
    (tmp_path / "west" / "alone.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: alone, namespace: fair}\ndata: {a: 1}\n"
    )
    return tmp_path


def page(form: str) -> str:
    return CliRunner().invoke(cli, ["check", "--isolated", "--no-cache", "-o", form]).stdout


def test_markdown(folder: Path) -> None:
    text = page("markdown")
    both, alone = text.index("\n#### sets east, west\n"), text.index("\n#### set west\n")
    assert text.count("\n#### ") == 2
    assert text.index("\n**Service fair/desk** (base/all.yaml:1)\n") > both
    assert text.index("\n**ConfigMap fair/alone** (west/alone.yaml:1)\n") > alone
    assert "| base/all.yaml:5 | `service-selects-nothing` |" in text


def test_html(folder: Path) -> None:
    text = page("html")
    assert '<h2>sets east, west <span class="soft">1 finding</span></h2>' in text
    assert '<h2>set west <span class="soft">1 finding</span></h2>' in text
    assert '<h3>Service fair/desk <code class="soft">base/all.yaml:1</code></h3>' in text
    assert '<a href="#o1">' in text


def test_what_is_in_no_set_needs_no_heading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("all.yaml").write_text(BASE)
    assert "####" not in page("markdown")
    assert "<h2>" not in page("html")
    assert "**Service fair/desk** (all.yaml:1)" in page("markdown")
