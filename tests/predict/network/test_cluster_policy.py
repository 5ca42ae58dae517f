"""Cluster-wide policies: the tier Admin before NetworkPolicies, by priority, and the tier Baseline after them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kubelens.predict.api import Oracle, Prediction
from kubelens.predict.chain.stored import Stored
from kubelens.predict.network.ends import AddressEnd
from kubelens.predict.network.matrix import PolicyMatrix
from kubelens.predict.network.policy import ConnectionOf, Connectivity, EndsOf
from kubelens.predict.network.port_set import ALL_PORTS, NO_PORTS, PortSet
from kubelens.predict.network.shared_priorities import SharedPriorities
from tests.agreement.ingress import bundle_of

WORLD = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop}}
---
apiVersion: v1
kind: Namespace
metadata: {name: watch, labels: {team: watch}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: c, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: scraper, namespace: watch, labels: {app: scraper}}
spec: {containers: [{name: c, image: c}]}
"""
CLOSED = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "closed", "namespace": "shop"},
    "spec": {"podSelector": {}},
}
SUBJECT = {"namespaces": {"matchLabels": {"team": "shop"}}}
FROM_WATCH = [{"namespaces": {"matchLabels": {"team": "watch"}}}]


def _rule(action: str, **more: Any) -> dict[str, Any]:
    return {"action": action, "from": FROM_WATCH, **more}


def _policy(kind: str, *rules: dict[str, Any], priority: int = 10, name: str = "p", **spec: Any) -> dict[str, Any]:
    direction = "egress" if rules and "to" in rules[0] else "ingress"
    value = {"subject": SUBJECT, direction: list(rules), **spec}
    if kind != "BaselineAdminNetworkPolicy":
        value["priority"] = priority
    version = "v1alpha2" if kind == "ClusterNetworkPolicy" else "v1alpha1"
    return {
        "apiVersion": f"policy.networking.k8s.io/{version}",
        "kind": kind,
        "metadata": {"name": name},
        "spec": value,
    }


def _ask(*policies: dict[str, Any], to: Any = None) -> Prediction[Connectivity]:
    oracle = Oracle(bundle_of([*yaml.safe_load_all(WORLD), *policies]))
    ends = {end.name: end for end in oracle(EndsOf()).answer}
    if to is not None:
        return oracle(ConnectionOf(ends["web"], to))
    return oracle(ConnectionOf(ends["scraper"], ends["web"]))


def _ports(*policies: dict[str, Any]) -> str:
    return str(_ask(*policies).answer.ports)


ADMIN, BASELINE, CLUSTER = "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"


def test_admin_policies_come_before_network_policies() -> None:
    assert _ports(CLOSED) == "no port"
    assert _ports(CLOSED, _policy(ADMIN, _rule("Allow"))) == "all ports"
    assert _ports(_policy(ADMIN, _rule("Deny"))) == "no port"
    assert _ports(CLOSED, _policy(ADMIN, _rule("Pass"))) == "no port"


def test_the_baseline_decides_what_no_network_policy_isolates() -> None:
    opened = {**CLOSED, "spec": {"podSelector": {}, "ingress": [{}]}}
    assert _ports(_policy(BASELINE, _rule("Deny"), name="default")) == "no port"
    assert _ports(opened, _policy(BASELINE, _rule("Deny"), name="default")) == "all ports"
    assert _ports(_policy(ADMIN, _rule("Allow")), _policy(BASELINE, _rule("Deny"), name="default")) == "all ports"


@pytest.mark.parametrize(("first", "second", "ports"), [("Allow", "Deny", "all ports"), ("Deny", "Allow", "no port")])
def test_the_lower_priority_and_the_earlier_rule_are_asked_first(first: str, second: str, ports: str) -> None:
    assert _ports(_policy(ADMIN, _rule(second), priority=20), _policy(ADMIN, _rule(first), name="q")) == ports
    assert _ports(_policy(ADMIN, _rule(first), _rule(second))) == ports


@pytest.mark.parametrize(
    ("kind", "ports", "found"),
    [
        (ADMIN, {"ports": [{"portNumber": {"protocol": "TCP", "port": 80}}]}, "TCP 80"),
        (ADMIN, {"ports": [{"portRange": {"start": 80, "end": 90, "protocol": "UDP"}}]}, "UDP 80-90"),
        (ADMIN, {"ports": [{"namedPort": "http"}]}, "TCP 8080"),
        (CLUSTER, {"protocols": [{"tcp": {"destinationPort": {"number": 80}}}]}, "TCP 80"),
        (CLUSTER, {"protocols": [{"udp": {"destinationPort": {"range": {"start": 1, "end": 9}}}}]}, "UDP 1-9"),
        (CLUSTER, {"protocols": [{"destinationNamedPort": "http"}]}, "TCP 8080"),
        (
            CLUSTER,
            {"protocols": [{"sctp": {"destinationPort": {"range": {"start": 1, "end": 65535}}}}]},
            "SCTP all ports",
        ),
    ],
)
def test_ports_of_rules(kind: str, ports: dict[str, Any], found: str) -> None:
    action = "Accept" if kind == CLUSTER else "Allow"
    tier = {"tier": "Admin"} if kind == CLUSTER else {}
    assert _ports(CLOSED, _policy(kind, _rule(action, **ports), **tier)) == found


def test_cluster_network_policies_have_a_tier() -> None:
    deny = _policy(CLUSTER, _rule("Deny"), tier="Baseline")
    accept = _policy(CLUSTER, _rule("Accept"), tier="Admin", name="q")
    assert _ports(deny) == "no port"
    assert _ports(deny, accept) == "all ports"
    assert _ports(deny, _policy(CLUSTER, _rule("Pass"), tier="Admin", name="q")) == "no port"


def test_networks_are_outside_the_cluster() -> None:
    from ipaddress import ip_address  # noqa: PLC0415 - one test alone

    policy = _policy(ADMIN, {"action": "Deny", "to": [{"networks": ["10.8.0.0/16"]}]})
    inside, outside = ip_address("10.8.0.1"), ip_address("10.9.0.1")
    assert not _ask(policy, to=AddressEnd(inside, inside)).answer.ports
    assert _ask(policy, to=AddressEnd(outside, outside)).answer.ports == ALL_PORTS


@pytest.mark.parametrize(("address", "told"), [("10.8.0.1", True), ("fd00::1", True), ("8.8.8.8", False)])
def test_an_address_that_a_service_may_have_is_said_to_be_none(address: str, told: bool) -> None:
    from ipaddress import ip_address

    end = ip_address(address)
    texts = " ".join(a.text for a in _ask(to=AddressEnd(end, end)).assumptions)
    assert (f"{address} is no Service's address" in texts) is told


def test_what_is_not_followed_is_said() -> None:
    istio = {"apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy", "metadata": {"name": "a"}, "spec": {}}
    nodes = _policy(ADMIN, {"action": "Deny", "to": [{"nodes": {}}, {"domainNames": ["x.org"]}]})
    told = " ".join(a.text for a in _ask(istio, nodes).assumptions)
    for text in ("AuthorizationPolicy default/a is not modelled", "names and nodes that p names"):
        assert text in told


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (_policy(ADMIN, _rule("Allow"), name="q"), True),
        (_policy(ADMIN, _rule("Deny"), name="q"), False),
        (_policy(ADMIN, _rule("Allow"), name="q", priority=11), False),
        (_policy(ADMIN, _rule("Allow", ports=[{"portNumber": {"protocol": "TCP", "port": 1}}]), name="q"), True),
        (
            _policy(ADMIN, {"action": "Allow", "from": [{"namespaces": {"matchLabels": {"team": "no"}}}]}, name="q"),
            False,
        ),
    ],
)
def test_which_of_one_priority_comes_first_is_an_assumption_where_it_decides(second: Any, told: bool) -> None:
    policies = [_policy(ADMIN, _rule("Deny")), second]
    texts = " ".join(a.text for a in _ask(*policies).assumptions)
    assert ("p and q share priority 10 and contradict each other" in texts) is told
    oracle = Oracle(bundle_of([*yaml.safe_load_all(WORLD), *policies]))
    assert any("share priority" in a.text for a in oracle(PolicyMatrix()).assumptions) is told
    assert bool(oracle(SharedPriorities()).answer) is told


@pytest.mark.parametrize(
    "refused",
    [
        _policy(BASELINE, _rule("Deny"), name="any"),
        _policy(BASELINE, _rule("Pass"), _rule("Deny"), name="default"),
        _policy(ADMIN, _rule("Deny"), priority=1001),
        _policy(ADMIN, _rule("Deny"), priority=-1),
        _policy(ADMIN, {"action": "Deny", "from": []}),
        _policy(ADMIN, _rule("Deny", ports=[])),
        _policy(ADMIN, _rule("Accept"), _rule("Deny")),
        _policy(CLUSTER, _rule("Deny"), tier="Middle"),
        _policy(CLUSTER, _rule("Deny"), priority=1001, tier="Admin"),
        _policy(CLUSTER, _rule("Allow"), _rule("Deny"), tier="Admin"),
        _policy(CLUSTER, _rule("Deny", protocols=[{"tcp": {"destinationPort": {"range": {"start": 9, "end": 1}}}}]), tier="Admin"),
        {**_policy(ADMIN, _rule("Deny")), "spec": {"priority": 1, "ingress": [_rule("Deny")]}},
    ],
)  # fmt: skip
def test_what_their_definitions_refuse_decides_nothing(refused: dict[str, Any]) -> None:
    found = _ask(refused)
    assert found.answer.ports == ALL_PORTS
    oracle = Oracle(bundle_of([*yaml.safe_load_all(WORLD), refused]))
    assert oracle(Stored(next(r for r in oracle.bundle if r.kind == refused["kind"]))).answer.denial is not None


def test_the_deciding_rule_is_named() -> None:
    reasons = [r.text for r in _ask(_policy(ADMIN, _rule("Deny", name="no-watching"))).reasons]
    assert any("'no-watching' of AdminNetworkPolicy 'p' (priority 10): Deny all ports" in text for text in reasons)


ranges = st.tuples(st.sampled_from(["TCP", "UDP"]), st.integers(1, 70), st.integers(1, 70))


@given(st.lists(ranges, max_size=5), st.lists(ranges, max_size=5))
def test_a_difference_has_what_only_the_first_has(
    left: list[tuple[str, int, int]], right: list[tuple[str, int, int]]
) -> None:
    def union(found: list[tuple[str, int, int]]) -> PortSet:
        total = NO_PORTS
        for protocol, a, b in found:
            total = total | PortSet.of(protocol, min(a, b), max(a, b))
        return total

    one, other = union(left), union(right)
    for protocol in ("TCP", "UDP"):
        for port in range(1, 72):
            assert (one - other).has(protocol, port) == (one.has(protocol, port) and not other.has(protocol, port))
