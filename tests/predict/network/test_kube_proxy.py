"""Which endpoints a connection may reach: policies, hints, source ranges, terminating Pods, ways that are not there."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from kubelens.kube.bundle import Bundle
from kubelens.predict.api import Oracle
from kubelens.predict.network.connections import ConnectionsOf
from kubelens.predict.network.kube_proxy.path import Client, Origin, Way
from kubelens.predict.network.service import ServicePathsOf
from tests.agreement.ingress import bundle_of

NODES = """
apiVersion: v1
kind: Node
metadata: {name: one, labels: {topology.kubernetes.io/zone: east}}
spec: {podCIDR: 10.1.0.0/24}
status: {addresses: [{type: InternalIP, address: 172.20.0.1}]}
---
apiVersion: v1
kind: Node
metadata: {name: two, labels: {topology.kubernetes.io/zone: east}}
---
apiVersion: v1
kind: Node
metadata: {name: three, labels: {topology.kubernetes.io/zone: west}}
"""


def _pod(name: str, node: str, address: str, *, ready: bool = True, leaving: bool = False) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name, "namespace": "shop", "labels": {"app": "web"}}
    if leaving:
        metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"nodeName": node, "containers": [{"name": "c", "image": "c"}]},
        "status": {"phase": "Running", "podIPs": [{"ip": address}], "conditions": conditions},
    }


PODS = [_pod("a", "one", "10.1.0.2"), _pod("b", "two", "10.1.1.2"), _pod("c", "three", "10.1.2.2")]


def _bundle(spec: dict[str, Any], pods: list[dict[str, Any]] | None = None, **more: Any) -> Bundle:
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop", **more.pop("metadata", {})},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}], **spec},
        **more,
    }
    return bundle_of([*yaml.safe_load_all(NODES), *(PODS if pods is None else pods), service])


def _seen(bundle: Bundle, node: str, client: Client, way: Way = Way.CLUSTER_IP) -> tuple[str, dict[str, str]]:
    (service,) = bundle.all("Service")
    found = Oracle(bundle)(ConnectionsOf(service, client, node)).answer
    (one,) = [c for c in found if c.entry.way is way]
    return str(one.outcome.verdict), {b.pod: str(share) for b, share in one.outcome.shares}


POD, HOST, OUTSIDE = Client(Origin.POD), Client(Origin.NODE), Client(Origin.OUTSIDE, "203.0.113.7")
ALL = {"a": "1/3", "b": "1/3", "c": "1/3"}


@pytest.mark.parametrize(
    ("spec", "node", "verdict", "shares"),
    [
        ({}, "one", "dnat", ALL),
        ({"internalTrafficPolicy": "Local"}, "one", "dnat", {"a": "1"}),
        ({"trafficDistribution": "PreferSameZone"}, "two", "dnat", {"a": "1/2", "b": "1/2"}),
        ({"trafficDistribution": "PreferClose"}, "three", "dnat", {"c": "1"}),
        ({"trafficDistribution": "PreferSameNode"}, "two", "dnat", {"b": "1"}),
        ({"internalTrafficPolicy": "Local", "trafficDistribution": "PreferSameZone"}, "two", "dnat", {"b": "1"}),
    ],
)
def test_inside_the_cluster(spec: dict[str, Any], node: str, verdict: str, shares: dict[str, str]) -> None:
    assert _seen(_bundle(spec), node, POD) == (verdict, shares)


def test_local_drops_where_others_have_endpoints_and_rejects_where_nobody_has() -> None:
    local = {"internalTrafficPolicy": "Local"}
    assert _seen(_bundle(local, PODS[:1]), "two", POD) == ("drop", {})
    assert _seen(_bundle(local, []), "two", POD) == ("reject", {})


@pytest.mark.parametrize(
    ("client", "verdict", "shares"),
    [(OUTSIDE, "drop", {}), (POD, "dnat", {"a": "1"}), (HOST, "dnat", {"a": "1"})],
)
def test_external_policy_local_holds_for_the_outside_alone(
    client: Client, verdict: str, shares: dict[str, str]
) -> None:
    bundle = _bundle({"type": "NodePort", "externalTrafficPolicy": "Local"}, PODS[:1])
    assert _seen(bundle, "two", client, Way.NODE_PORT) == (verdict, shares)


@pytest.mark.parametrize(
    ("ranges", "client", "verdict"),
    [
        (["203.0.113.0/24"], OUTSIDE, "dnat"),
        (["198.51.100.0/24"], OUTSIDE, "drop"),
        (["10.1.0.0/16"], POD, "dnat"),
        (["10.1.0.0/16"], HOST, "drop"),
        (["172.20.0.0/16"], HOST, "dnat"),
        (["2001:db8::/32"], OUTSIDE, "dnat"),
    ],
)
def test_source_ranges_hold_for_everybody_at_the_load_balancer(ranges: list[str], client: Client, verdict: str) -> None:
    bundle = _bundle({"type": "LoadBalancer", "loadBalancerSourceRanges": ranges})
    assert _seen(bundle, "one", client, Way.LOAD_BALANCER)[0] == verdict
    assert _seen(bundle, "one", client, Way.NODE_PORT)[0] == "dnat"


def test_terminating_pods_serve_where_no_ready_one_is_left() -> None:
    leaving = _pod("a", "one", "10.1.0.2", leaving=True)
    unready = _pod("b", "two", "10.1.1.2", ready=False, leaving=True)
    assert _seen(_bundle({}, [leaving, unready]), "one", POD) == ("dnat", {"a": "1"})
    assert _seen(_bundle({}, [leaving, PODS[2]]), "one", POD) == ("dnat", {"c": "1"})
    assert _seen(_bundle({}, [unready]), "one", POD) == ("reject", {})


def _listed(bundle: Bundle) -> tuple[tuple[str, ...], tuple[str, ...]]:
    (service,) = bundle.all("Service")
    (port,) = Oracle(bundle)(ServicePathsOf(service)).answer.ports
    return port.pods, port.unready


LEAVING = _pod("leaving", "one", "10.1.0.4", leaving=True)
UNREADY = _pod("slow", "two", "10.1.1.5", ready=False)
ENDED = {**_pod("ended", "two", "10.1.1.6"), "status": {"phase": "Failed", "podIP": "10.1.1.6"}}
PENDING = {**_pod("new", "two", ""), "status": {"phase": "Pending"}}
BARE = {k: v for k, v in _pod("bare", "two", "").items() if k != "status"}

BARE_LEAVING = {k: v for k, v in _pod("bare-leaving", "two", "", leaving=True).items() if k != "status"}


@pytest.mark.parametrize(
    ("spec", "pods", "listed", "unready"),
    [
        (
            {},
            [PODS[0], UNREADY, ENDED, LEAVING, PENDING],
            {"a"},
            {
                "slow is not ready",
                "ended has ended (phase Failed)",
                "leaving is terminating",
                "new has no address yet",
            },
        ),
        ({}, [LEAVING, UNREADY], {"leaving"}, {"leaving is terminating", "slow is not ready"}),
        ({}, [ENDED, BARE], {"bare"}, {"ended has ended (phase Failed)"}),
        ({}, [BARE, BARE_LEAVING], {"bare"}, {"bare-leaving is terminating"}),
        ({}, [BARE_LEAVING], {"bare-leaving"}, {"bare-leaving is terminating"}),
        ({}, [ENDED], set(), {"ended has ended (phase Failed)"}),
        (
            {"publishNotReadyAddresses": True},
            [UNREADY, ENDED, LEAVING],
            {"slow", "leaving"},
            {"ended has ended (phase Failed)"},
        ),
        (
            {"ipFamilies": ["IPv6"]},
            [PODS[0], _pod("six", "one", "fd00::6")],
            {"six"},
            {"a has no IPv6 address"},
        ),
    ],
)
def test_the_list_holds_pods_that_their_status_lets_be_endpoints(
    spec: dict[str, Any], pods: list[dict[str, Any]], listed: set[str], unready: set[str]
) -> None:
    bundle = _bundle(spec, pods)
    found, told = _listed(bundle)
    assert set(found) == {f"Pod shop/{name}:8080" for name in listed}
    assert set(told) == {f"Pod shop/{why}" for why in unready}
    assert set(_seen(bundle, "one", POD)[1]) == listed


def test_headless_services_list_no_terminating_pods() -> None:
    assert _listed(_bundle({"clusterIP": "None"}, [LEAVING])) == ((), ("Pod shop/leaving is terminating",))


def test_a_workload_stands_behind_a_service_while_one_of_its_pods_is_ready() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": "u", "controller": True}
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "c"}]}}
    workload = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"serviceName": "web", "selector": {"matchLabels": labels}, "template": template},
    }

    def owned(*, ready: bool, number: int) -> dict[str, Any]:
        pod = _pod(f"web-{number}", "one", f"10.1.0.{number + 2}", ready=ready)
        return {**pod, "metadata": {**pod["metadata"], "ownerReferences": [owner]}}

    unready, ready = owned(ready=False, number=0), owned(ready=True, number=1)
    assert _listed(_bundle({}, [workload, unready, ready]))[0] == ("StatefulSet shop/web:8080",)
    assert _listed(_bundle({}, [workload, unready])) == ((), ("Pod shop/web-0 is not ready",))


def test_ways_that_are_not_there() -> None:
    bundle = _bundle({"type": "LoadBalancer", "allocateLoadBalancerNodePorts": False})
    (service,) = bundle.all("Service")
    ways = [c.entry.way for c in Oracle(bundle)(ConnectionsOf(service, POD, "one")).answer]
    assert ways == [Way.CLUSTER_IP, Way.LOAD_BALANCER]
    status = {"loadBalancer": {"ingress": [{"ip": "198.51.100.9", "ipMode": "Proxy"}]}}
    proxied = _bundle({"type": "LoadBalancer"}, status=status)
    assert _seen(proxied, "one", OUTSIDE, Way.LOAD_BALANCER) == ("untouched", {})
    other = _bundle({}, metadata={"labels": {"service.kubernetes.io/service-proxy-name": "mine"}})
    assert _seen(other, "one", POD) == ("drop", {})


def test_an_endpoint_without_hints_turns_hints_off() -> None:
    slice_ = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": "extra", "namespace": "shop", "labels": {"kubernetes.io/service-name": "web"}},
        "addressType": "IPv4",
        "ports": [{"port": 8081}],
        "endpoints": [{"addresses": ["10.9.0.1"]}],
    }
    bundle = Bundle([*_bundle({"trafficDistribution": "PreferSameNode"}), *bundle_of([slice_])])
    assert _seen(bundle, "two", POD)[1] == {"a": "1/4", "b": "1/4", "c": "1/4", "": "1/4"}
    (service,) = bundle.all("Service")
    (port,) = Oracle(bundle)(ServicePathsOf(service)).answer.ports
    assert "10.9.0.1:8081" in port.pods


def test_a_headless_service_without_ports_has_pods() -> None:
    bundle = _bundle({"clusterIP": "None", "ports": []})
    (service,) = bundle.all("Service")
    (port,) = Oracle(bundle)(ServicePathsOf(service)).answer.ports
    assert port.pods == ("Pod shop/a", "Pod shop/b", "Pod shop/c")


def test_capacity_hints_move_endpoints_to_the_zone_that_lacks_them() -> None:
    nodes = [
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name, "labels": {"topology.kubernetes.io/zone": zone}},
            "status": {"allocatable": {"cpu": "4"}},
        }
        for name, zone in (("one", "east"), ("two", "west"))
    ]
    metadata = {"annotations": {"service.kubernetes.io/topology-mode": "Auto"}}
    pods = [_pod(f"p{n}", "one", f"10.1.0.{n}") for n in range(1, 4)] + [_pod("q", "two", "10.1.1.1")]
    bundle = Bundle([r for r in _bundle({}, pods, metadata=metadata) if r.kind != "Node"])
    bundle = Bundle([*bundle, *bundle_of(nodes)])
    assert _seen(bundle, "one", POD)[1] == {"p2": "1/2", "p3": "1/2"}
    assert _seen(bundle, "two", POD)[1] == {"p1": "1/2", "q": "1/2"}
