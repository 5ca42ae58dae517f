"""What a kubelet takes and rejects: Pods that name their node, and what no scheduler looks at."""

from __future__ import annotations

import json

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.chain.moved import Moved
from kubelens.predict.chain.placed import Placed
from kubelens.predict.cluster.ready_made import ready_made
from kubelens.predict.cluster.simulation import simulate
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.predict.scheduler.placement import Placement
from kubelens.testing import bundle_from_text

NODE = """
apiVersion: v1
kind: Node
metadata: {name: one, labels: {kubernetes.io/hostname: one, kubernetes.io/os: linux, disk: hdd}}
spec: {taints: [{key: gone, effect: NoExecute}, {key: full, effect: NoSchedule}]}
status: {allocatable: {cpu: "4", memory: 8Gi, pods: "3", example.com/card: "1"}}
"""


def pod(name: str = "new", spec: str = "", requests: str = "{}", metadata: str = "", node: str = "one") -> str:
    return f"""
---
apiVersion: v1
kind: Pod
metadata: {{name: {name}, {metadata}}}
spec:
  nodeName: {node}
  tolerations: [{{key: gone, operator: Exists}}]
  containers: [{{name: c, image: "x:1", resources: {{requests: {requests}, limits: {requests}}}}}]
  {spec}
"""


def placed(text: str) -> dict[str, Placement]:
    return {p.pod.name: p for p in Oracle(bundle_from_text(text))(Placed()).answer.placements}


def test_a_pod_that_names_its_node_goes_past_taints_for_scheduling() -> None:
    found = placed(NODE + pod())["new"]
    assert (found.chosen, found.message) == ("one", "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            pod(requests="{cpu: 5}"),
            "OutOfcpu: Node didn't have enough resource: cpu, requested: 5000, used: 0, capacity: 4000",
        ),
        (pod(requests="{memory: 9Gi}"), "OutOfmemory: "),
        (pod(requests="{example.com/card: 2}"), "OutOfexample.com/card: "),
        (pod(spec="nodeSelector: {disk: ssd}"), "NodeAffinity: Predicate NodeAffinity failed: "),
        (pod(spec="os: {name: windows}"), "PodOSNotSupported: "),
        (pod(metadata="labels: {kubernetes.io/os: windows}"), "PodOSSelectorNodeLabelDoesNotMatch: "),
        (pod().replace("key: gone", "key: other"), "TaintToleration: Predicate TaintToleration failed: "),
        (pod("a") + pod("b") + pod("c") + pod(), "OutOfpods: "),
    ],
)
def test_a_kubelet_rejects_what_its_node_cannot_take(text: str, reason: str) -> None:
    found = placed(NODE + text)["new"]
    assert found.chosen == ""
    assert found.rejected_on == "one"
    assert f"the kubelet of one rejects it: {reason}" in found.message


def test_an_extended_resource_that_a_node_does_not_know_is_none_of_its_kubelets() -> None:
    assert placed(NODE + pod(requests="{example.com/other: 2}"))["new"].chosen == "one"


def test_host_ports_are_asked_for_again() -> None:
    port = "hostNetwork: true"
    first, second = (
        pod(name, port).replace('image: "x:1"', 'image: "x:1", ports: [{containerPort: 80}]') for name in "ab"
    )
    found = placed(NODE + first + second)
    assert found["a"].chosen == "one"
    assert "NodePorts: " in found["b"].message


def test_a_critical_pod_makes_the_kubelet_end_others_of_the_least_quality() -> None:
    small, large = pod("small", requests="{cpu: 500m}"), pod("large", requests="{cpu: 3}")
    critical = pod("vital", "priorityClassName: system-node-critical", "{cpu: 2}", "namespace: kube-system")
    found = placed(NODE + small + large + critical)["vital"]
    assert (found.chosen, found.victims) == ("one", ("default/large",))


def test_a_critical_pod_that_no_room_helps_is_rejected_for_another_reason() -> None:
    critical = pod("vital", "priorityClassName: system-node-critical", "{cpu: 20}", "namespace: kube-system")
    assert "UnexpectedAdmissionError: " in placed(NODE + critical)["vital"].message


def test_pods_that_run_already_are_not_looked_at_again() -> None:
    running = pod(requests="{cpu: 9}", metadata="uid: abc")
    assert placed(NODE + running) == {}


def test_a_pod_on_a_node_that_is_not_there_never_starts() -> None:
    found = placed(NODE + pod(node="other"))["new"]
    assert found.chosen == ""
    assert "there is none" in found.message


def test_where_nodes_are_made_up_others_are_taken_to_be_there() -> None:
    nodes = tuple(json.dumps(node) for node in made_up_nodes(["1x4cpu,16Gi"]))
    answer = Oracle(bundle_from_text(pod(node="other")))(Placed(nodes)).answer
    assert answer.placements[0].chosen == "other"
    assert any("'other'" in text and "made-up" in text for text in answer.assumptions)


CLAIM = """
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: later, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: later}
provisioner: ebs.csi.aws.com
volumeBindingMode: WaitForFirstConsumer
"""


def test_a_claim_that_waits_for_a_scheduler_waits_for_ever() -> None:
    text = NODE + pod(spec="volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]") + CLAIM
    found = placed(text)["new"]
    assert found.chosen == ""
    assert "'data'" in found.message


def test_sysctls_that_kubelets_have_to_allow_are_said() -> None:
    text = NODE + pod(spec="securityContext: {sysctls: [{name: net.core.somaxconn, value: '9'}]}")
    assumptions = Oracle(bundle_from_text(text))(Placed()).answer.assumptions
    assert any("net.core.somaxconn" in text and "SysctlForbidden" in text for text in assumptions)


@pytest.mark.parametrize(("features", "taken"), [("{}", False), ("{supplementalGroupsPolicy: true}", True)])
def test_a_runtime_may_not_know_policies_of_groups(features: str, taken: bool) -> None:
    told = f"nodeInfo: {{kubeletVersion: v1.35.1}}, features: {features}"
    node = NODE.replace("status: {", f"status: {{{told}, ")
    found = placed(node + pod(spec="securityContext: {supplementalGroupsPolicy: Strict}"))["new"]
    assert bool(found.chosen) is taken


def pinned(replicas: int, cpu: str) -> str:
    return f"""
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      nodeName: one
      tolerations: [{{key: gone, operator: Exists}}]
      containers: [{{name: c, image: "x:1", resources: {{requests: {{cpu: "{cpu}"}}}}}}]
"""


def test_pods_of_a_workload_fill_the_node_that_it_names() -> None:
    found = placed(NODE + pinned(3, "2"))
    assert [p.chosen for p in found.values()] == ["one", "one", ""]


def test_a_simulation_has_the_same_kubelets() -> None:
    bundle = bundle_from_text(pinned(3, "2"))
    nodes = [r.value for r in bundle_from_text(NODE).all("Node")]
    objects = list(bundle)
    simulation = simulate(ready_made("rollout", objects, nodes), objects, nodes, release=bundle.release)
    states = [p["state"] for p in simulation.runs[0].states[0].data["pods"] if p["state"] in ("ready", "failed")]
    assert states.count("ready") == 2
    assert "failed" in states
    assert not simulation.holds


def test_a_drained_node_that_a_workload_names_gets_its_pods_back() -> None:
    bundle = bundle_from_text(NODE + pinned(1, "1"))
    moves = Oracle(bundle)(Moved(drained=("one",))).answer
    assert [p.chosen for p in moves.schedule.placements] == ["one"]
    assert any("names" in stay.why for stay in moves.stays)
