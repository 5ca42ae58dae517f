"""``lifecycle`` and ``variables`` of workloads none of whose Pods runs: said as what is taken for granted, with why."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

POD = 'containers: [{name: c, image: "x:1", env: [{name: A, value: b}]}]'
DEPLOYMENT = f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: oven, namespace: mill}}
spec:
  replicas: REPLICAS
  selector: {{matchLabels: {{app: oven}}}}
  template: {{metadata: {{labels: {{app: oven}}}}, spec: {{EXTRA{POD}}}}}
"""
JOB = f"""
apiVersion: batch/v1
kind: Job
metadata: {{name: oven, namespace: mill}}
spec: {{suspend: SUSPEND, template: {{spec: {{restartPolicy: Never, {POD}}}}}}}
STATUS
"""
CRON = f"""
apiVersion: batch/v1
kind: CronJob
metadata: {{name: oven, namespace: mill}}
spec:
  suspend: true
  schedule: "0 5 * * *"
  jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: Never, {POD}}}}}}}}}
"""
CLAIM = """
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: flour, namespace: mill}
spec: {storageClassName: sack, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: sack}
provisioner: kubernetes.io/no-provisioner
"""
FLOUR = "volumes: [{name: v, persistentVolumeClaim: {claimName: flour}}], "
COMPLETE = 'status: {conditions: [{type: Complete, status: "True"}]}'


def _deployment(replicas: int = 2, extra: str = "") -> str:
    return DEPLOYMENT.replace("REPLICAS", str(replicas)).replace("EXTRA", extra)


def _job(suspend: str, status: str = "") -> str:
    return JOB.replace("SUSPEND", suspend).replace("STATUS", status)


@pytest.mark.parametrize("question", ["lifecycle", "variables"])
@pytest.mark.parametrize(
    ("text", "why"),
    [
        (_deployment(0), "Deployment oven asks for 0 Pods"),
        (_deployment(extra="schedulingGates: [{name: a/b}], "), "Scheduling is blocked due to non-empty scheduling gates"),
        (_deployment(extra=FLOUR) + CLAIM, "claim mill/flour gets no volume"),
        (_job("true"), "Job oven is suspended"),
        (_job("false", COMPLETE), "Job mill/oven has ended (condition Complete)"),
        (CRON, "CronJob oven is suspended"),
        (_deployment(), ""),
        (_job("false"), ""),
        (CRON.replace("suspend: true", "suspend: false"), ""),
    ],
)  # fmt: skip
def test_it_is_said_that_no_pod_runs_and_why(tmp_path: Path, question: str, text: str, why: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(cli, ["predict", question, "oven", str(file), "--isolated"])
    said = [line for line in done.stdout.splitlines() if "a Pod of it runs, and none does: " in line]
    assert len(said) == (1 if why else 0)
    assert all(why in line for line in said)
    assert done.exit_code == 0
