"""Quotas with room for some of the Pods: every command stops at the same number."""

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
spec: {{hard: {{requests.cpu: "{cpu}"}}}}
"""
WORKLOAD = """\
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, namespace: shop}}
spec:
  replicas: {replicas}
  serviceName: web
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: c, image: "x:1", resources: {{requests: {{cpu: 300m}}}}}}]}}
"""
JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: web, namespace: shop}
spec:
  parallelism: 5
  completions: 5
  template:
    spec: {restartPolicy: Never, containers: [{name: c, image: "x:1", resources: {requests: {cpu: 300m}}}]}
"""


def workload(kind: str = "Deployment", replicas: int = 5, name: str = "web") -> str:
    text = WORKLOAD.format(kind=kind, name=name, replicas=replicas)
    return text if kind == "StatefulSet" else text.replace("  serviceName: web\n", "")


def ask(folder: Path, command: str, *texts: str) -> tuple[dict[str, Any], int]:
    (folder / "all.yaml").write_text("---\n".join(texts))
    done = CliRunner().invoke(cli, [*command.split(), str(folder), "--format", "json"])
    return json.loads(done.stdout), done.exit_code


def rules(folder: Path, *texts: str) -> list[str]:
    (folder / "all.yaml").write_text("---\n".join(texts))
    done = CliRunner().invoke(cli, ["check", str(folder), "-o", "json"])
    return [one["rule"] for one in json.loads(done.stdout)["findings"]]


@pytest.mark.parametrize(
    ("text", "rule", "code"),
    [
        (workload("Deployment"), ["rollout-never-finishes"], 1),
        (workload("StatefulSet"), ["refused-in-context"], 1),
        (JOB, [], 0),
    ],
    ids=["Deployment", "StatefulSet", "Job"],
)
def test_all_answers_stop_at_the_same_number(tmp_path: Path, text: str, rule: list[str], code: int) -> None:
    quota = QUOTA.format(cpu="1")
    placed, _ = ask(tmp_path, "predict schedule --nodes 2x4cpu,8Gi", quota, text)
    assert len(placed["placements"]) == 3
    assert "2 of 5 Pods" in placed["refused"][0]["sentence"]
    rollout, ended = ask(tmp_path, "predict rollout", quota, text)
    assert ended == code
    assert "room for 3 of these Pods" in json.dumps(rollout)
    assert rules(tmp_path, quota, text) == rule
    drain, _ = ask(tmp_path, "predict drain", quota, text)
    assert drain["refused"] == placed["refused"]


def test_with_room_for_all_nothing_is_said(tmp_path: Path) -> None:
    quota = QUOTA.format(cpu="2")
    for kind in ("Deployment", "StatefulSet"):
        placed, _ = ask(tmp_path, "predict schedule --nodes 2x4cpu,8Gi", quota, workload(kind))
        assert (len(placed["placements"]), placed["refused"]) == (5, [])
        assert ask(tmp_path, "predict rollout", quota, workload(kind))[1] == 0


def test_of_two_that_share_a_quota_the_first_in_the_files_comes_first(tmp_path: Path) -> None:
    quota = QUOTA.format(cpu="1500m")
    texts = (quota, workload(replicas=3), workload(replicas=3, name="api"))
    placed, _ = ask(tmp_path, "predict schedule --nodes 2x4cpu,8Gi", *texts)
    owners = [one["owner"] for one in placed["placements"]]
    assert (owners.count("Deployment 'shop/web'"), owners.count("Deployment 'shop/api'")) == (3, 2)
    assert any("first in the files comes first" in text for text in placed["assumptions"])
    stateful = (quota, workload("StatefulSet", 3), workload("StatefulSet", 3, "api"))
    assert rules(tmp_path, *stateful) == []  # which of the two lacks a Pod rests on who comes first
    rollouts, code = ask(tmp_path, "predict rollout", *stateful)
    assert ([one["outcome"] for one in rollouts["rollouts"]], code) == (["done", "stuck"], 1)


def test_pods_that_stand_hold_their_room_before_those_to_come(tmp_path: Path) -> None:
    pod = """\
apiVersion: v1
kind: Pod
metadata:
  name: {name}
  namespace: shop
  uid: {name}
  labels: {{app: old}}
  ownerReferences: [{{apiVersion: apps/v1, kind: {kind}, name: {owner}, uid: o, controller: true}}]
spec: {{nodeName: n, containers: [{{name: c, image: "x:1", resources: {{requests: {{cpu: 300m}}}}}}]}}
status: {{phase: {phase}}}
"""
    cluster = tmp_path / "cluster.yaml"
    held = [
        QUOTA.format(cpu="1200m"),
        workload("StatefulSet", 2, "old").replace("namespace: shop", "namespace: shop, uid: o", 1),
        *(pod.format(name=f"old-{n}", kind="StatefulSet", owner="old", phase="Running") for n in (0, 1)),
        pod.format(name="strange-x", kind="Widget", owner="strange", phase="Running"),
        pod.format(name="over-x", kind="Job", owner="over", phase="Succeeded"),
    ]
    cluster.write_text("---\n".join(held))
    folder = tmp_path / "files"
    folder.mkdir()
    placed, code = ask(folder, f"predict schedule --nodes 2x4cpu,8Gi --cluster {cluster}", workload(replicas=3))
    assert ([one["owner"] for one in placed["placements"]].count("Deployment 'shop/web'"), code) == (1, 1)
    told = [one["sentence"] for one in placed["refused"]]
    assert [text.partition(":")[0] for text in told] == ["2 of 3 Pods of Deployment 'shop/web' are not created"]
    rollout, code = ask(folder, f"predict rollout --cluster {cluster}", workload(replicas=3))
    assert ([one["outcome"] for one in rollout["rollouts"]], code) == (["stuck"], 1)
    done = CliRunner().invoke(cli, ["check", str(folder), "--cluster", str(cluster), "-o", "json"])
    assert "room for 1 of these Pods" in done.stdout
