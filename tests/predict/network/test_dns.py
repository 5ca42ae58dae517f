"""Names, search lists and records: the DNS specification's examples and resolv.conf(5)."""

from __future__ import annotations

import pytest

from kubelens.kube.bundle import Bundle
from kubelens.kube.workload import workloads
from kubelens.predict.api import Oracle
from kubelens.predict.network.dns import LookupOf, RecordsOf, ResolverConfig, names_asked, resolver_config
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
    assert list(names_asked(name, ResolverConfig(("<cluster DNS>",), SEARCH, ndots))) == expected


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
    assert not any(name.startswith("db-0.") for name, _, _ in found)


def test_records_of_a_headless_service() -> None:
    names = {r.name for r in Oracle(_bundle(clusterIP="None"))(RecordsOf()).answer if r.type == "A"}
    assert names == {"db.shop.svc.cluster.local.", "db-0.db.shop.svc.cluster.local.", "db-1.db.shop.svc.cluster.local."}


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
    config = resolver_config(workload.pod, "shop")
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
