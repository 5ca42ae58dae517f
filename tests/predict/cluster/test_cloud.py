"""A cloud's controllers: Nodes go with their machines, Services with their load balancers."""

from __future__ import annotations

import pytest

from kubelens.predict.cluster.actions import Delete, FindNode, LoseNode
from kubelens.predict.cluster.cluster import Cluster
from kubelens.predict.cluster.scenario import Scenario, Step
from kubelens.predict.cluster.simulation import simulate
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.predict.store.objects import ObjectKey
from kubelens.testing import resources_from_text

NODES = made_up_nodes(["3x2cpu,8Gi"], "a,b,c")
SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 3
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: main, image: "db:1", resources: {requests: {cpu: 500m}}}]}
"""
BALANCED = """
apiVersion: v1
kind: Service
metadata: {name: NAME, finalizers: [service.kubernetes.io/load-balancer-cleanup]}
spec: {type: LoadBalancer, selector: {app: db}, ports: [{port: 80}]}
"""


def cluster_of(*texts: str, cloud: bool, seconds: int = 10) -> Cluster:
    cluster = Cluster(cloud=cloud, seconds=seconds)
    for node in NODES:
        cluster.requests.add_node(node)
    cluster.start(resources_from_text(*texts))
    for _ in range(5):
        cluster.step()
    return cluster


def run(cluster: Cluster, ticks: int) -> Cluster:
    for _ in range(ticks):
        cluster.step()
    return cluster


@pytest.mark.parametrize(("cloud", "there"), [(True, 2), (False, 3)])
def test_a_node_goes_with_its_machine(cloud: bool, there: int) -> None:
    cluster = cluster_of(SET, cloud=cloud)
    cluster.step([LoseNode("node-a", ended=True)])
    run(cluster, 60)
    assert len(cluster.world.nodes) == there
    on_it = [record for record in cluster.world.pods.values() if record.pod.node == "node-a"]
    assert [record.pod.terminating for record in on_it] == ([] if cloud else [True])
    assert sum(record.pod.ready for record in cluster.world.pods.values()) == (3 if cloud else 2)


def test_the_cloud_looks_every_five_seconds() -> None:
    cluster = cluster_of(SET, cloud=True, seconds=1)
    cluster.step([LoseNode("node-a", ended=True)])
    assert "node-a" in run(cluster, 3).world.nodes
    assert "node-a" not in run(cluster, 2).world.nodes


def test_a_machine_that_is_silent_keeps_its_node() -> None:
    cluster = cluster_of(SET, cloud=True)
    cluster.step([LoseNode("node-a")])
    run(cluster, 5)
    cluster.step([FindNode("node-a")])
    assert not cluster.world.nodes["node-a"].lost


def test_a_machine_that_is_no_more_is_not_found_again() -> None:
    cluster = cluster_of(SET, cloud=False)
    cluster.step([LoseNode("node-a", ended=True)])
    cluster.step([FindNode("node-a")])
    assert cluster.world.nodes["node-a"].lost


@pytest.mark.parametrize("cloud", [True, False])
def test_a_service_goes_once_its_load_balancer_is_taken_down(cloud: bool) -> None:
    cluster = cluster_of(BALANCED, cloud=cloud)
    key = ObjectKey("Service", "default", "NAME")
    cluster.step([Delete(key)])
    run(cluster, 2)
    assert (key in cluster.world.store) is not cloud


@pytest.mark.parametrize(
    ("cloud", "more", "said"),
    [
        (False, "", "stays <pending>: no controller that gives one is played"),
        (True, "", ""),
        (True, "  loadBalancerClass: example.com/own\n", "a cloud leaves a loadBalancerClass to others"),
        (False, "status: {loadBalancer: {ingress: [{ip: 192.0.2.7}]}}\n", ""),
    ],
)
def test_who_has_no_address_is_said(cloud: bool, more: str, said: str) -> None:
    service = BALANCED.replace("NAME", "front").replace("spec: {", "spec:\n  {").strip() + "\n"
    if more.startswith(" "):
        service = service.replace("{type: LoadBalancer,", "{type: LoadBalancer, loadBalancerClass: example.com/own,")
    else:
        service += more
    found = simulate(Scenario("rest", (), cloud=cloud), resources_from_text(service), NODES, release="1.36")
    about = [text for text in found.assumptions if "EXTERNAL-IP" in text]
    assert len(about) == bool(said)
    assert all(said in text and "default/front" in text for text in about)


def test_a_node_that_nobody_deletes_is_said() -> None:
    step = Step("gone", (LoseNode("node-a", ended=True),), at=0)
    for cloud in (True, False):
        found = simulate(Scenario("gone", (step,), cloud=cloud), resources_from_text(SET), NODES, release="1.36")
        assert any("machine that has ended (node-a)" in text for text in found.assumptions) is not cloud
