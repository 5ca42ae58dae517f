"""``kubelens plan`` tells what ``check`` finds anew: nothing of what stays, and what Applications lead to."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from tests.cli.test_plan_files import told, written

NAMES = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: b}\n"
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: argocd}
spec:
  project: default
  destination: {namespace: shop, server: 'https://kubernetes.default.svc'}
  source: {repoURL: 'https://git.example/shop/deploy.git', path: apps/web, helm: {values: 'a: b'}}
"""


def test_findings_of_files_that_stay_are_not_new_where_the_first_object_comes(tmp_path: Path) -> None:
    before = {"overlays/one/kustomization.yaml": "\n", "values.yaml": "a: b\n"}
    old, new = written(tmp_path / "old", before), written(tmp_path / "new", {**before, "web.yaml": NAMES})
    assert told(old, new) == {}
    assert "+ ConfigMap default/web" in CliRunner().invoke(cli, ["plan", old, new]).stdout


def test_an_application_of_a_chart_that_is_none_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(written(tmp_path / "root", {"apps/web/web.yaml": NAMES}))
    monkeypatch.chdir(root)
    who = ["git", "-c", "user.email=a@example.com", "-c", "user.name=a"]
    for words in (
        ["init", "-q"],
        ["remote", "add", "origin", "https://git.example/shop/deploy.git"],
        ["add", "-A"],
        ["commit", "-qm", "first"],
    ):
        subprocess.run([*who, *words], check=True, capture_output=True)
    (root / "web.yaml").write_text(APPLICATION)
    text = CliRunner().invoke(cli, ["plan"]).stdout
    assert "? application/web    is new, and what it brings is not known: path 'apps/web' holds no Chart.yaml" in text
    right = APPLICATION.replace(", helm: {values: 'a: b'}", "")
    (root / "web.yaml").write_text(right)
    subprocess.run([*who, "add", "-A"], check=True, capture_output=True)
    subprocess.run([*who, "commit", "-qm", "second"], check=True, capture_output=True)
    (root / "web.yaml").write_text(right.replace("apps/web", "apps/none"))
    text = CliRunner().invoke(cli, ["plan"]).stdout
    assert "was built before the change, and Argo CD refuses to build it: path 'apps/none' is no folder" in text
    assert "syncs nothing: what is there stays as it is" in text
    assert "+ ConfigMap" not in text
    assert "nothing takes in apps/web/web.yaml any more" in text


LAMP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\n  labels: {a: b, a: b}\n"


def test_findings_of_an_object_that_is_called_otherwise_are_not_new(tmp_path: Path) -> None:
    old = written(tmp_path / "old", {"one.yaml": LAMP % "lamp"})
    assert told(old, written(tmp_path / "called", {"one.yaml": LAMP % "lantern"})) == {}
    worse = LAMP % "lantern" + "  annotations: {c: d, c: d}\n"
    assert set(told(old, written(tmp_path / "worse", {"one.yaml": worse}))) == {"finding-new"}
    beside = LAMP % "lantern" + "---\n" + LAMP % "lamp"
    assert told(old, written(tmp_path / "beside", {"one.yaml": beside})) == {
        "finding-new": ["ConfigMap default/lantern"]
    }


ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: lamp}
rules: [{apiGroups: [apps], resources: [lamps], verbs: [get]}]
"""
IDLE = "resources: [role.yaml%s]\nimages: [{name: lamp, newTag: '1'}]\n"


def test_a_finding_is_not_fixed_where_not_all_is_known_any_more(tmp_path: Path) -> None:
    old = written(tmp_path / "old", {"kustomization.yaml": IDLE % "", "role.yaml": ROLE})
    less = {
        "kustomization.yaml": IDLE % ", 'https://lamps.example.com/lamp.yaml'",
        "role.yaml": ROLE.replace("get", "list"),
    }
    here, there = told(old, written(tmp_path / "less", less)), told(written(tmp_path / "less2", less), old)
    assert "finding-fixed" not in here
    assert "finding-new" not in there or there["finding-new"] != ["ClusterRole lamp"]


def test_a_finding_is_fixed_where_all_is_known(tmp_path: Path) -> None:
    old = written(tmp_path / "old", {"kustomization.yaml": IDLE % "", "role.yaml": ROLE})
    fixed = {"kustomization.yaml": "resources: [role.yaml]\n", "role.yaml": ROLE.replace("lamps]", "deployments]")}
    assert set(told(old, written(tmp_path / "new", fixed))["finding-fixed"]) == {
        "ClusterRole lamp",
        "kustomization.yaml",
    }


def test_what_is_found_of_an_object_that_goes_is_not_fixed(tmp_path: Path) -> None:
    files = {"role.yaml": ROLE, "name.yaml": NAMES}
    old, new = written(tmp_path / "old", files), written(tmp_path / "new", {"name.yaml": NAMES})
    assert "finding-fixed" not in told(old, new)
