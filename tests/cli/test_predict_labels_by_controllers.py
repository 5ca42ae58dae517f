"""Labels that controllers give Pods count in every prediction."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.predict import command

NUMBERED = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  replicas: 2
  serviceName: store
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec: {containers: [{name: c, image: x, ports: [{containerPort: 6379}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: first}
spec: {ports: [{port: 6379}], selector: {statefulset.kubernetes.io/pod-name: NAME}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: seed}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: first-for-seed}
spec:
  podSelector: {matchLabels: {apps.kubernetes.io/pod-index: "0"}}
  ingress: [{from: [{podSelector: {matchLabels: {batch.kubernetes.io/job-name: seed}}}]}]
"""


def ask(tmp_path: Path, name: str, *words: str) -> Result:
    (tmp_path / "a.yaml").write_text(NUMBERED.replace("NAME", name))
    return CliRunner().invoke(command, [*words, str(tmp_path)])


@pytest.mark.parametrize(("name", "code", "told"), [("store-1", 0, "Pod store-1:6379"), ("store-2", 1, "Pods 0 to 1")])
def test_a_service_for_one_pod_of_a_stateful_set(tmp_path: Path, name: str, code: int, told: str) -> None:
    result = ask(tmp_path, name, "endpoints")
    assert result.exit_code == code
    assert told in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("ends", "code"), [("seed -> store-0:6379", 0), ("store-1 -> store-0:6379", 1), ("store-0 -> store-1:6379", 0)]
)
def test_policies_that_tell_pods_of_one_stateful_set_apart(tmp_path: Path, ends: str, code: int) -> None:
    assert ask(tmp_path, "store-0", "connect", ends).exit_code == code
