"""Names in a Pod's own /etc/hosts come before DNS: hosts(5), nsswitch.conf(5) and the kubelet's file."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.kube.bundle import Bundle
from kubelens.kube.workload import workloads
from kubelens.predict.api import Oracle, Prediction
from kubelens.predict.network.dns.lookup import Lookup, LookupOf
from kubelens.predict.network.dns.resolvers import ADDRESS_TYPES, Library
from tests.agreement.ingress import bundle_of

ALIASES = [{"ip": "10.0.0.9", "hostnames": ["legacy.corp", "db"]}, {"ip": "fd00::9", "hostnames": ["six"]}]
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "db", "namespace": "shop"},
    "spec": {"clusterIP": "10.96.0.77", "ports": [{"port": 5432}]},
}


def _spec(**written: object) -> dict[str, Any]:
    return {"containers": [{"name": "web", "image": "web:1"}], "hostAliases": ALIASES, **written}


def _pod(**written: object) -> Bundle:
    metadata = {"name": "web", "namespace": "shop"}
    return bundle_of([{"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": _spec(**written)}, SERVICE])


def _numbered(replicas: int) -> Bundle:
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": _spec()}
    spec = {"serviceName": "web", "replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    metadata = {"name": "web", "namespace": "shop"}
    return bundle_of([{"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata, "spec": spec}])


def _found(
    bundle: Bundle, name: str, library: Library = Library.GLIBC, types: tuple[str, ...] = ADDRESS_TYPES
) -> Prediction[Lookup]:
    (workload,) = workloads(bundle)
    return Oracle(bundle)(LookupOf(name, workload, types=types, library=library))


def _values(found: Prediction[Lookup]) -> list[str]:
    """The addresses from the file, none where DNS was asked."""
    answered = found.answer.answered
    return [r.value for r in answered.records] if answered is not None and answered.file else []


@pytest.mark.parametrize("library", [*Library])
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("legacy.corp", ["10.0.0.9"]),
        ("db", ["10.0.0.9"]),
        ("six", ["fd00::9"]),
        ("localhost", ["127.0.0.1", "::1"]),
        ("ip6-allnodes", ["fe00::1"]),
        ("web", ["<IPv4 of the Pod itself>"]),
        ("db.", []),
        ("db.shop", []),
        ("legacy", []),
    ],
)
def test_names_of_the_file_come_before_dns(name: str, values: list[str], library: Library) -> None:
    assert _values(_found(_pod(), name, library)) == values


def test_other_names_are_asked_of_dns() -> None:
    answered = _found(_pod(), "db.shop").answer.answered
    assert answered is not None
    assert (answered.file, answered.records[0].value) == ("", "10.96.0.77")


def test_glibc_alone_takes_any_case() -> None:
    assert _values(_found(_pod(), "DB")) == ["10.0.0.9"]
    assert _values(_found(_pod(), "DB", Library.MUSL)) == []


def test_types_that_no_address_is_of_are_asked_of_dns() -> None:
    assert _values(_found(_pod(), "db", types=("SRV",))) == []
    assert _values(_found(_pod(), "six", types=("A",))) == []
    other = _found(_pod(), "six", Library.MUSL, ("A",))
    assert any("newer musl does not" in a.text for a in other.assumptions)


@pytest.mark.parametrize(
    ("written", "names", "not_names"),
    [
        ({"hostname": "front"}, ["front"], ["web"]),
        ({"subdomain": "inner"}, ["web", "web.inner.shop.svc.cluster.local"], ["web.inner"]),
        ({"hostname": "front", "subdomain": "inner", "hostnameOverride": "a.b"}, ["a.b"], ["front"]),
    ],
)
def test_the_pods_own_names(written: dict[str, str], names: list[str], not_names: list[str]) -> None:
    bundle = _pod(**written)
    assert all(_values(_found(bundle, name)) == ["<IPv4 of the Pod itself>"] for name in names)
    assert not any(_values(_found(bundle, name)) for name in not_names)


def test_a_numbered_pod_has_its_own_name_and_its_neighbours_have_not() -> None:
    assert _values(_found(_numbered(1), "web-0"))
    several = _found(_numbered(2), "web-0")
    assert not _values(several)
    assert any(a.text.startswith("the Pod that asks is not web-0,") for a in several.assumptions)
    other = _found(_numbered(2), "db").assumptions
    assert not any("the Pod that asks" in a.text for a in other)


def test_on_the_host_network_the_file_is_the_nodes_with_the_aliases() -> None:
    bundle = _pod(hostNetwork=True)
    alias, own, local = (_found(bundle, name) for name in ("legacy.corp", "web", "localhost"))
    assert (_values(alias), _values(own), _values(local)) == (["10.0.0.9"], [], ["127.0.0.1"])
    assert "the node's own /etc/hosts does not name web" in [a.text for a in own.assumptions]
    assert "the node's own /etc/hosts names localhost alike" in [a.text for a in local.assumptions]


def test_a_file_mounted_there_takes_the_kubelets_place() -> None:
    mounts = [{"name": "own", "mountPath": "/etc/hosts", "subPath": "hosts"}]
    mounting = {"name": "web", "image": "web:1", "volumeMounts": mounts}
    beside = {"name": "log", "image": "log:1"}
    alone, one_of_two = _pod(containers=[mounting]), _pod(containers=[mounting, beside])
    assert not _values(_found(alone, "legacy.corp"))
    assert any("that web mounts does not name" in a.text for a in _found(alone, "legacy.corp").assumptions)
    assert _values(_found(one_of_two, "legacy.corp")) == ["10.0.0.9"]
    assert any("the container that asks is not web" in a.text for a in _found(one_of_two, "legacy.corp").assumptions)
