"""The control plane's own nodes: quorum, leaders, static Pods."""

from __future__ import annotations

from kubelens.predict.cluster.actions import Delete, DeletePod, Drain, FindNode, LoseNode, RemoveNode, Scale
from kubelens.predict.cluster.cluster import Cluster
from kubelens.predict.cluster.lots import SeededLots
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.predict.store.objects import ObjectKey
from kubelens.testing import resources_from_text

WEB = ObjectKey("Deployment", "default", "web")
LABEL = "node-role.kubernetes.io/control-plane"
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "web:1", resources: {requests: {cpu: 100m}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""
STATIC = """
apiVersion: v1
kind: Pod
metadata:
  name: proxy-node-a
  annotations: {kubernetes.io/config.mirror: abc}
spec: {nodeName: node-a, containers: [{name: main, image: "proxy:1", resources: {requests: {cpu: 1500m}}}]}
"""


class FirstLeads(SeededLots):
    def leader(self, nodes: object) -> str:
        return "control-a"


def cluster_of(*texts: str, members: int = 3) -> Cluster:
    cluster = Cluster(lots=FirstLeads())
    for node in made_up_nodes(["2x2cpu,8Gi"], "a,b"):
        cluster.requests.add_node(node)
    for node in made_up_nodes([f"{members}x2cpu,4Gi"], "a,b", prefix="control"):
        node["metadata"]["labels"][LABEL] = ""
        node["spec"]["taints"] = [{"key": LABEL, "effect": "NoSchedule"}]
        cluster.requests.add_node(node)
    cluster.start(resources_from_text(*texts))
    cluster.step()
    return cluster


def ready(cluster: Cluster) -> int:
    return cluster.endpoints.found[ObjectKey("Service", "default", "web")].ready


def test_one_of_three_members_may_go() -> None:
    cluster = cluster_of(DEPLOYMENT)
    cluster.step([LoseNode("control-b"), Scale(WEB, 6)])
    cluster.step()
    assert ready(cluster) == 6


def test_without_a_quorum_nothing_is_written_and_what_runs_runs_on() -> None:
    cluster = cluster_of(DEPLOYMENT)
    cluster.step([LoseNode("control-a"), LoseNode("control-b")])
    cluster.step([Scale(WEB, 6), LoseNode("node-a"), Delete(WEB)])
    for _ in range(60):
        cluster.step()
    assert ready(cluster) == 4
    assert not cluster.world.nodes["node-a"].lost
    assert {key for key, _ in cluster.requests.refused} == {WEB}
    assert "etcd has no quorum: 1 of 3 members are there" in cluster.requests.refused[0][1]


def test_what_was_not_seen_is_seen_once_the_quorum_is_back() -> None:
    cluster = cluster_of(DEPLOYMENT)
    cluster.step([LoseNode("control-b"), LoseNode("control-c"), LoseNode("node-a")])
    cluster.step()
    cluster.step([FindNode("control-b")])
    cluster.step()
    assert cluster.world.nodes["node-a"].lost
    assert cluster.world.nodes["control-c"].lost
    assert not cluster.world.nodes["control-b"].lost
    assert ready(cluster) == 2


def test_kubelets_go_on_without_the_api_server() -> None:
    cluster = cluster_of(DEPLOYMENT)
    cluster.step([Scale(WEB, 6)])
    cluster.step([LoseNode("control-b"), LoseNode("control-c")])
    assert ready(cluster) == 6
    two = cluster_of(DEPLOYMENT, members=2)
    two.step([LoseNode("control-a")])
    assert not two.control_plane.answers


def test_a_member_does_not_go_with_its_node_object() -> None:
    cluster = cluster_of(DEPLOYMENT)
    cluster.step([RemoveNode("control-a"), RemoveNode("control-b")])
    assert cluster.control_plane.answers
    cluster.step([LoseNode("control-c")])
    assert cluster.control_plane.answers


def test_controllers_wait_for_the_lease_of_a_leader_that_is_gone() -> None:
    cluster = cluster_of(DEPLOYMENT)
    cluster.step([LoseNode("control-a"), Scale(WEB, 6)])
    assert len(cluster.world.pods) == 4
    cluster.step()
    assert len(cluster.world.pods) == 4
    cluster.step()
    assert len(cluster.world.pods) == 6


def test_nobody_waits_where_another_leads() -> None:
    cluster = cluster_of(DEPLOYMENT)
    cluster.step([LoseNode("control-c"), Scale(WEB, 6)])
    assert len(cluster.world.pods) == 6


def test_a_static_pod_stays_on_its_node_and_goes_with_it() -> None:
    cluster = cluster_of(STATIC, DEPLOYMENT)
    pod = ObjectKey("Pod", "default", "proxy-node-a")
    cluster.step([Drain("node-a")])
    for _ in range(4):
        cluster.step()
    assert cluster.drains.nodes["node-a"]
    cluster.step([DeletePod("default", "proxy-node-a")])
    cluster.step()
    assert pod in cluster.world.store
    assert cluster.scheduler.nodes["node-a"].requested["cpu"] == 1500
    cluster.step([RemoveNode("node-a")])
    for _ in range(3):
        cluster.step()
    assert pod not in cluster.world.store
