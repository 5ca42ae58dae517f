"""Workloads whose Pods are refused with their claims, wait for good, or have ended: each command says the same of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

SET = """
apiVersion: v1
kind: LimitRange
metadata: {name: shelf, namespace: barn}
spec: {limits: [{type: PersistentVolumeClaim, max: {storage: MOST}}]}
---
apiVersion: v1
kind: Service
metadata: {name: hay, namespace: barn}
spec: {clusterIP: None, selector: {app: hay}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: hay, namespace: barn}
spec:
  serviceName: hay
  replicas: 2
  selector: {matchLabels: {app: hay}}
  template: {metadata: {labels: {app: hay}}, spec: {containers: [{name: c, image: "x:1"}]}}
  volumeClaimTemplates:
  - metadata: {name: bale}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 4Gi}}}
---
"""
CRON = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: feed, namespace: barn}
spec:
  schedule: "0 5 * * *"
  jobTemplate:
    spec:
      JOB
      template: {spec: {POD, restartPolicy: Never, containers: [{name: c, image: "x:1"}]}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: bin}
spec: {storageClassName: wood, accessModes: [ReadOnlyMany], capacity: {storage: 4Gi}, nfs: {server: "192.0.2.7", path: /x}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: bin, namespace: barn}
spec: {storageClassName: wood, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
"""
BEHIND = """
apiVersion: batch/v1
kind: Job
metadata: {name: mow, namespace: barn}
spec:
  suspend: SUSPEND
  template:
    metadata: {labels: {app: mow}}
    spec: {restartPolicy: Never, containers: [{name: c, image: "x:1", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: mow, namespace: barn}
spec: {selector: {app: mow}, ports: [{port: 80}]}
---
"""
BUDGET = """
apiVersion: v1
kind: Pod
metadata: {name: colt, namespace: barn, uid: u1, labels: {app: colt}}
spec: {nodeName: stall, containers: [{name: c, image: "x:1"}]}
status: {phase: PHASE, podIP: 10.0.0.7, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: colt, namespace: barn}
spec: {maxUnavailable: 0, selector: {matchLabels: {app: colt}}}
---
"""


def asked(folder: Path, text: str, *words: str) -> tuple[dict[str, Any], int]:
    (folder / "all.yaml").write_text(text)
    done = CliRunner().invoke(cli, [*words, str(folder / "all.yaml"), "-o", "json"])
    return json.loads(done.stdout), done.exit_code


def rules(folder: Path, text: str) -> list[str]:
    return [one["rule"] for one in asked(folder, text, "check")[0]["findings"]]


@pytest.mark.parametrize(("most", "kept_out"), [("3Gi", True), ("4Gi", False)])
def test_claims_that_a_range_refuses_keep_the_pods_of_a_set_out(tmp_path: Path, most: str, kept_out: bool) -> None:
    text = SET.replace("MOST", most)
    assert ("refused-in-context" in rules(tmp_path, text)) == kept_out
    applied, code = asked(tmp_path, text, "predict", "apply")
    says = "no Pod of StatefulSet 'barn/hay' is created: forbidden: maximum storage usage"
    assert (says in json.dumps(applied), code) == (kept_out, int(kept_out))
    placed, code = asked(tmp_path, text, "predict", "schedule", "--nodes", "2x4cpu,8Gi")
    assert (len(placed["placements"]), code) == ((0, 1) if kept_out else (2, 0))
    rollout, code = asked(tmp_path, text, "predict", "rollout")
    assert (rollout["rollouts"][0]["outcome"], code) == (("stuck", 1) if kept_out else ("done", 0))
    assert len(asked(tmp_path, text, "predict", "volumes")[0]["claims"]) == (0 if kept_out else 2)
    assert asked(tmp_path, text, "predict", "endpoints")[1] == int(kept_out)


def test_a_claim_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    there = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: bale-hay-0, namespace: barn, uid: c1}
spec: {accessModes: [ReadWriteOnce], volumeName: old, resources: {requests: {storage: 4Gi}}}
---
"""
    placed, _ = asked(tmp_path, SET.replace("MOST", "3Gi") + there, "predict", "schedule", "--nodes", "2x4cpu,8Gi")
    (told,) = placed["refused"]
    assert told["sentence"].startswith("1 of 2 Pods of StatefulSet 'barn/hay' are not created: claim bale-hay-1 ")
    assert [one["pod"] for one in placed["placements"]] == ["barn/hay-0"]


@pytest.mark.parametrize(
    ("job", "pod", "why"),
    [
        ("", "volumes: [{name: v, persistentVolumeClaim: {claimName: bin}}]", "claim barn/bin gets no volume"),
        ("suspend: true", "volumes: []", "suspended"),
        ("", "volumes: []", ""),
    ],
    ids=["claim", "suspended", "fine"],
)
def test_runs_whose_pods_never_run_are_told(tmp_path: Path, job: str, pod: str, why: str) -> None:
    text = CRON.replace("JOB", job).replace("POD", pod)
    found, code = asked(tmp_path, text, "predict", "cron", "--now", "2026-12-01T00:00:00Z", "--runs", "1")
    assert why in (found["cronjobs"][0]["without_pods"] or "")
    assert (bool(found["cronjobs"][0]["without_pods"]), code) == (bool(why), int(bool(why)))
    placed, _ = asked(tmp_path, text, "predict", "schedule", "--nodes", "2x4cpu,8Gi")
    assert [bool(one["node"]) for one in placed["placements"]] == ([] if job else [not why])


@pytest.mark.parametrize("suspended", [True, False])
def test_a_service_over_a_suspended_job_says_why_it_has_no_pods(tmp_path: Path, suspended: bool) -> None:
    found, code = asked(tmp_path, BEHIND.replace("SUSPEND", str(suspended).lower()), "predict", "endpoints")
    assert ("Job mow is suspended" in json.dumps(found), code) == (suspended, int(suspended))


@pytest.mark.parametrize(("phase", "blocks"), [("Succeeded", False), ("Running", True)])
def test_a_budget_lets_pods_go_that_have_ended(tmp_path: Path, phase: str, blocks: bool) -> None:
    text = BUDGET.replace("PHASE", phase)
    assert rules(tmp_path, text) == (["pdb-blocks-drain"] if blocks else [])
    assert asked(tmp_path, text, "predict", "drain")[1] == int(blocks)


@pytest.mark.parametrize("scaled", [True, False])
def test_a_route_to_a_workload_without_replicas_says_so(tmp_path: Path, scaled: bool) -> None:
    scaler = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: idle, namespace: barn}
spec:
  maxReplicas: 3
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: idle}
  metrics: [{type: External, external: {metric: {name: q}, target: {type: AverageValue, averageValue: 5}}}]
---
"""
    text = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: idle, namespace: barn}
spec:
  replicas: 0
  selector: {matchLabels: {app: idle}}
  template:
    metadata: {labels: {app: idle}}
    spec: {containers: [{name: c, image: "x:1", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: idle, namespace: barn}
spec: {selector: {app: idle}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: idle, namespace: barn}
spec: {ingressClassName: nginx, defaultBackend: {service: {name: idle, port: {number: 80}}}}
---
"""
    (tmp_path / "all.yaml").write_text(text + (scaler if scaled else ""))
    done = CliRunner().invoke(cli, ["predict", "route", "barn.test/", str(tmp_path / "all.yaml")])
    assert "Deployment idle asks for 0 Pods" in done.stdout
    assert "no workload" not in done.stdout
    assert done.exit_code == int(not scaled)
