"""``--compat``: other linters' suppressions, each in the forms its own documentation gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Kubelens

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    {annotation}
spec:
  hostNetwork: true
  containers:
    - name: web
      image: nginx
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata:
      labels: {{app: web}}
      annotations:
        {annotation}
    spec:
      hostNetwork: true
      containers:
        - name: web
          image: nginx
"""
RULES = ("host-network", "floating-image-tag", "too-few-replicas", "ephemeral-storage-unset", "memory-limit-missing")


def rules_found(kubelens: Kubelens, *arguments: str) -> set[str]:
    flags = [f for rule in (*RULES, "unused-suppression", "admission") for f in ("--select", rule)]
    done = kubelens("check", "--output", "json", *flags, *arguments)
    assert done.stderr == ""
    return {finding["rule"] for finding in json.loads(done.stdout)["findings"]}


@pytest.mark.parametrize(
    ("tool", "annotation", "silenced"),
    [
        ("kube-linter", "ignore-check.kube-linter.io/host-network: it is a proxy", {"host-network"}),
        ("kube-linter", "ignore-check.kube-linter.io/own-check: custom", set()),
        (
            "kube-linter",
            "kube-linter.io/ignore-all: legacy",
            {"host-network", "floating-image-tag", "memory-limit-missing"},
        ),
        ("kube-score", "kube-score/ignore: container-image-tag , pod-probes", {"floating-image-tag"}),
        ("kube-score", "kube-score/ignore: container-resources", {"memory-limit-missing", "ephemeral-storage-unset"}),
        ("polaris", 'polaris.fairwinds.com/hostNetworkSet-exempt: "true"', {"host-network"}),
        ("polaris", 'polaris.fairwinds.com/hostNetworkSet-exempt: "False"', set()),
        (
            "polaris",
            'polaris.fairwinds.com/exempt: "True"',
            {"host-network", "floating-image-tag", "memory-limit-missing"},
        ),
        ("checkov", "checkov.io/skip1: CKV_K8S_19=it is a proxy", {"host-network"}),
        ("checkov", "checkov.io/skip2: CKV_K8S_14", {"floating-image-tag"}),
        ("checkov", "bridgecrew.io/skip: CKV_K8S_14=why=not", {"floating-image-tag"}),
        ("checkov", "a: b # checkov:skip=CKV_K8S_19,CKV_K8S_14:both", {"host-network", "floating-image-tag"}),
        ("checkov", "checkov.io/skip3: CKV_K8S_99999=no such check", set()),
    ],
)
def test_on_the_object(kubelens: Kubelens, tmp_path: Path, tool: str, annotation: str, silenced: set[str]) -> None:
    everything = {"host-network", "floating-image-tag", "ephemeral-storage-unset", "memory-limit-missing"}
    (tmp_path / "pod.yaml").write_text(POD.format(annotation=annotation))
    assert rules_found(kubelens) == everything
    assert rules_found(kubelens, "--compat", tool) == everything - silenced


def test_on_a_pod_template(kubelens: Kubelens, tmp_path: Path) -> None:
    """kube-score's checks about Pods heed the template's annotations too, those about Deployments do not."""
    text = DEPLOYMENT.format(annotation="kube-score/ignore: container-image-tag,deployment-replicas")
    (tmp_path / "web.yaml").write_text(text)
    everything = rules_found(kubelens)
    assert {"floating-image-tag", "too-few-replicas"} <= everything
    assert rules_found(kubelens, "--compat", "kube-score") == everything - {"floating-image-tag"}


def test_one_object_of_several(kubelens: Kubelens, tmp_path: Path) -> None:
    other = POD.format(annotation="a: b").replace("name: web", "name: other", 1)
    (tmp_path / "pods.yaml").write_text(f"{POD.format(annotation='kube-linter.io/ignore-all: x')}---\n{other}")
    done = kubelens("check", "--output", "concise", "--select", "host-network", "--compat", "kube-linter")
    assert done.stdout.count("host-network") == 1
    assert "pods.yaml:20:" in done.stdout
    comment = other.replace("  name: other", "  # checkov:skip=CKV_K8S_19:proxy\n  name: other")
    (tmp_path / "pods.yaml").write_text(f"{POD.format(annotation='a: b')}---\n{comment}")
    done = kubelens("check", "--output", "concise", "--select", "host-network", "--compat", "checkov")
    assert "pods.yaml:8:" in done.stdout
    assert done.stdout.count("host-network") == 1


def test_what_does_not_work_is_said_all_the_same(kubelens: Kubelens, tmp_path: Path) -> None:
    """``ignore-all`` means kube-linter's checks, not that the API server refuses the object."""
    text = POD.format(annotation="kube-linter.io/ignore-all: legacy").replace("name: web\n  ann", "name: We_b\n  ann")
    (tmp_path / "pod.yaml").write_text(text)
    assert "admission" in rules_found(kubelens, "--compat", "kube-linter")


def test_an_unknown_tool(kubelens: Kubelens, tmp_path: Path) -> None:
    done = kubelens("check", "--compat", "kubelinter")
    assert (done.returncode, "--compat 'kubelinter' is unknown; did you mean 'kube-linter'" in done.stderr) == (2, True)
    (tmp_path / "kubelens.toml").write_text('compat = ["datree"]\n')
    done = kubelens("check")
    assert (done.returncode, "kubelens.toml:1: " in done.stderr and "'datree'" in done.stderr) == (2, True)
