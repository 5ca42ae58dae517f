"""Drains, budgets and played clusters start from the Pods that quotas, probes and keys leave."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from kubelens.cli.commands import cli

NODES = """\
apiVersion: v1
kind: Node
metadata: {name: north}
status: {allocatable: {cpu: "8", memory: 16Gi, pods: "50"}}
---
apiVersion: v1
kind: Node
metadata: {name: south}
status: {allocatable: {cpu: "8", memory: 16Gi, pods: "50"}}
---
"""
MILL = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: mill, namespace: town}
spec:
  replicas: 4
  selector: {matchLabels: {app: mill}}
  template:
    metadata: {labels: {app: mill}}
    spec:
      containers: [{name: main, image: "town/mill:1", ports: [{name: http, containerPort: 80}]}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: mill, namespace: town}
spec: {minAvailable: 3, selector: {matchLabels: {app: mill}}}
"""
QUOTA = """\
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: gate, namespace: town}
spec: {hard: {pods: "3"}}
"""


def _drain(tmp_path: Path, text: str) -> tuple[int, dict[str, object]]:
    (tmp_path / "town.yaml").write_text(text)
    found = CliRunner().invoke(cli, ["predict", "drain", str(tmp_path / "town.yaml"), "-o", "json"])
    (one,) = json.loads(found.stdout)["evictions"]
    return found.exit_code, one


def test_pods_that_a_quota_keeps_out_are_not_healthy(tmp_path: Path) -> None:
    code, one = _drain(tmp_path, MILL + QUOTA)
    assert (code, one["code"]) == (1, 429)
    assert one["budgets"][0]["healthy"] == 3
    code, one = _drain(tmp_path, MILL)
    assert (code, one["code"]) == (0, 201)


def test_check_says_so_too(tmp_path: Path) -> None:
    (tmp_path / "town.yaml").write_text(MILL + QUOTA)
    found = CliRunner().invoke(cli, ["check", str(tmp_path / "town.yaml"), "--select", "pdb-blocks-drain"])
    assert "lets no Pod go of Deployment mill" in found.stdout
    assert "there are 3: 1 of 4 Pods" in found.stdout
    (tmp_path / "town.yaml").write_text(MILL)
    found = CliRunner().invoke(cli, ["check", str(tmp_path / "town.yaml"), "--select", "pdb-blocks-drain"])
    assert "lets no Pod go" not in found.stdout


def test_pods_that_are_never_ready_are_not_healthy(tmp_path: Path) -> None:
    probed = MILL.replace("containerPort: 80}]", "containerPort: 80}], readinessProbe: {httpGet: {port: web}}")
    code, one = _drain(tmp_path, probed)
    assert (code, one["code"]) == (1, 429)
    allowed = probed.replace("minAvailable: 3,", "minAvailable: 3, unhealthyPodEvictionPolicy: AlwaysAllow,")
    assert _drain(tmp_path, allowed)[0] == 0


LOOP = "until nc -z mill 80; do sleep 2; done"
WELL = """\
---
apiVersion: v1
kind: Service
metadata: {name: mill, namespace: town}
spec: {selector: {app: mill}, ports: [{port: 80}]}
"""


def _waiting(command: str) -> str:
    init = f'initContainers: [{{name: hold, image: "town/tools:1", command: [sh, -c, {json.dumps(command)}]}}]\n      '
    return MILL.replace("containers: [", f"{init}containers: [", 1) + WELL


def _rollout(tmp_path: Path, text: str) -> tuple[int, str]:
    (tmp_path / "town.yaml").write_text(text)
    found = CliRunner().invoke(cli, ["predict", "rollout", str(tmp_path / "town.yaml")])
    return found.exit_code, found.stdout


def test_pods_that_wait_for_themselves_never_start(tmp_path: Path) -> None:
    code, told = _rollout(tmp_path, _waiting(LOOP))
    assert code == 1
    assert "init container 'hold' waits for its own Pods, behind Service 'mill'" in told
    code, one = _drain(tmp_path, _waiting(LOOP))
    assert (code, one["code"]) == (0, 201)
    assert one["budgets"][0]["healthy"] == 0


def test_a_wait_that_ends_or_that_others_end_is_none(tmp_path: Path) -> None:
    assert _rollout(tmp_path, _waiting("for i in 1 2 3; do nc -z mill 80 && break; sleep 2; done"))[0] == 0
    assert _rollout(tmp_path, _waiting("until nc -z mill 80 || [ $((n+=1)) -gt 9 ]; do sleep 2; done"))[0] == 0
    assert (
        _rollout(tmp_path, _waiting("until nc -z mill 80; do sleep 2; n=$((n+1)); [ $n -gt 9 ] && exit 0; done"))[0]
        == 0
    )
    others = WELL.replace("selector: {app: mill}", "selector: {app: well}")
    assert _rollout(tmp_path, _waiting(LOOP).replace(WELL, others))[0] == 0


def test_pods_that_no_quota_lets_in_are_not_stuck_for_another_reason(tmp_path: Path) -> None:
    closed = QUOTA.replace('pods: "3"', "requests.storage: 1Gi, pods: PODS")
    crowd = MILL.partition("---")[0].replace("mill", "hall")
    code, told = _rollout(
        tmp_path, closed.replace("PODS", '"4"').lstrip("-\n") + "---\n" + crowd + "---\n" + _waiting(LOOP)
    )
    assert code == 1
    (stuck,) = [line for line in told.splitlines() if line.startswith("stuck")]
    assert "ResourceQuota 'gate' allows pods: 4, room for 0" in stuck
