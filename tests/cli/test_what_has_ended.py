"""Jobs and Pods of a cluster that have ended bring no Pod: nothing is placed, drained or reached."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: haul, namespace: yard, uid: j1}
spec:
  selector: {matchLabels: {run: haul}}
  template:
    metadata: {labels: {run: haul, app: haul}}
    spec: {restartPolicy: Never, containers: [{name: c, image: "haul:1", ports: [{containerPort: 80}]}]}
STATUS
---
apiVersion: v1
kind: Service
metadata: {name: haul, namespace: yard}
spec: {selector: {app: haul}, ports: [{port: 80}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: haul, namespace: yard}
spec: {minAvailable: 1, selector: {matchLabels: {app: haul}}}
"""
PODS = """
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: yard, uid: u-NAME, labels: {app: NAME}}
spec: {nodeName: oak, containers: [{name: c, image: "x:1"}]}
status: {phase: PHASE, podIPs: [{ip: 10.0.0.7}], conditions: [{type: Ready, status: "True"}]}
---
"""


def job(condition: str, status: str = "True") -> str:
    return JOB.replace("STATUS", f'status: {{conditions: [{{type: {condition}, status: "{status}"}}]}}')


def asked(folder: Path, text: str, *words: str) -> tuple[int, Any]:
    (folder / "all.yaml").write_text(text)
    done = CliRunner().invoke(cli, ["predict", *words, str(folder / "all.yaml"), "-o", "json"])
    return done.exit_code, json.loads(done.stdout)


@pytest.mark.parametrize(
    ("text", "over"),
    [
        (job("Complete"), True),
        (job("Failed"), True),
        (job("Complete", "False"), False),
        (job("Suspended", "False"), False),
        (JOB.replace("STATUS", ""), False),
    ],
    ids=["complete", "failed", "not complete", "goes on", "new"],
)
def test_a_job_that_is_over_brings_no_pod(tmp_path: Path, text: str, over: bool) -> None:
    assert bool(asked(tmp_path, text, "schedule")[1]["placements"]) is not over
    code, drained = asked(tmp_path, text, "drain")
    assert (code, bool(drained["evictions"])) == ((0, False) if over else (1, True))
    (service,) = asked(tmp_path, text, "endpoints")[1]["services"]
    assert bool(service["ports"][0]["pods"]) is not over


@pytest.mark.parametrize(("phase", "code"), [("Running", 0), ("Succeeded", 1), ("Failed", 1)])
@pytest.mark.parametrize("way", ["crane -> barge:80", "barge -> crane:80"])
def test_nobody_is_where_a_pod_has_ended(tmp_path: Path, way: str, phase: str, code: int) -> None:
    pods = PODS.replace("NAME", "crane").replace("PHASE", "Running") + PODS.replace("NAME", "barge")
    found = asked(tmp_path, pods.replace("PHASE", phase), "connect", way)
    assert found[0] == code
    assert (
        f"Pod yard/barge has ended (phase {phase}): nobody is there" in found[1]["connections"][0]["reasons"]
    ) is bool(code)


SCALED = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: crane, namespace: yard}
spec:
  replicas: 2
  selector: {matchLabels: {app: crane}}
  template:
    metadata: {labels: {app: crane}}
    spec: {containers: [{name: c, image: "x:1", resources: {requests: {cpu: 100m}}}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: crane, namespace: yard}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: crane}
  maxReplicas: 9
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
---
apiVersion: v1
kind: Pod
metadata:
  name: crane-5-a
  namespace: yard
  uid: p1
  labels: {app: crane}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: crane-5, uid: r1, controller: true}]
spec: {nodeName: oak, containers: [{name: c, image: "x:1"}]}
status: {phase: Running, conditions: [{type: Ready, status: "READY"}]}
"""


@pytest.mark.parametrize(
    ("ready", "given", "told"),
    [
        ("False", (), True),
        ("True", (), False),
        ("False", ("--unready", "1"), False),
        ("False", ("--missing", "1"), False),
    ],
)
def test_an_autoscaler_says_which_pods_it_takes_for_ready(
    tmp_path: Path, ready: str, given: tuple[str, ...], told: bool
) -> None:
    text = SCALED.replace("READY", ready)
    (found,) = asked(tmp_path, text, "hpa", "--usage", "cpu=100", *given)[1]["autoscalers"]
    assert any("crane-5-a is not" in one for one in found["assumptions"]) is told


def test_a_scenario_does_not_play_what_has_ended(tmp_path: Path) -> None:
    pods = PODS.replace("NAME", "crane").replace("PHASE", "Succeeded").removesuffix("---\n")
    (tmp_path / "all.yaml").write_text(job("Complete") + "---\n" + pods)
    done = CliRunner().invoke(cli, ["simulate", "lose-node", str(tmp_path / "all.yaml")])
    assert "Job 'yard/haul' is not played: it has ended (Complete)" in done.stderr
    assert "Pod 'yard/crane' is not played: it has ended (Succeeded)" in done.stderr
    assert "haul" not in done.stdout
    (tmp_path / "all.yaml").write_text(JOB.replace("STATUS", ""))
    assert "haul" in CliRunner().invoke(cli, ["simulate", "lose-node", str(tmp_path / "all.yaml")]).stdout
