"""Kinds of contradictions between commands that were found by reading all of them side by side, each with a test of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.predict import command

NODES = "".join(
    f"""
apiVersion: v1
kind: Node
metadata: {{name: {name}, labels: {{kubernetes.io/hostname: {name}, topology.kubernetes.io/zone: {zone}}}}}
status: {{allocatable: {{cpu: "8", memory: 16Gi, pods: "50"}}}}
---"""
    for name, zone in (("birch", "north"), ("alder", "south"))
)
LAMP = """
apiVersion: apps/v1
kind: {kind}
metadata: {{name: lamp, namespace: harbour}}
spec:
  replicas: 3
  {more}
  selector: {{matchLabels: {{app: lamp}}}}
  template:
    metadata: {{labels: {{app: lamp}}}}
    spec:
      containers:
      - {{name: wick, image: "harbour/lamp:1", ports: [{{containerPort: 7000}}], resources: {{requests: {{cpu: 1}}}}{container}}}
---
apiVersion: v1
kind: Service
metadata: {{name: lamp, namespace: harbour}}
spec: {{{service} selector: {{app: lamp}}, ports: [{{port: 7000}}]}}
---"""
BUDGET = """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: lamp, namespace: harbour}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: lamp}}}
---"""
SCALER = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: lamp, namespace: harbour}
spec:
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: lamp}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]
---"""
OIL = ", env: [{name: OIL, valueFrom: {secretKeyRef: {name: oil, key: grade}}}]"


def quota(*hard: str) -> str:
    return f"""
apiVersion: v1
kind: ResourceQuota
metadata: {{name: dues, namespace: harbour}}
spec: {{hard: {{{", ".join(hard)}}}}}
---"""


def secret(key: str = "grade", more: str = "") -> str:
    return f"""
apiVersion: v1
kind: Secret
metadata: {{name: oil, namespace: harbour{more}}}
stringData: {{{key}: fine}}
---"""


def lamp(kind: str = "Deployment", more: str = "", container: str = "", service: str = "") -> str:
    return LAMP.format(kind=kind, more=more, container=container, service=service)


def ask(tmp_path: Path, text: str, *words: str) -> Result:
    file = tmp_path / "harbour.yaml"
    file.write_text(text)
    return CliRunner().invoke(command, [*words, str(file)])


def said(tmp_path: Path, text: str, *words: str) -> str:
    return " ".join(ask(tmp_path, text, *words).stdout.split())


@pytest.mark.parametrize(
    ("there", "why"),
    [
        (secret("colour"), "Secret 'harbour/oil' has no key 'grade', and no container starts without it"),
        (
            secret(more=', labels: {"no label": ""}'),
            "the API server refuses Secret 'harbour/oil', and no container starts without it",
        ),
        (
            quota('count/secrets: "0"') + secret(),
            "the API server refuses Secret 'harbour/oil', and no container starts without it",
        ),
    ],
    ids=["key", "invalid", "quota"],
)
def test_pods_that_never_start_have_no_start_and_no_metrics(tmp_path: Path, there: str, why: str) -> None:
    text = NODES + there + lamp(container=OIL) + SCALER
    life = ask(tmp_path, text, "lifecycle", "lamp")
    assert life.exit_code == 1
    assert "start, from when it has a node: never ready" in life.stdout
    assert f"contradiction: {why}: it never starts" in life.stdout
    assert "wick started" not in " ".join(life.stdout.split())
    assert f"{why}: its Pods are never ready" in said(tmp_path, text, "rollout")
    assert f"is never ready: {why}" in said(tmp_path, text, "endpoints")
    scaler = ask(tmp_path, text, "hpa")
    assert scaler.exit_code == 1
    assert "DOES NOT SCALE" in scaler.stdout


@pytest.mark.parametrize("there", [secret(), ""], ids=["held", "perhaps in the cluster"])
def test_pods_whose_secret_may_be_there_start(tmp_path: Path, there: str) -> None:
    text = NODES + there + lamp(container=OIL) + SCALER
    assert ask(tmp_path, text, "lifecycle", "lamp").exit_code == 0
    assert ask(tmp_path, text, "hpa").exit_code == 0
    assert "Deployment lamp:7000" in said(tmp_path, text, "endpoints")


def test_names_of_pods_that_wait_for_one_that_is_never_ready_are_unknown(tmp_path: Path) -> None:
    """Without nodes, too: OrderedReady makes the second once the first is Ready, and unready addresses are published."""
    text = secret("colour") + lamp(
        "StatefulSet", "serviceName: lamp", OIL, "clusterIP: None, publishNotReadyAddresses: true,"
    )
    assert ask(tmp_path, text, "dns", "lamp-0.lamp", "--from", "lamp").exit_code == 0
    assert ask(tmp_path, text, "dns", "lamp-1.lamp", "--from", "lamp").exit_code == 1
    parallel = text.replace("serviceName: lamp", "serviceName: lamp\n  podManagementPolicy: Parallel")
    assert ask(tmp_path, parallel, "dns", "lamp-1.lamp", "--from", "lamp").exit_code == 0


def test_a_route_to_a_service_that_is_refused_says_that_it_is(tmp_path: Path) -> None:
    text = (
        quota('services: "0"')
        + lamp()
        + """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: pier, namespace: harbour}
spec: {ingressClassName: nginx, defaultBackend: {service: {name: lamp, port: {number: 7000}}}}
"""
    )
    route = ask(tmp_path, text, "route", "http://pier.example/")
    assert route.exit_code == 1
    assert "note     the API server refuses Service 'harbour/lamp': exceeded quota: dues" in route.stdout
    assert "Service harbour/lamp is not among the files" not in route.stdout


def test_a_connection_to_a_service_that_is_refused_leads_nowhere(tmp_path: Path) -> None:
    text = quota('services: "0"') + lamp().replace(
        "kind: Service\nmetadata: {name: lamp", "kind: Service\nmetadata: {name: beam"
    )
    reached = ask(tmp_path, text, "connect", "lamp -> beam:7000")
    assert reached.exit_code == 1
    assert "the API server refuses Service 'harbour/beam': exceeded quota: dues" in reached.stdout
    assert ask(tmp_path, text, "connect", "lamp -> bean:7000").exit_code == 2


def test_a_what_if_counts_what_a_controller_asks_for_and_a_quota_keeps_out(tmp_path: Path) -> None:
    text = NODES + quota('pods: "2"') + lamp() + BUDGET
    why = "The disruption budget lamp needs 2 healthy pods and has 2 currently"
    assert f"STAYS harbour/Deployment lamp {why}" in said(tmp_path, text, "drain")
    drained = said(tmp_path, text, "schedule", "--what-if", "drain=birch")
    assert f"harbour/lamp-0 on birch: {why}" in drained or f"harbour/lamp-1 on birch: {why}" in drained
    assert "-> none" not in drained
    roomy = NODES + quota('pods: "3"') + lamp() + BUDGET
    assert "-> alder" in said(tmp_path, roomy, "schedule", "--what-if", "drain=birch")


def test_a_claim_gets_one_of_the_volumes_that_its_node_reaches(tmp_path: Path) -> None:
    def disk(name: str, zone: str) -> str:
        term = f"{{key: topology.kubernetes.io/zone, operator: In, values: [{zone}]}}"
        return f"""
apiVersion: v1
kind: PersistentVolume
metadata: {{name: {name}}}
spec:
  {{storageClassName: hand, accessModes: [ReadWriteOnce], capacity: {{storage: 4Gi}}, local: {{path: /d}},
    nodeAffinity: {{required: {{nodeSelectorTerms: [{{matchExpressions: [{term}]}}]}}}}}}
---"""

    text = (
        NODES
        + disk("hull", "north")
        + disk("keel", "north")
        + disk("mast", "west")
        + """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: hand}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: log, namespace: harbour}
spec: {storageClassName: hand, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: clerk, namespace: harbour}
spec:
  volumes: [{name: log, persistentVolumeClaim: {claimName: log}}]
  containers: [{name: desk, image: "harbour/clerk:1"}]
"""
    )
    assert "one of hull, keel (here hull), on birch in zone north" in said(tmp_path, text, "volumes")
