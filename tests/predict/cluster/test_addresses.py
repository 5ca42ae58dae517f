"""Pods get addresses out of their nodes' ranges, as long as there are some."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kubelens.predict.cluster.actions import Scale
from kubelens.predict.cluster.cluster import Cluster
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.predict.store.objects import ObjectKey
from kubelens.testing import resources_from_text


def workload(name: str, replicas: int, **spec: Any) -> str:
    containers = [{"name": "main", "image": f"{name}:1", "resources": {"requests": {"cpu": "1m"}}}]
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": containers, **spec}}
    selector = {"matchLabels": {"app": name}}
    body = {"replicas": replicas, "selector": selector, "template": template}
    return json.dumps({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": body})


def played(node: dict[str, Any], *texts: str) -> Cluster:
    cluster = Cluster()
    (value,) = made_up_nodes(["1x64cpu,64Gi,pods=900"])
    cluster.requests.add_node({**value, "spec": node})
    cluster.start(resources_from_text(*texts))
    for _ in range(4):
        cluster.step()
    return cluster


def ready(cluster: Cluster) -> int:
    return sum(record.pod.ready for record in cluster.world.pods.values())


@pytest.mark.parametrize(
    ("node", "most"),
    [
        ({"podCIDR": "10.8.0.0/24"}, 253),
        ({"podCIDR": "10.8.0.0/29"}, 5),
        ({"podCIDR": "10.8.0.0/24", "podCIDRs": ["10.8.0.0/24", "fd00::/125"]}, 6),
        ({"podCIDR": "10.8.0.0/29", "podCIDRs": ["10.8.0.0/29", "fd00::/64"]}, 5),
        ({}, 260),
        ({"podCIDR": "no range"}, 260),
    ],
)
def test_as_many_pods_start_as_there_are_addresses(node: dict[str, Any], most: int) -> None:
    cluster = played(node, workload("web", 260))
    assert ready(cluster) == most
    waiting = [r for r in cluster.world.pods.values() if not r.pod.ready]
    assert {r.state for r in waiting} <= {"bound"}
    assert all("no IP addresses available" in r.message for r in waiting)
    assert len(cluster.world.addresses.assumed) == (most < 260)


def test_pods_in_their_node_s_network_need_none() -> None:
    cluster = played({"podCIDR": "10.8.0.0/29"}, workload("host", 9, hostNetwork=True), workload("web", 5))
    assert ready(cluster) == 14


def test_an_address_comes_back_when_its_pod_goes() -> None:
    cluster = played({"podCIDR": "10.8.0.0/29"}, workload("old", 4), workload("web", 4))
    assert ready(cluster) == 5
    assert sum(event.reason == "FailedCreatePodSandBox" for event in cluster.world.events) == 1
    cluster.step([Scale(ObjectKey("Deployment", "default", "old"), 1)])
    cluster.step()
    cluster.step()
    assert ready(cluster) == 5
    assert len(cluster.world.pods) == 5
    assert not any(record.message for record in cluster.world.pods.values())
