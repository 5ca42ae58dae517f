"""Claims that a LimitRange refuses: Pods that mount them never run, whoever is asked, with nodes and without."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kubelens.cli.predict import command

RANGE = """
apiVersion: v1
kind: LimitRange
metadata: {name: claims}
spec: {limits: [{type: PersistentVolumeClaim, min: {storage: 1Gi}, max: {storage: 5Gi}}]}
---
"""
BARN = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: hay}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: SIZE}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: barn}
spec:
  replicas: 2
  selector: {matchLabels: {app: barn}}
  template:
    metadata: {labels: {app: barn}}
    spec:
      volumes: [VOLUME]
      containers:
      - {name: main, image: "farm/barn:1", ports: [{containerPort: 80}], resources: {requests: {cpu: 100m}}}
---
apiVersion: v1
kind: Service
metadata: {name: barn-door}
spec: {selector: {app: barn}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: barn}
spec: {defaultBackend: {service: {name: barn-door, port: {number: 80}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: farmer}
spec: {containers: [{name: main, image: "farm/farmer:1"}]}
"""
WRITTEN = "{name: hay, persistentVolumeClaim: {claimName: hay}}"
EPHEMERAL = (
    "{name: hay, ephemeral: {volumeClaimTemplate: "
    "{spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: SIZE}}}}}}"
)
SILO = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: silo}
spec:
  replicas: 2
  serviceName: silo
  selector: {matchLabels: {app: silo}}
  template:
    metadata: {labels: {app: silo}}
    spec:
      volumes: [VOLUME]
      containers: [{name: main, image: "farm/silo:1"}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {storageClassName: disk, accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}
"""


def _asked(text: str, folder: Path, *words: str) -> tuple[int, Any]:
    file = folder / "all.yaml"
    file.write_text(text)
    done = CliRunner().invoke(command, [*words, str(file), "--isolated", "--format", "json"])
    return done.exit_code, json.loads(done.output[done.output.index("{") :])


def _farm(volume: str, size: str) -> str:
    return (RANGE + BARN).replace("VOLUME", volume).replace("SIZE", size)


@pytest.mark.parametrize(
    ("volume", "size", "why"),
    [
        (WRITTEN, "10Gi", 'persistentvolumeclaim "hay" not found'),
        (
            EPHEMERAL,
            "100Mi",
            'waiting for ephemeral volume controller to create the persistentvolumeclaim "barn-0-hay"',
        ),
    ],
)
def test_pods_of_a_refused_claim_run_nowhere(tmp_path: Path, volume: str, size: str, why: str) -> None:
    text = _farm(volume, size)
    code, found = _asked(text, tmp_path, "endpoints")
    assert code == 1
    assert found["services"][0]["ports"][0]["pods"] == []
    assert why in found["services"][0]["ports"][0]["reasons"][0]
    code, found = _asked(text, tmp_path, "rollout")
    assert code == 1
    assert why in found["rollouts"][0]["stuck"]
    assert _asked(text, tmp_path, "route", "http://barn.example.com/")[0] == 1
    assert _asked(text, tmp_path, "connect", "farmer -> barn-door:80")[0] == 1
    evictions = _asked(text, tmp_path, "drain")[1]["evictions"]
    assert {one["owner"] for one in evictions if not one["left"]} == {"Pod farmer"}
    code, found = _asked(text, tmp_path, "schedule", "--nodes", "2x4cpu,8Gi")
    assert code == 1
    assert {one["pod"] for one in found["placements"] if not one["node"]} == {"default/barn-0", "default/barn-1"}


@pytest.mark.parametrize("volume", [WRITTEN, EPHEMERAL])
def test_pods_of_a_claim_in_range_run(tmp_path: Path, volume: str) -> None:
    text = _farm(volume, "2Gi")
    assert _asked(text, tmp_path, "endpoints")[0] == 0
    assert _asked(text, tmp_path, "rollout")[0] == 0
    assert _asked(text, tmp_path, "connect", "farmer -> barn-door:80")[0] == 0
    evictions = _asked(text, tmp_path, "drain")[1]["evictions"]
    assert {one["owner"] for one in evictions if not one["left"]} == {"Pod farmer", "Deployment barn"}


@pytest.mark.parametrize("nodes", [(), ("--nodes", "2x4cpu,8Gi")])
def test_an_ephemeral_claim_out_of_range_is_not_made(tmp_path: Path, nodes: tuple[str, ...]) -> None:
    text = _farm(EPHEMERAL, "100Mi").replace("{storage: 100Mi}", "{storage: 2Gi}", 1)
    code, found = _asked(text, tmp_path, "volumes", *nodes)
    assert code == 1
    assert [one["claim"] for one in found["claims"]] == ["default/hay"]
    assert [one["claim"] for one in found["not_made"]] == ["default/barn-0-hay", "default/barn-1-hay"]
    assert "minimum storage usage per PersistentVolumeClaim is 1Gi" in found["not_made"][0]["why"]


def test_a_set_whose_first_pod_waits_makes_no_claims_of_the_next(tmp_path: Path) -> None:
    text = _farm(WRITTEN, "10Gi") + "---" + SILO.replace("VOLUME", WRITTEN)
    found = _asked(text, tmp_path, "volumes")[1]
    assert [one["claim"] for one in found["claims"]] == ["default/data-silo-0"]
    assert [one["claim"] for one in found["not_made"]] == ["default/data-silo-1"]


SCALER = """
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: barn}
spec:
  minReplicas: 2
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: barn}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
"""


@pytest.mark.parametrize(("volume", "size"), [(WRITTEN, "10Gi"), (EPHEMERAL, "100Mi")])
def test_an_autoscaler_of_pods_that_never_run_has_no_metric(tmp_path: Path, volume: str, size: str) -> None:
    code, found = _asked(_farm(volume, size) + SCALER, tmp_path, "hpa")
    (scaler,) = found["autoscalers"]
    assert code == 1
    assert not scaler["works"]
    assert "none runs, and there is no reading (FailedGetResourceMetric)" in scaler["metrics"][0]["unreadable"]
    assert any("beyond 0 of 5 replicas no Pod starts" in one for one in scaler["limits"])
    assert not any("finds room" in one for one in scaler["assumptions"])


def test_an_autoscaler_of_pods_that_run_reads_its_metric(tmp_path: Path) -> None:
    code, found = _asked(_farm(WRITTEN, "2Gi") + SCALER, tmp_path, "hpa")
    (scaler,) = found["autoscalers"]
    assert code == 0
    assert scaler["works"]
    assert any("finds room on a node" in one for one in scaler["assumptions"])
