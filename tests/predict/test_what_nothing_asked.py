"""Behaviour that mutation sampling found to be asked by no test."""

from __future__ import annotations

import json

import pytest

from kubelens.kube.persistent_volume_claim import read_claim
from kubelens.kube.workload import workloads
from kubelens.predict.api import Oracle
from kubelens.predict.apiserver.pod.port_warnings import port_warnings
from kubelens.predict.chain.moved import Moved
from kubelens.predict.network.dns.advice import at_the_nodes_resolver
from kubelens.predict.network.service_slices import ShownFamilies
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.testing import bundle_from_text

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {SPEC, containers: [{name: a, image: b}]}\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {ports: [{port: 80}]}\n"


def test_a_port_name_that_two_containers_use_is_told_and_one_of_an_init_container_is_not() -> None:
    one = {"name": "a", "ports": [{"name": "http", "containerPort": 80, "protocol": "TCP"}]}
    two = {"name": "b", "ports": [{"name": "http", "containerPort": 81, "protocol": "TCP"}]}
    assert any("http" in said for _, said in port_warnings({"containers": [one, two]}, ()))
    assert list(port_warnings({"containers": [one], "initContainers": [two]}, ())) == []


@pytest.mark.parametrize(
    ("modes", "one_node"),
    [([], False), (["ReadWriteOnce"], True), (["ReadWriteOncePod"], True), (["ReadWriteOnce", "ReadWriteMany"], False)],
)
def test_a_claim_is_on_one_node_where_all_its_modes_are(modes: list[str], one_node: bool) -> None:
    text = f"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: a}}\nspec: {{accessModes: [{', '.join(modes)}]}}\n"
    (claim,) = bundle_from_text(text)
    assert read_claim(claim.value).on_one_node is one_node


@pytest.mark.parametrize(
    ("spec", "name", "told"),
    [
        ("hostNetwork: true", "api", True),
        ("hostNetwork: true", "api.default.svc", True),
        ("hostNetwork: true", "elsewhere", False),
        ("hostNetwork: false", "api", False),
        ("hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet", "api", False),
        ("dnsPolicy: Default", "api", True),
        ("dnsPolicy: Default", "elsewhere", False),
    ],
)
def test_names_of_services_on_the_host_network(spec: str, name: str, told: bool) -> None:
    bundle = bundle_from_text(POD.replace("SPEC", spec) + "---\n" + SERVICE)
    (workload,) = workloads(bundle)
    assert bool(at_the_nodes_resolver(workload, bundle, name)) is told


def test_what_a_drain_and_a_lost_zone_take_for_granted() -> None:
    nodes = tuple(json.dumps(node) for node in made_up_nodes(["2x4cpu,8Gi"], "a,b"))
    ask = Oracle(bundle_from_text(POD.replace("SPEC", "restartPolicy: Always")))
    drained = [one.text for one in ask(Moved(nodes, drained=("node-a",))).assumptions]
    lost = [one.text for one in ask(Moved(nodes, lost_zones=("a",))).assumptions]
    assert any("evicted Pod's successor" in text for text in drained)
    assert not any("lost nodes" in text for text in drained)
    assert any("lost nodes stay away longer" in text for text in lost)
    assert not any("evicted" in text for text in lost)


@pytest.mark.parametrize(
    ("spec", "families"),
    [
        ("ipFamilyPolicy: RequireDualStack", ("IPv4", "IPv6")),
        ("ipFamilies: [IPv6]", ("IPv4", "IPv6")),
        ("clusterIPs: [10.0.0.1, 'fd00::1']", ("IPv4", "IPv6")),
        ("ipFamilyPolicy: PreferDualStack", ("IPv4",)),
        ("ipFamilies: [IPv4], clusterIPs: [10.0.0.1]", ("IPv4",)),
    ],
)
def test_a_cluster_has_two_families_where_a_service_needs_both(spec: str, families: tuple[str, ...]) -> None:
    text = f"apiVersion: v1\nkind: Service\nmetadata: {{name: api}}\nspec: {{{spec}, ports: [{{port: 80}}]}}\n"
    assert Oracle(bundle_from_text(text))(ShownFamilies()).answer == families
