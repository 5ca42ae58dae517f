"""Predictions about workloads without Pods: nobody to connect to, nothing to evict, nothing to place."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.commands import cli

MEMBERS = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: team}
spec: {hard: {limits.memory: 4Gi, requests.cpu: "2"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: desk}
spec:
  selector: {matchLabels: {app: desk}}
  template:
    metadata: {labels: {app: desk}}
    spec: {containers: [{name: main, image: "shop/desk:1", resources: {limits: {memory: 1Gi, cpu: 1}}}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: night}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "shop/night:1", resources: {RESOURCES}}]}}}
"""
SILENT = MEMBERS.replace("{RESOURCES}", "{}")
LARGE = MEMBERS.replace("{RESOURCES}", "{limits: {memory: 5Gi, cpu: 100m}}")
FITTING = MEMBERS.replace("{RESOURCES}", "{limits: {memory: 1Gi, cpu: 100m}}")


def _run(text: str, folder: Path, *words: str) -> Result:
    file = folder / "all.yaml"
    file.write_text(text)
    return CliRunner().invoke(cli, [*words, str(file), "--isolated"])


def test_a_rollout_tells_what_is_refused_of_the_others(tmp_path: Path) -> None:
    done = _run(SILENT, tmp_path, "predict", "rollout")
    assert "refused: no Pod of CronJob 'default/night' is created" in done.output
    assert "must specify limits.memory for: main; requests.cpu for: main" in done.output
    assert done.exit_code == 1  # what rolls out does so, and something is refused beside it
    assert "refused" not in _run(FITTING, tmp_path, "predict", "rollout").output


def test_a_quota_is_told_in_its_own_notation(tmp_path: Path) -> None:
    done = _run(LARGE, tmp_path, "predict", "apply")
    assert "exceeded quota: team, requested: limits.memory=5Gi of 4Gi" in done.output


@pytest.mark.parametrize(
    ("text", "said"), [(SILENT, "would go through, but nobody is there:"), (FITTING, "goes through")]
)
def test_connect_does_not_say_that_it_goes_through_to_nobody(tmp_path: Path, text: str, said: str) -> None:
    done = _run(text, tmp_path, "predict", "connect", "desk -> night")
    first = next(line for line in done.output.splitlines() if "desk[Deployment] ->" in line)
    assert first.startswith(said)
    assert done.exit_code == (1 if text is SILENT else 0)


@pytest.mark.parametrize(("schedule", "pods"), [("0 3 * * *", 2), ("0 3 30 2 *", 1)])
def test_a_cron_job_that_never_runs_is_not_placed(tmp_path: Path, schedule: str, pods: int) -> None:
    done = _run(FITTING.replace("0 3 * * *", schedule), tmp_path, "predict", "schedule")
    assert f"{pods} Pod{'s' if pods > 1 else ''} on 3 nodes" in done.output
    assert ("its schedule names no day that exists" in done.output) == (pods == 1)


GATE = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: gate}
spec:
  updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  selector: {matchLabels: {app: gate}}
  template:
    metadata: {labels: {app: gate}}
    spec: {containers: [{name: main, image: "shop/gate:1", ports: [{containerPort: 80, hostPort: 80}]}]}
---
apiVersion: v1
kind: Node
metadata: {name: hall}
status: {allocatable: {cpu: "1", memory: 1Gi, pods: "9"}}
"""


@pytest.mark.parametrize(
    ("more", "why"), [("", "asks for the host port"), (", resources: {requests: {cpu: 3}}", "room for 0")]
)
def test_a_daemon_that_waits_for_its_own_port_says_so_where_nodes_are_known(
    tmp_path: Path, more: str, why: str
) -> None:
    text = GATE if not more else GATE.replace("maxSurge: 1, maxUnavailable: 0", "maxUnavailable: 1")
    (tmp_path / "old.yaml").write_text(text)
    (tmp_path / "new.yaml").write_text(text.replace('gate:1"', f'gate:2"{more}'))
    words = ["predict", "rollout", str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml"), "--isolated"]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 1
    assert why in next(line for line in done.output.splitlines() if line.startswith("stuck"))


def test_an_autoscaler_that_cannot_read_its_metric_ends_with_1_with_readings_too(tmp_path: Path) -> None:
    text = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: desk}
spec:
  maxReplicas: 3
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: desk}
  metrics: [{type: Resource, resource: {name: memory, target: {type: Utilization, averageUtilization: 70}}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: desk}
spec:
  selector: {matchLabels: {app: desk}}
  template:
    metadata: {labels: {app: desk}}
    spec: {containers: [{name: main, image: "shop/desk:1", resources: {REQUESTS}}]}
"""
    for requests, code in (("{requests: {cpu: 1}}", 1), ("{requests: {memory: 1Gi}}", 0)):
        done = _run(text.replace("{REQUESTS}", requests), tmp_path, "predict", "hpa", "--usage", "memory=90")
        assert done.exit_code == code, done.output
