"""Examples that stand beside each other, and values that whoever installs a chart gives, are no faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.check import command
from kubelens.rules.rollout.hpa_fights_replicas import check as hpa_fights_replicas
from kubelens.testing import findings_of

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: till}
spec:
  replicas: 3
  selector: {matchLabels: {app: till}}
  template:
    metadata: {labels: {app: till}}
    spec: {nodeName: NODE, containers: [{name: till, image: "till:1", ports: [{containerPort: 80, hostPort: 80}]}]}
"""
SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: till}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: till}, maxReplicas: 5}
"""


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ((DEPLOYMENT, SCALER), 1),
        ((DEPLOYMENT, DEPLOYMENT, SCALER), 0),
        ((f"{DEPLOYMENT}---\n{SCALER}", DEPLOYMENT), 1),
    ],
)
def test_an_autoscaler_is_meant_for_one_of_several(texts: tuple[str, ...], told: int) -> None:
    assert len(findings_of(hpa_fights_replicas, *texts)) == told


def told(folder: Path, **files: str) -> str:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_yaml", ".yaml").replace("_md", ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(command, ["--output", "concise", "--isolated", "--no-cache", str(folder)]).output


@pytest.mark.parametrize(("node", "is_told"), [('"<node-name>"', False), ("node-1", True)])
def test_a_node_to_be_filled_in_bounds_no_rollout(tmp_path: Path, node: str, is_told: bool) -> None:
    assert ("rollout-never-finishes" in told(tmp_path, a_yaml=DEPLOYMENT.replace("NODE", node))) is is_told


CLAIM = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: till, META}\n"


@pytest.mark.parametrize(
    ("meta", "more", "is_told"),
    [
        ("labels: {backup: none}", "", True),
        ("namespace: shop", "", True),
        ("labels: {backup: none}", "spec: {}\n", True),
    ],
)
def test_a_claim_without_a_spec_is_told_where_no_server_merges_it(
    tmp_path: Path, meta: str, more: str, is_told: bool
) -> None:
    assert ("[admission]" in told(tmp_path, a_yaml=CLAIM.replace("META", meta) + more)) is is_told


FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {interval: 10m, path: ./apps, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
"""


@pytest.mark.parametrize(
    ("meta", "more", "is_told"),
    [
        ("labels: {backup: none}", "", False),
        ("namespace: shop", "", True),
        ("labels: {backup: none}", "spec: {}\n", True),
    ],
)
def test_a_claim_of_labels_alone_that_flux_merges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, meta: str, more: str, is_told: bool
) -> None:
    """Flux applies server-side: the labels are added to the claim that a StatefulSet made. ``kubectl apply`` as above refuses."""
    monkeypatch.chdir(tmp_path)
    claim = CLAIM.replace("META", meta) + more
    assert ("[admission]" in told(tmp_path, cluster__apps_yaml=FLUX, apps__a_yaml=claim)) is is_told


CHART = "apiVersion: v2\nname: till\nversion: 1.0.0\n"
CERTIFICATE = """\
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: till}
spec: {secretName: till, dnsNames: [till.example], issuerRef: {{ .Values.issuer | toJson }}}
"""


@pytest.mark.parametrize(("value", "is_told"), [("{}", False), ("{kind: Issuer}", True)])
def test_a_map_that_is_left_empty_is_given_by_who_installs(tmp_path: Path, value: str, is_told: bool) -> None:
    files = {
        "till__Chart_yaml": CHART,
        "till__values_yaml": f"issuer: {value}\n",
        "till__templates__a_yaml": CERTIFICATE,
    }
    assert ("spec.issuerRef.name: a value is required" in told(tmp_path, **files)) is is_told


@pytest.mark.parametrize(("kind", "is_told"), [("library", False), ("application", True)])
def test_what_helm_reads_of_a_library(tmp_path: Path, kind: str, is_told: bool) -> None:
    files = {"till__Chart_yaml": f"{CHART}type: {kind}\n", "till__templates__README_md": "{{ lib }}\n"}
    files["till__templates___help_yaml"] = '{{ define "a" }}{{ end }}\n'
    assert ("is no template" in told(tmp_path, **files)) is is_told
