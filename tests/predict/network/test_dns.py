"""Names, search lists and records: the DNS specification's examples and resolv.conf(5)."""

from __future__ import annotations

import pytest
import yaml

from kubelens.kube.bundle import Bundle
from kubelens.kube.workload import workloads
from kubelens.predict.api import Oracle, Prediction
from kubelens.predict.network.cluster_ends import cluster_end
from kubelens.predict.network.dns.lookup import Lookup, LookupOf, RecordsOf
from kubelens.predict.network.dns.record import ClusterDns, NodeResolver, PodNames
from kubelens.predict.network.dns.resolv_conf import ResolverConfig, glibc_ndots, musl_ndots, resolver_config
from kubelens.predict.network.dns.resolvers import Library, glibc_names, musl_names
from kubelens.predict.network.dns.zone import Zone
from kubelens.predict.network.ends import end_of
from kubelens.predict.network.policy import ConnectionOf
from tests.agreement.ingress import bundle_of

SEARCH = ("shop.svc.cluster.local", "svc.cluster.local", "cluster.local")


@pytest.mark.parametrize(
    ("name", "ndots", "expected"),
    [
        ("cart", 5, ["cart.shop.svc.cluster.local.", "cart.svc.cluster.local.", "cart.cluster.local.", "cart."]),
        (
            "cart.pay",
            5,
            ["cart.pay.shop.svc.cluster.local.", "cart.pay.svc.cluster.local.", "cart.pay.cluster.local.", "cart.pay."],
        ),
        ("cart.shop.svc.cluster.local.", 5, ["cart.shop.svc.cluster.local."]),
        (
            "example.com",
            1,
            [
                "example.com.",
                "example.com.shop.svc.cluster.local.",
                "example.com.svc.cluster.local.",
                "example.com.cluster.local.",
            ],
        ),
        (
            "a.b.c.d.e.f",
            5,
            [
                "a.b.c.d.e.f.",
                "a.b.c.d.e.f.shop.svc.cluster.local.",
                "a.b.c.d.e.f.svc.cluster.local.",
                "a.b.c.d.e.f.cluster.local.",
            ],
        ),
        ("www", 0, ["www.", "www.shop.svc.cluster.local.", "www.svc.cluster.local.", "www.cluster.local."]),
    ],
)
def test_names_asked(name: str, ndots: int, expected: list[str]) -> None:
    assert list(glibc_names(name, ResolverConfig(("<cluster DNS>",), SEARCH, ndots))) == expected


def _bundle(pod: dict[str, object] | None = None, **service: object) -> Bundle:
    labels = {"app": "db"}
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "db", "image": "db:1"}], **(pod or {})},
    }
    spec = {"serviceName": "db", "replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    ports = [{"name": "sql", "port": 5432}]
    return bundle_of(
        [
            {
                "apiVersion": "apps/v1",
                "kind": "StatefulSet",
                "metadata": {"name": "db", "namespace": "shop"},
                "spec": spec,
            },
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": "db", "namespace": "shop"},
                "spec": {"selector": labels, "ports": ports, **service},
            },
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": "out", "namespace": "shop"},
                "spec": {"type": "ExternalName", "externalName": "db.example.com"},
            },
        ]
    )


def test_records_of_a_cluster_ip() -> None:
    found = {(r.name, r.type, r.value) for r in Oracle(_bundle(clusterIP="10.3.0.7"))(RecordsOf()).answer}
    assert ("db.shop.svc.cluster.local.", "A", "10.3.0.7") in found
    assert ("_sql._tcp.db.shop.svc.cluster.local.", "SRV", "0 100 5432 db.shop.svc.cluster.local.") in found
    assert ("out.shop.svc.cluster.local.", "CNAME", "db.example.com.") in found
    assert ("db-0.db.shop.svc.cluster.local.", "A", "<IPv4 of Pod db-0>") in found


def test_records_of_a_headless_service() -> None:
    names = {r.name for r in Oracle(_bundle(clusterIP="None"))(RecordsOf()).answer if r.type == "A"}
    assert names - {"kubernetes.default.svc.cluster.local."} == {
        "db.shop.svc.cluster.local.",
        "db-0.db.shop.svc.cluster.local.",
        "db-1.db.shop.svc.cluster.local.",
    }


@pytest.mark.parametrize(
    ("pod", "nameservers", "ndots"),
    [
        ({}, ("<cluster DNS>",), 5),
        ({"hostNetwork": True}, ("<the node's nameservers>",), 1),
        ({"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}, ("<cluster DNS>",), 5),
        ({"dnsPolicy": "Default"}, ("<the node's nameservers>",), 1),
        (
            {
                "dnsPolicy": "None",
                "dnsConfig": {"nameservers": ["9.9.9.9"], "options": [{"name": "ndots", "value": "2"}]},
            },
            ("9.9.9.9",),
            2,
        ),
        ({"dnsConfig": {"nameservers": ["9.9.9.9"]}}, ("<cluster DNS>", "9.9.9.9"), 5),
    ],
)
def test_resolver_config(pod: dict[str, object], nameservers: tuple[str, ...], ndots: int) -> None:
    (workload,) = workloads(_bundle(pod))
    config = resolver_config(workload.pod, "shop", ClusterDns())
    assert (config.nameservers, config.ndots) == (nameservers, ndots)


def test_lookup_stops_at_the_name_that_answers() -> None:
    bundle = _bundle()
    (workload,) = workloads(bundle)
    lookup = Oracle(bundle)(LookupOf("db", workload)).answer
    assert lookup.answered is not None
    assert lookup.answered.name == "db.shop.svc.cluster.local."
    missing = Oracle(bundle)(LookupOf("bd", workload)).answer
    assert missing.answered is None
    assert len(missing.steps) == 4


WORLD = """
apiVersion: v1
kind: Service
metadata: {name: hand, namespace: shop}
spec: {clusterIP: None, ports: [{name: pg, port: 5432}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: hand-1, namespace: shop, labels: {kubernetes.io/service-name: hand}}
addressType: IPv4
ports: [{name: pg, port: 5433}]
endpoints: [{addresses: [10.9.0.9], hostname: first}, {addresses: [10.9.0.8]}, {addresses: [10.9.0.7], conditions: {ready: false}}]
---
apiVersion: v1
kind: Service
metadata: {name: far, namespace: shop}
spec: {type: ExternalName, externalName: db.example.com}
---
apiVersion: v1
kind: Service
metadata: {name: address, namespace: shop}
spec: {type: ExternalName, externalName: 192.0.2.1}
---
apiVersion: v1
kind: Service
metadata: {name: nobody, namespace: shop}
spec: {clusterIP: None, selector: {app: nobody}, ports: [{name: pg, port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: asker, namespace: shop}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: one-dot, namespace: shop}
spec: {dnsConfig: {options: [{name: ndots, value: "1"}]}, containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: two-servers, namespace: shop}
spec: {dnsConfig: {nameservers: [192.0.2.9]}, containers: [{name: c, image: c}]}
"""


def _lookup(name: str, pod: str = "asker", library: Library = Library.GLIBC) -> Lookup:
    bundle = bundle_of(list(yaml.safe_load_all(WORLD)))
    (workload,) = (w for w in workloads(bundle) if w.name == pod)
    return Oracle(bundle)(LookupOf(name, workload, library=library)).answer


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("hand", {"10.9.0.9", "10.9.0.8"}),
        ("first.hand", {"10.9.0.9"}),
        ("10-9-0-8.hand", {"10.9.0.8"}),
        ("10-9-0-7.hand", None),
        ("kubernetes.default", {"<IPv4 of Service default/kubernetes>"}),
        ("10-0-0-1.shop.pod", {"10.0.0.1"}),
        ("10-0-0-1.absent.pod", None),
        ("address", None),
        ("nobody", None),
        ("first.far", None),
    ],
)
def test_names_of_the_zone(name: str, values: set[str] | None) -> None:
    answered = _lookup(name).answered
    assert (answered and {r.value for r in answered.records}) == values


def test_port_names_lead_to_every_ready_endpoint() -> None:
    zone = Zone(Oracle(bundle_of(list(yaml.safe_load_all(WORLD)))), ClusterDns())
    found = zone.answer("_pg._tcp.hand.shop.svc.cluster.local.", "SRV").records
    assert [r.value for r in found] == [
        "0 50 5433 first.hand.shop.svc.cluster.local.",
        "0 50 5433 10-9-0-8.hand.shop.svc.cluster.local.",
    ]


def test_pod_names_by_mode() -> None:
    oracle = Oracle(bundle_of(list(yaml.safe_load_all(WORLD))))
    name = "10-0-0-1.shop.pod.cluster.local."
    codes = {mode: str(Zone(oracle, ClusterDns(pods=mode)).answer(name, "A").code) for mode in PodNames}
    assert codes == {"insecure": "NOERROR", "verified": "NXDOMAIN", "disabled": "NXDOMAIN"}


def test_musl_searches_less_and_asks_everyone() -> None:
    assert _lookup("hand.shop", "one-dot").answered is not None
    assert _lookup("hand.shop", "one-dot", Library.MUSL).answered is None
    assert _lookup("hand", "two-servers", Library.MUSL).chance
    assert not _lookup("hand", "two-servers").chance


def test_an_alias_without_an_address_leads_nowhere() -> None:
    bundle = bundle_of(list(yaml.safe_load_all(WORLD)))
    asker = next(w for w in workloads(bundle) if w.name == "asker")
    found = Oracle(bundle)(LookupOf("far", asker, ClusterDns(outside=()))).answer
    assert found.leads_nowhere
    assert not Oracle(bundle)(LookupOf("far", asker)).answer.leads_nowhere


@pytest.mark.parametrize(
    ("options", "glibc", "musl"),
    [(("ndots:2",), 2, 2), (("ndots:20",), 15, 15), (("ndots:-1",), 15, 1), (("ndots:x",), 0, 1), (("edns0",), 1, 1)],
)
def test_ndots_as_the_libraries_read_it(options: tuple[str, ...], glibc: int, musl: int) -> None:
    assert (glibc_ndots(options), musl_ndots(options)) == (glibc, musl)


def test_musl_passes_over_a_search_line_it_cannot_hold() -> None:
    config = ResolverConfig(("10.0.0.1",), tuple(f"{'d' * 60}{n}.example" for n in range(4)), 5, ("ndots:5",))
    assert list(musl_names("web", config)) == ["web."]
    assert len(list(glibc_names("web", config))) == 5


def test_the_kubelet_keeps_three_nameservers_and_the_options_of_the_node() -> None:
    node = NodeResolver(("192.0.2.1", "192.0.2.2"), ("corp.example",), ("ndots:3",))
    spec = {"dnsPolicy": "Default", "dnsConfig": {"nameservers": ["192.0.2.3", "192.0.2.4"]}}
    (workload,) = workloads(_bundle(dict(spec)))
    config = resolver_config(workload.pod, "shop", ClusterDns(node=node))
    assert config.nameservers == ("192.0.2.1", "192.0.2.2", "192.0.2.3")
    assert (config.ndots, config.left_out) == (3, ("192.0.2.4",))


WITHOUT_SELECTOR = """
apiVersion: v1
kind: Service
metadata: {name: far, namespace: shop}
spec: {clusterIP: None, ports: [{name: pg, port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: asker, namespace: shop, labels: {app: asker}}
spec: {containers: [{name: c, image: "c:1"}]}
"""
SLICE = """---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: far-1, namespace: shop, labels: {kubernetes.io/service-name: far}}
addressType: IPv4
ports: [{name: other, port: 5432}]
endpoints: [{addresses: [198.51.100.7], conditions: {ready: READY}}]
"""


def _asked(text: str, name: str = "far", library: Library = Library.GLIBC) -> Prediction[Lookup]:
    bundle = bundle_of(list(yaml.safe_load_all(text)))
    return Oracle(bundle)(LookupOf(name, next(iter(workloads(bundle))), library=library))


@pytest.mark.parametrize(
    ("more", "answers", "why"),
    [
        ("", False, "Service shop/far has no selector, and no EndpointSlice or Endpoints among the files is its"),
        (SLICE.replace("READY", "true"), True, ""),
        (SLICE.replace("READY", "false"), False, "Service shop/far is headless and has no ready endpoint of this type"),
    ],
)
def test_a_headless_service_without_selector(more: str, answers: bool, why: str) -> None:
    found = _asked(WITHOUT_SELECTOR + more)
    assert (found.answer.answered is not None) is answers
    assert found.answer.steps[0].why.startswith(why)
    told = any("nothing beside the files writes endpoints of Service shop/far" in a.text for a in found.assumptions)
    assert told is (not more)


POLICY = """---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress], egress: [RULE]}
"""
TO_DNS = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}"


@pytest.mark.parametrize(
    ("rule", "shut"),
    [
        ("{to: [{podSelector: {}}]}", True),
        ("{ports: [{port: 53, protocol: UDP}]}", False),
        ("{ports: [{port: 53, protocol: TCP}]}", True),
        (f"{{to: [{TO_DNS}]}}", False),
        (f"{{to: [{TO_DNS}], ports: [{{port: 5353, protocol: UDP}}]}}", True),
        (f"{{to: [{TO_DNS[:-1]}, podSelector: {{matchLabels: {{k8s-app: kube-dns}}}}}}]}}", False),
        (f"{{to: [{TO_DNS[:-1]}, podSelector: {{matchLabels: {{app: coredns}}}}}}]}}", True),
    ],
)
@pytest.mark.parametrize("library", list(Library))
def test_policies_that_keep_from_the_dns_leave_every_name_without_answer(
    rule: str, shut: bool, library: Library
) -> None:
    text = WITHOUT_SELECTOR + SLICE.replace("READY", "true") + POLICY.replace("RULE", rule)
    found = _asked(text, library=library)
    assert (found.answer.answered is None) is shut
    assert ("NetworkPolicy shop/p keeps shop/asker[Pod] from the cluster's DNS" in found.answer.shut) is shut
    assert found.answer.steps[0].records
    bundle = bundle_of(list(yaml.safe_load_all(text)))
    made = cluster_end("kube-dns", 53)
    assert made is not None
    end = end_of(next(iter(workloads(bundle))))
    assert Oracle(bundle)(ConnectionOf(end, made.end)).answer.ports.has("UDP", 53) is not shut


def test_policies_and_nameservers_outside() -> None:
    outside = "dnsPolicy: None, dnsConfig: {nameservers: [198.51.100.53]}, containers"
    text = WITHOUT_SELECTOR.replace("containers", outside) + POLICY
    rule = "{{to: [{{ipBlock: {{cidr: {}}}}}], ports: [{{port: 53, protocol: UDP}}]}}"
    assert not _asked(text.replace("RULE", rule.format("198.51.100.0/24"))).answer.shut
    shut = _asked(text.replace("RULE", rule.format("192.0.2.0/24"))).answer.shut
    assert shut.endswith("from nameserver 198.51.100.53 (UDP 53)")
    of_node = text.replace(outside, "dnsPolicy: Default, containers").replace("RULE", rule.format("192.0.2.0/24"))
    found = _asked(of_node)
    assert not found.answer.shut
    assert any("of which the files do not say where it is" in a.text for a in found.assumptions)


def test_a_pod_in_its_nodes_network_asks_whatever_policies_say() -> None:
    host = "hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet, containers"
    text = WITHOUT_SELECTOR.replace("containers", host) + SLICE.replace("READY", "true")
    found = _asked(text + POLICY.replace("RULE", "{to: [{podSelector: {}}]}"))
    assert (found.answer.shut, found.answer.answered is not None) == ("", True)
