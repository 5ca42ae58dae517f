"""Values of any shape in Services, slices, Ingresses, policies and autoscalers are answered, not stumbled over."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.kube.workload import workloads
from kubelens.predict.api import Oracle
from kubelens.predict.controllers.podautoscaler.over_time import AutoscalingOf, Conditions, Series, Step
from kubelens.predict.controllers.podautoscaler.works import OutlookOf
from kubelens.predict.network.connections import ConnectionsOf
from kubelens.predict.network.dns.lookup import LookupOf, PointersOf, RecordsOf
from kubelens.predict.network.dns.resolvers import Library
from kubelens.predict.network.ingress import IngressRoutesOf
from kubelens.predict.network.ingress_controllers.known import controller_names
from kubelens.predict.network.kube_proxy.path import Client, Origin
from kubelens.predict.network.matrix import PolicyMatrix
from kubelens.predict.network.request import Request
from kubelens.predict.network.service import ServicePathsOf
from tests.agreement.ingress import bundle_of

WORDS = (
    "name", "namespace", "ports", "port", "protocol", "targetPort", "selector", "clusterIP", "clusterIPs", "type",
    "externalName", "externalIPs", "loadBalancerSourceRanges", "ipFamilies", "subsets", "addresses", "ip", "endpoints",
    "conditions", "ready", "hints", "forZones", "rules", "host", "http", "paths", "path", "pathType", "backend", "service",
    "number", "tls", "hosts", "defaultBackend", "subject", "namespaces", "pods", "priority", "ingress", "egress", "action",
    "from", "to", "metrics", "resource", "target", "averageUtilization", "behavior", "scaleUp", "policies", "value",
    "dnsPolicy", "dnsConfig", "searches", "nameservers", "options", "containers", "hostname", "subdomain",
)  # fmt: skip
TEXTS = (
    "", "web", "None", "ExternalName", "LoadBalancer", "10.0.0.1", "fd00::1", "10.0.0.0/8", "*.x.org", "/a(", "/a", "Exact",
    "ImplementationSpecific", "IPv6", "TCP", "http", "Allow", "Resource", "cpu", "Utilization", "true",
)  # fmt: skip


def _value(random: Random, depth: int) -> Any:
    kind = random.random()
    if depth == 0 or kind < 0.3:
        return random.choice((None, True, False, -1, 0, 80, 70_000, *TEXTS))
    if kind < 0.5:
        return [_value(random, depth - 1) for _ in range(random.randrange(3))]
    return _map(random, depth - 1)


def _map(random: Random, depth: int = 3) -> dict[str, Any]:
    return {word: _value(random, depth) for word in random.sample(WORDS, random.randrange(7))}


KINDS = (
    ("v1", "Service"), ("v1", "Endpoints"), ("discovery.k8s.io/v1", "EndpointSlice"), ("v1", "Pod"), ("v1", "Node"),
    ("networking.k8s.io/v1", "Ingress"), ("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"),
    ("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy"), ("autoscaling/v2", "HorizontalPodAutoscaler"),
)  # fmt: skip
ASKER = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "asker"},
    "spec": {"containers": [{"name": "c", "image": "c"}]},
}


def _objects(random: Random) -> Iterator[dict[str, Any]]:
    yield ASKER
    for version, kind in KINDS:
        labels = {"kubernetes.io/service-name": "web"}
        annotations = {"nginx.ingress.kubernetes.io/use-regex": "true"}
        metadata = {"name": "web", "labels": labels, "annotations": annotations}
        spec = _map(random)
        yield {**spec, "spec": spec, "status": _map(random), "apiVersion": version, "kind": kind, "metadata": metadata}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_every_question_is_answered(seed: int) -> None:
    bundle = bundle_of(list(_objects(Random(seed))))
    oracle = Oracle(bundle)
    oracle(RecordsOf())
    oracle(PointersOf("10.0.0.1"))
    oracle(PolicyMatrix())
    for workload in workloads(bundle):
        for library in Library:
            oracle(LookupOf("web", workload, library=library))
    for service in bundle.all("Service"):
        oracle(ServicePathsOf(service))
        oracle(ConnectionsOf(service, Client(Origin.OUTSIDE, "10.0.0.1"), "web"))
    for name in ("", *controller_names()):
        oracle(IngressRoutesOf(Request(host="a.x.org", path="/a/b"), name))
    for hpa in bundle.all("HorizontalPodAutoscaler"):
        oracle(OutlookOf(hpa))
        oracle(AutoscalingOf(hpa, (Series("cpu", (Step(0, 50.0),)),), Conditions(3, 30)))
