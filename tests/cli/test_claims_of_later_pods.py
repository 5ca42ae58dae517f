"""A StatefulSet of which the first claims are there and a LimitRange refuses the others: its later Pods never come."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

SET = """
apiVersion: v1
kind: LimitRange
metadata: {name: loft, namespace: barn}
spec: {limits: [{type: PersistentVolumeClaim, max: {storage: MOST}}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: oats, namespace: barn}
spec:
  serviceName: oats
  replicas: 3
  selector: {matchLabels: {app: oats}}
  template: {metadata: {labels: {app: oats}}, spec: {containers: [{name: c, image: "x:1"}]}}
  volumeClaimTemplates:
  - metadata: {name: sack}
    spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 4Gi}}}
"""
THERE = """
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: sack-oats-NUMBER, namespace: barn, uid: u-NUMBER, resourceVersion: "7"}
spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}
"""


@pytest.mark.parametrize(("most", "there", "pods"), [("2Gi", 1, 1), ("2Gi", 2, 2), ("2Gi", 3, 3), ("8Gi", 1, 3), ("2Gi", 0, 0)])  # fmt: skip
def test_pods_come_up_to_the_claim_that_is_refused(tmp_path: Path, most: str, there: int, pods: int) -> None:
    file = tmp_path / "a.yaml"
    text = SET.replace("MOST", most) + "".join(THERE.replace("NUMBER", str(number)) for number in range(there))
    file.write_text(text, encoding="utf-8")
    out = CliRunner().invoke(cli, ["predict", "schedule", "--isolated", "--nodes", "3x4cpu,8Gi", str(file)]).stdout
    last = f"barn/oats-{pods}"
    told = f"{3 - pods} of 3 Pods of StatefulSet 'barn/oats' are not created: claim sack-oats-{pods} is forbidden: "
    assert (told in " ".join(out.split())) is (0 < pods < 3)
    assert last not in out
    assert ("barn/oats-0" in out) is (pods > 0)
    volumes = CliRunner().invoke(cli, ["predict", "volumes", "--isolated", str(file)]).stdout
    assert volumes.count("claim barn/sack-oats-") == pods
