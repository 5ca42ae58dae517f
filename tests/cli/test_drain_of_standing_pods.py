"""``predict drain`` and ``schedule --what-if drain`` over what a cluster holds: filters of kubectl, states of Pods, budgets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

NODES = """
apiVersion: v1
kind: Node
metadata: {name: oak, labels: {kubernetes.io/hostname: oak}}
status: {allocatable: {cpu: "8", memory: 8Gi, pods: "50"}}
---
apiVersion: v1
kind: Node
metadata: {name: elm, labels: {kubernetes.io/hostname: elm}}
status: {allocatable: {cpu: "8", memory: 8Gi, pods: "50"}}
"""
OWNED = """
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: mill, namespace: wood, uid: d1}
spec:
  replicas: 2
  selector: {matchLabels: {app: mill}}
  template: {metadata: {labels: {app: mill}}, spec: {containers: [{name: c, image: "mill:1"}]}}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: mill-77
  namespace: wood
  uid: r1
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: mill, uid: d1, controller: true}]
spec:
  replicas: 2
  selector: {matchLabels: {app: mill, pod-template-hash: "77"}}
  template:
    metadata: {labels: {app: mill, pod-template-hash: "77"}}
    spec: {containers: [{name: c, image: "mill:1"}]}
"""
BY_MILL = "ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: mill-77, uid: r1, controller: true}]"
BY_DAEMONS = "ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: agent, uid: a1, controller: true}]"
BY_NODE = "ownerReferences: [{apiVersion: v1, kind: Node, name: oak, uid: n1, controller: true}]"
MIRROR = 'annotations: {kubernetes.io/config.mirror: "1f"}'


def pod(
    name: str, *metadata: str, phase: str = "Running", ready: bool = True, volumes: str = "", node: str = "oak"
) -> str:
    own = "".join(f", {one}" for one in metadata)
    at = f"nodeName: {node}, " if node else ""
    return f"""
---
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: wood, uid: u-{name}, labels: {{app: mill}}{own}}}
spec: {{{at}containers: [{{name: c, image: "mill:1"}}], volumes: [{volumes}]}}
status: {{phase: {phase}, conditions: [{{type: Ready, status: "{ready}"}}]}}
"""


def budget(spec: str) -> str:
    return (
        "\n---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: two, namespace: wood}\n"
        f"spec: {{{spec}, selector: {{matchLabels: {{app: mill}}}}}}\n"
    )


def drained(folder: Path, *texts: str) -> tuple[int, dict[str, dict[str, Any]], list[str]]:
    """The exit code, what becomes of each Pod, and what is assumed, with a cluster that holds some objects."""
    (folder / "cluster.yaml").write_text(NODES + "".join(texts))
    (folder / "own.yaml").write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: own, namespace: wood}}\n")
    words = ["predict", "drain", str(folder / "own.yaml"), "--cluster", str(folder / "cluster.yaml"), "-o", "json"]
    done = CliRunner().invoke(cli, words)
    data = json.loads(done.stdout)
    return done.exit_code, {name: one for one in data["evictions"] for name in one["pods"]}, data["assumptions"]


def test_pods_that_stand_are_counted_once_and_as_they_are(tmp_path: Path) -> None:
    code, pods, said = drained(
        tmp_path, OWNED, pod("mill-77-a", BY_MILL), pod("mill-77-b", BY_MILL), budget("minAvailable: 2")
    )
    assert (code, {name: one["code"] for name, one in pods.items()}) == (1, {"mill-77-a": 429, "mill-77-b": 429})
    assert "needs 2 healthy pods and has 2" in pods["mill-77-a"]["cause"]
    assert pods["mill-77-a"]["owner"] == "Deployment mill"
    assert any("Pods with a status are as it says" in text for text in said)
    assert not any("every Pod of the manifests is Ready" in text for text in said)


@pytest.mark.parametrize(
    ("policy", "ready_goes", "unready_goes"),
    [("", False, True), (", unhealthyPodEvictionPolicy: IfHealthyBudget", False, True)]
    + [(", unhealthyPodEvictionPolicy: AlwaysAllow", False, True)],
)
def test_an_unready_pod_goes_while_the_budget_is_kept(
    tmp_path: Path, policy: str, ready_goes: bool, unready_goes: bool
) -> None:
    texts = (OWNED, pod("mill-77-a", BY_MILL), pod("mill-77-b", BY_MILL, ready=False))
    _, pods, _ = drained(tmp_path, *texts, budget(f"minAvailable: 1{policy}"))
    assert [pods[f"mill-77-{x}"]["code"] == 201 for x in "ab"] == [ready_goes, unready_goes]


@pytest.mark.parametrize(("policy", "goes"), [("", False), (", unhealthyPodEvictionPolicy: AlwaysAllow", True)])
def test_an_unready_pod_of_a_broken_budget(tmp_path: Path, policy: str, goes: bool) -> None:
    texts = (OWNED, pod("mill-77-a", BY_MILL, ready=False), pod("mill-77-b", BY_MILL, ready=False))
    code, pods, _ = drained(tmp_path, *texts, budget(f"minAvailable: 1{policy}"))
    assert (code, pods["mill-77-a"]["code"] == 201) == (0 if goes else 1, goes)


@pytest.mark.parametrize("phase", ["Succeeded", "Failed", "Pending"])
def test_no_budget_guards_what_waits_or_has_ended(tmp_path: Path, phase: str) -> None:
    texts = (OWNED, pod("mill-77-a", BY_MILL), pod("mill-77-b", BY_MILL, phase=phase, ready=False))
    _, pods, _ = drained(tmp_path, *texts, budget("minAvailable: 5"))
    assert (pods["mill-77-a"]["code"], pods["mill-77-b"]["code"]) == (429, 201)


def test_no_budget_guards_what_goes_already(tmp_path: Path) -> None:
    leaving = 'deletionTimestamp: "2026-01-01T00:00:00Z"'
    texts = (OWNED, pod("mill-77-a", BY_MILL), pod("mill-77-b", BY_MILL, leaving))
    _, pods, _ = drained(tmp_path, *texts, budget("minAvailable: 2"))
    assert pods["mill-77-b"]["code"] == 201
    beside = drained(tmp_path, OWNED, pod("mill-77-b", BY_MILL, leaving), budget("maxUnavailable: 0"))
    assert beside[0] == 1, "the Pod that takes its place is not to go"


SCRATCH = "{name: s, emptyDir: {}}"


@pytest.mark.parametrize(
    ("text", "left", "scratch", "force"),
    [
        (pod("one", volumes=SCRATCH), "", True, True),
        (pod("one", phase="Succeeded", volumes=SCRATCH), "", False, False),
        (pod("one", phase="Failed", volumes=SCRATCH), "", False, False),
        (pod("one", BY_MILL, volumes=SCRATCH), "", True, False),
        (pod("one", BY_MILL, MIRROR), "mirrors of static Pods", False, False),
        (pod("one", BY_NODE, MIRROR, volumes=SCRATCH), "mirrors of static Pods", False, False),
        (pod("one", MIRROR, phase="Succeeded"), "mirrors of static Pods", False, False),
        (pod("one", BY_DAEMONS, volumes=SCRATCH), "DaemonSets", False, False),
        (pod("one", BY_DAEMONS, phase="Failed", volumes=SCRATCH), "", False, False),
        (pod("one", BY_DAEMONS, MIRROR), "DaemonSets", False, False),
        (pod("one", BY_MILL, phase="Pending", node=""), "no node", False, False),
    ],
)
def test_filters_are_those_of_kubectl(tmp_path: Path, text: str, left: str, scratch: bool, force: bool) -> None:
    one = drained(tmp_path, text)[1]["one"]
    assert (bool(left), scratch, force) == (one["left"], one["emptyDir"], one["force"])
    assert left in one["why"]


def test_a_left_pod_holds_no_drain_up(tmp_path: Path) -> None:
    assert drained(tmp_path, pod("one", BY_NODE, MIRROR), budget("minAvailable: 3"))[0] == 0
    assert drained(tmp_path, pod("one"), budget("minAvailable: 3"))[0] == 1


def test_pods_yet_to_be_made_count_beside_those_that_stand(tmp_path: Path) -> None:
    code, _, said = drained(tmp_path, OWNED, pod("mill-77-a", BY_MILL), budget("minAvailable: 1"))
    assert code == 0
    assert any("Pods that are not made yet are Ready" in text for text in said)
    assert drained(tmp_path, OWNED, pod("mill-77-a", BY_MILL), budget("minAvailable: 2"))[0] == 1


def test_the_scale_of_an_owner_elsewhere_is_assumed(tmp_path: Path) -> None:
    _, pods, said = drained(
        tmp_path, pod("mill-77-a", BY_MILL), pod("mill-77-b", BY_MILL), budget("maxUnavailable: 50%")
    )
    assert pods["mill-77-a"]["code"] == 201
    assert any("ReplicaSet wood/mill-77, which is not among the files, asks for as many Pods" in text for text in said)


def what_if(folder: Path, *texts: str) -> str:
    (folder / "all.yaml").write_text(NODES + "".join(texts))
    return CliRunner().invoke(cli, ["predict", "schedule", str(folder / "all.yaml"), "--what-if", "drain=oak"]).stdout


def test_a_what_if_knows_states_and_scratch_space(tmp_path: Path) -> None:
    ready, sick = pod("mill-77-a", BY_MILL), pod("mill-77-b", BY_MILL, node="elm", ready=False)
    said = what_if(tmp_path, OWNED, ready, sick, budget("minAvailable: 1"))
    assert "wood/mill-77-a on oak: The disruption budget two needs 1 healthy pods and has 1 currently" in said
    well = what_if(tmp_path, OWNED, ready, sick.replace('"False"', '"True"'), budget("minAvailable: 1"))
    assert "wood/mill-77-a: oak -> elm" in well
    assert "--delete-emptydir-data" not in well
    scratch = what_if(tmp_path, OWNED, pod("mill-77-a", BY_MILL, volumes=SCRATCH))
    assert (
        "kubectl drain is given --delete-emptydir-data: else it stops at the emptyDir volumes of wood/mill-77-a"
        in scratch
    )
