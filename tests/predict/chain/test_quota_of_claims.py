"""Quotas of storage and of numbers of objects: what comes first takes the room, and every command says the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

QUOTA = """\
apiVersion: v1
kind: ResourceQuota
metadata: {{name: team, namespace: shop}}
spec: {{hard: {{{hard}}}}}
"""
DATABASE = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  replicas: 3
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: "x:1"}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}
"""
CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: {name}, namespace: shop{more}}}
spec: {{storageClassName: fast, accessModes: [ReadWriteOnce], resources: {{requests: {{storage: {size}}}}}}}
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop}}
spec:
  volumes: [{{name: v, persistentVolumeClaim: {{claimName: {name}}}}}]
  containers: [{{name: c, image: "x:1"}}]
"""
BALANCER = """\
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: shop}}
spec: {{type: LoadBalancer, selector: {{app: db}}, ports: [{{port: 80}}]}}
"""


def claim(name: str, size: str, more: str = "") -> str:
    return CLAIM.format(name=name, size=size, more=more)


def asked(folder: Path, command: str, *texts: str) -> dict[str, Any]:
    (folder / "all.yaml").write_text("---\n".join(texts))
    nodes = ["--nodes", "3x4cpu,8Gi"] if command != "endpoints" else []
    done = CliRunner().invoke(cli, ["predict", command, str(folder), *nodes, "--format", "json"])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def placed(folder: Path, *texts: str) -> dict[str, str | None]:
    answer = asked(folder, "schedule", *texts)
    return {one["pod"]: one["message"] for one in answer["placements"]}


def claims(folder: Path, *texts: str) -> list[str]:
    return [one["claim"] for one in asked(folder, "volumes", *texts)["claims"]]


@pytest.mark.parametrize(
    ("hard", "pods"),
    [
        ("requests.storage: 6Gi", 3),
        ("requests.storage: 5Gi", 2),
        ("fast.storageclass.storage.k8s.io/requests.storage: 3Gi", 1),
        ("slow.storageclass.storage.k8s.io/requests.storage: 3Gi", 3),
        ('persistentvolumeclaims: "0"', 0),
    ],
)
def test_a_statefulset_has_the_pods_whose_claims_find_room(tmp_path: Path, hard: str, pods: int) -> None:
    texts = (QUOTA.format(hard=hard), DATABASE)
    assert list(placed(tmp_path, *texts)) == [f"shop/db-{n}" for n in range(pods)]
    assert claims(tmp_path, *texts) == [f"shop/data-db-{n}" for n in range(pods)]


def test_claims_of_a_pod_that_is_refused_are_there_unless_they_are_refused(tmp_path: Path) -> None:
    assert claims(tmp_path, QUOTA.format(hard='pods: "1"'), DATABASE) == ["shop/data-db-0", "shop/data-db-1"]
    both = QUOTA.format(hard='pods: "1", requests.storage: 3Gi')
    assert claims(tmp_path, both, DATABASE) == ["shop/data-db-0"]


def test_claims_that_stand_beside_take_room_and_those_of_the_set_once(tmp_path: Path) -> None:
    quota = QUOTA.format(hard="requests.storage: 7Gi")
    assert len(placed(tmp_path, quota, claim("other", "2Gi"), DATABASE)) == 2
    assert len(placed(tmp_path, quota, claim("data-db-0", "2Gi", ", uid: u-1"), DATABASE)) == 3


def test_a_pod_waits_for_a_claim_that_a_quota_or_a_range_refuses(tmp_path: Path) -> None:
    most = (
        "apiVersion: v1\nkind: LimitRange\nmetadata: {name: most, namespace: shop}\n"
        "spec: {limits: [{type: PersistentVolumeClaim, max: {storage: 5Gi}}]}\n"
    )
    texts = [QUOTA.format(hard="requests.storage: 3Gi"), most]
    for name, size in (("huge", "8Gi"), ("first", "2Gi"), ("second", "2Gi"), ("third", "1Gi")):
        texts += [claim(name, size), POD.format(name=name)]
    found = placed(tmp_path, *texts)
    assert [name for name, message in found.items() if message is None] == ["shop/first", "shop/third"]
    assert 'persistentvolumeclaim "second" not found' in str(found["shop/second"])
    assert claims(tmp_path, *texts) == ["shop/first", "shop/third"]


def test_of_two_load_balancers_a_quota_of_one_takes_the_first(tmp_path: Path) -> None:
    texts = (QUOTA.format(hard='services.loadbalancers: "1"'), BALANCER.format(name="b"), BALANCER.format(name="a"))
    answer = asked(tmp_path, "endpoints", *texts)
    assert [one["service"] for one in answer["services"]] == ["shop/b"]
    done = CliRunner().invoke(cli, ["check", str(tmp_path), "--select", "refused-in-context"])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(("hard", "said"), [("requests.storage: 1Gi", True), ('pods: "5"', False)])
def test_that_claims_of_ephemeral_volumes_find_room_is_said(tmp_path: Path, hard: str, said: bool) -> None:
    wanted = "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}"
    ephemeral = POD.format(name="tmp").replace(
        "persistentVolumeClaim: {claimName: tmp}", f"ephemeral: {{volumeClaimTemplate: {{{wanted}}}}}"
    )
    for command in ("schedule", "volumes"):
        assumed = asked(tmp_path, command, QUOTA.format(hard=hard), ephemeral)["assumptions"]
        assert any("ephemeral volumes of Pod 'shop/tmp' (requests.storage)" in one for one in assumed) is said
