"""Pods that OrderedReady does not make are told of by every command in the same way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.commands import cli

SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: vault, namespace: bank}
spec:
  replicas: %(replicas)s
  podManagementPolicy: %(policy)s
  serviceName: vault
  selector: {matchLabels: {app: vault}}
  volumeClaimTemplates:
  - metadata: {name: box}
    spec: {storageClassName: iron, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
  template:
    metadata: {labels: {app: vault}}
    spec: {containers: [{name: c, image: "x:1", resources: {requests: {cpu: %(cpu)s}}}]}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: iron}
provisioner: %(provisioner)s
volumeBindingMode: %(mode)s
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: vault, namespace: bank}
spec: {clusterIP: None, selector: {app: vault}, ports: [{port: 80}]}
"""
NODE = """
apiVersion: v1
kind: Node
metadata: {name: hall, labels: {kubernetes.io/hostname: hall}}
status: {capacity: {cpu: 4, memory: 8Gi, pods: 20}, allocatable: {cpu: 4, memory: 8Gi, pods: 20}}
"""
VOLUME = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: %s}
spec: {storageClassName: iron, accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, nfs: {server: s.test, path: /}}
"""
UNREADY = """
apiVersion: v1
kind: Pod
metadata:
  name: vault-0
  namespace: bank
  uid: v-0
  labels: {app: vault}
  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: vault, uid: v, controller: true}]
spec: {nodeName: hall, containers: [{name: c, image: "x:1", resources: {requests: {cpu: 1}}}]}
status: {phase: Running, conditions: [{type: Ready, status: "False"}]}
"""


def vault(
    replicas: int = 3,
    cpu: int = 3,
    policy: str = "OrderedReady",
    provisioner: str = "iron.test",
    mode: str = "Immediate",
) -> str:
    return SET % {"replicas": replicas, "cpu": cpu, "policy": policy, "provisioner": provisioner, "mode": mode}


class Commands:
    """Commands over the objects of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, *texts: str) -> str:
        path = self.folder / name
        path.write_text("---".join(texts), encoding="utf-8")
        return str(path)

    def run(self, *words: str) -> Result:
        done = CliRunner().invoke(cli, list(words))
        assert done.exit_code in (0, 1), done.output
        return done

    def data(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--format", "json").stdout)


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return Commands(tmp_path)


@pytest.mark.parametrize("mode", ["Immediate", "WaitForFirstConsumer"])
@pytest.mark.parametrize(
    ("cpu", "policy", "made", "held"),
    [(3, "OrderedReady", 2, 1), (5, "OrderedReady", 1, 2), (1, "OrderedReady", 3, 0), (5, "Parallel", 3, 0)],
)
def test_claims_come_with_the_pods_that_are_made(
    commands: Commands, cpu: int, policy: str, made: int, held: int, mode: str
) -> None:
    file = commands.write("all.yaml", vault(cpu=cpu, policy=policy, mode=mode), NODE)
    schedule, volumes = commands.data("predict", "schedule", file), commands.data("predict", "volumes", file)
    pods = [one["pod"].partition("/")[2] for one in schedule["placements"]]
    assert [one["claim"] for one in volumes["claims"]] == [f"bank/box-{pod}" for pod in pods]
    assert (len(pods), len(volumes["not_made"])) == (made, held)
    assert [one["claim"] for one in volumes["not_made"]] == [f"bank/box-vault-{n}" for n in range(made, 3)]
    assert len(schedule["not_created"]) == bool(held)


def test_claims_of_pods_that_are_not_made_leave_their_volumes_to_others(commands: Commands) -> None:
    other = vault(1, 1, provisioner="kubernetes.io/no-provisioner").replace("vault", "ark").partition("---")[0]
    text = vault(cpu=3, provisioner="kubernetes.io/no-provisioner")
    file = commands.write("all.yaml", text, NODE, other, *(VOLUME % name for name in ("one", "two", "three")))
    volumes = commands.data("predict", "volumes", file)
    assert {one["claim"] for one in volumes["claims"]} == {"bank/box-vault-0", "bank/box-vault-1", "bank/box-ark-0"}
    assert all(one["outcome"] == "bound" for one in volumes["claims"])
    assert len({one["volume"] for one in volumes["claims"]}) == 3
    placed = {one["pod"]: one["node"] for one in commands.data("predict", "schedule", file)["placements"]}
    assert placed == {"bank/vault-0": "hall", "bank/ark-0": "hall", "bank/vault-1": None}


def test_without_nodes_a_claim_without_a_volume_ends_it(commands: Commands) -> None:
    file = commands.write("all.yaml", vault(provisioner="kubernetes.io/no-provisioner"), VOLUME % "one")
    volumes = commands.data("predict", "volumes", file)
    assert [(one["claim"], one["outcome"]) for one in volumes["claims"]] == [
        ("bank/box-vault-0", "bound"),
        ("bank/box-vault-1", "pending"),
    ]
    assert [one["claim"] for one in volumes["not_made"]] == ["bank/box-vault-2"]
    shown = commands.run("predict", "volumes", file).stdout
    assert "not made: claim bank/box-vault-2: vault-2 waits for vault-1: OrderedReady" in shown
    asked = CliRunner().invoke(cli, ["predict", "volumes", file, "--claim", "box-vault-2"])
    assert "is not made: vault-2 waits for vault-1" in asked.output


def test_a_claim_of_a_later_pod_comes_after_those_of_other_workloads(commands: Commands) -> None:
    other = vault(1, 1, provisioner="kubernetes.io/no-provisioner").replace("vault", "ark").partition("---")[0]
    file = commands.write(
        "all.yaml", vault(2, provisioner="kubernetes.io/no-provisioner"), other, VOLUME % "one", VOLUME % "two"
    )
    found = {one["claim"]: one["outcome"] for one in commands.data("predict", "volumes", file)["claims"]}
    assert found == {"bank/box-vault-0": "bound", "bank/box-ark-0": "bound", "bank/box-vault-1": "pending"}


def test_a_standing_pod_that_is_not_ready_holds_back_in_every_answer(commands: Commands) -> None:
    file, cluster = commands.write("all.yaml", vault(cpu=1), SERVICE), commands.write("cluster.yaml", NODE, UNREADY)
    over = ("--cluster", cluster)
    schedule = commands.run("predict", "schedule", file, *over)
    assert schedule.exit_code == 1
    assert "no Pod to place: 1 Pod on their nodes already, 2 not created yet" in schedule.stdout
    assert "vault-1, vault-2 wait for vault-0, which is not Ready" in schedule.stdout
    volumes = commands.data("predict", "volumes", file, *over)
    assert [one["claim"] for one in volumes["claims"]] == ["bank/box-vault-0"]
    assert all("which is not Ready" in one["why"] for one in volumes["not_made"])
    assert "fit on no node" not in commands.run("check", file, *over, "--select", "unschedulable").stdout
    events = commands.write("calm.yaml", "scenario: calm\nworld: []\nevents: []\n")
    played = commands.run("simulate", events, file, *over)
    assert "Pod 'bank/vault-0' is not Ready in the cluster: a scenario begins at rest" in played.stderr


def test_the_rule_counts_the_pods_that_are_not_made(commands: Commands) -> None:
    other = vault(1, 1).replace("vault", "ark").partition("---")[0]
    file = commands.write("all.yaml", vault(cpu=3), NODE, other)
    assert "1 of its 3 Pods fit on no node" in commands.run("check", file, "--select", "unschedulable").stdout


@pytest.mark.parametrize(("cpu", "ready"), [(3, 1), (5, 0), (1, 3)])
def test_a_rollout_ends_where_the_placement_ends(commands: Commands, cpu: int, ready: int) -> None:
    file = commands.write("all.yaml", vault(cpu=cpu), NODE)
    rollout = commands.run("predict", "rollout", file)
    placed = [one for one in commands.data("predict", "schedule", file)["placements"] if one["node"]]
    assert len(placed) == ready
    assert (rollout.exit_code == 0) is (ready == 3)
    assert f"{ready} ready of {min(ready + 1, 3)}" in rollout.stdout
    assert f"{ready + 1} ready" not in rollout.stdout


def test_a_plan_names_the_pod_that_finds_no_node_and_none_that_is_not_made(commands: Commands) -> None:
    old, new = commands.write("old.yaml", vault(1, cpu=3), NODE), commands.write("new.yaml", vault(4, cpu=3), NODE)
    told = commands.run("plan", old, new).stdout
    assert "Pod bank/vault-1" in told
    assert "Pod bank/vault-2" not in told
    more = commands.write("more.yaml", vault(5, cpu=3), NODE)
    assert "finds no node" not in commands.run("plan", new, more).stdout


@pytest.mark.parametrize(
    ("status", "going", "there"),
    [("Running", True, True), ("Failed", False, True), ("Failed", True, True), (None, False, False)],
)
def test_a_pod_that_stands_has_its_claims_whatever_it_waits_for(
    commands: Commands, status: str | None, going: bool, there: bool
) -> None:
    later = UNREADY.replace("vault-0", "vault-1").replace("v-0", "v-1").replace("Running", status or "")
    if going:
        later = later.replace("  uid:", '  deletionTimestamp: "2026-01-01T00:00:00Z"\n  uid:')
    file = commands.write("all.yaml", vault(2, cpu=1))
    cluster = commands.write("cluster.yaml", NODE, UNREADY, *([later] if status else []))
    volumes = commands.data("predict", "volumes", file, "--cluster", cluster)
    assert [one["claim"] for one in volumes["claims"]] == [f"bank/box-vault-{n}" for n in range(1 + there)]
    assert len(commands.data("predict", "schedule", file, "--cluster", cluster)["not_created"]) > 0
