"""NetworkPolicies: what the API's text says of isolation, peers and ports, and what always holds."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.kube.bundle import Bundle
from kubelens.predict.api import Oracle
from kubelens.predict.network.ends import AddressEnd
from kubelens.predict.network.ingress_reach import IngressReach
from kubelens.predict.network.matrix import PolicyMatrix
from kubelens.predict.network.policy import ConnectionOf, EndsOf, ResolvesNames
from kubelens.testing import bundle_from_text

PODS = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop}}
---
apiVersion: v1
kind: Namespace
metadata: {name: ops, labels: {team: ops}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web, tier: front}}
spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}, {name: dns, containerPort: 53, protocol: UDP}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: i, ports: [{name: sql, containerPort: 5432}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: job, namespace: ops, labels: {app: web}}
spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 9090}]}]}
"""


def policy(spec: str, name: str = "p", namespace: str = "shop") -> str:
    """A NetworkPolicy as one document."""
    return (
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\nspec: {spec}\n"
    )


def ports(source: str, destination: str, *specs: str, namespace: str = "shop") -> str:
    """The ports one end may reach at another, as text; addresses stand for themselves."""
    text = PODS + "".join(policy(spec, f"p{n}", namespace) for n, spec in enumerate(specs))
    ask = Oracle(bundle_from_text(text))
    ends: dict[str, Any] = {end.name: end for end in ask(EndsOf()).answer}
    for name in (source, destination):
        if name not in ends:
            ends[name] = AddressEnd(ip_address(name), ip_address(name))
    return str(ask(ConnectionOf(ends[source], ends[destination])).answer.ports)


ALL, NO = "all ports", "no port"
CASES = [
    # No policy selects either end: everything is open.
    ("web", "db", (), ALL),
    ("1.2.3.4", "db", (), ALL),
    # An empty podSelector selects every Pod of the namespace; no ingress rules let nothing in.
    ("web", "db", ("{podSelector: {}}",), NO),
    ("1.2.3.4", "db", ("{podSelector: {}}",), NO),
    # policyTypes defaults to Ingress alone: egress stays open.
    ("db", "job", ("{podSelector: {}}",), ALL),
    ("db", "1.2.3.4", ("{podSelector: {}}",), ALL),
    # ... and to both where there are egress rules.
    ("db", "job", ("{podSelector: {}, egress: [{to: [{podSelector: {}}]}]}",), NO),
    ("web", "db", ("{podSelector: {}, egress: [{to: [{podSelector: {}}]}]}",), NO),
    # An empty egress list is no egress rule: only Ingress is defaulted.
    ("db", "job", ("{podSelector: {}, egress: []}",), ALL),
    # policyTypes: [Egress] says nothing of ingress.
    ("web", "db", ("{podSelector: {matchLabels: {app: db}}, policyTypes: [Egress]}",), ALL),
    ("db", "web", ("{podSelector: {matchLabels: {app: db}}, policyTypes: [Egress]}",), NO),
    # Ingress rules of a policy that names Egress only are not read.
    ("web", "db", ("{podSelector: {}, policyTypes: [Egress], ingress: [], egress: [{}]}",), ALL),
    # A policy of another namespace selects nothing here.
    ("job", "job", (), ALL),
    # A rule without from and ports lets everything in.
    ("web", "db", ("{podSelector: {}, ingress: [{}]}",), ALL),
    ("1.2.3.4", "db", ("{podSelector: {}, ingress: [{}]}",), ALL),
    # An empty from list is every source.
    ("job", "db", ("{podSelector: {}, ingress: [{from: []}]}",), ALL),
    # podSelector alone means Pods of the policy's namespace.
    ("web", "db", ("{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}",), ALL),
    ("job", "db", ("{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}",), NO),
    ("1.2.3.4", "db", ("{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}",), NO),
    # namespaceSelector alone means every Pod of those namespaces.
    ("job", "db", ("{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: ops}}}]}]}",), ALL),
    ("web", "db", ("{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: ops}}}]}]}",), NO),
    ("web", "db", ("{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}",), ALL),
    ("1.2.3.4", "db", ("{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}",), NO),
    # The name label every namespace has.
    (
        "job",
        "db",
        (
            "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ops}}}]}]}",
        ),
        ALL,
    ),
    # Both in one peer: both must hold.
    (
        "job",
        "db",
        (
            "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: ops}}, podSelector: {matchLabels: {app: db}}}]}]}",
        ),
        NO,
    ),
    (
        "job",
        "db",
        (
            "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: ops}}, podSelector: {matchLabels: {app: web}}}]}]}",
        ),
        ALL,
    ),
    # Two peers: either.
    (
        "web",
        "db",
        (
            "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: ops}}}, {podSelector: {matchLabels: {tier: front}}}]}]}",
        ),
        ALL,
    ),
    # matchExpressions count as in any label selector.
    (
        "web",
        "db",
        ("{podSelector: {}, ingress: [{from: [{podSelector: {matchExpressions: [{key: tier, operator: Exists}]}}]}]}",),
        ALL,
    ),
    (
        "web",
        "db",
        (
            "{podSelector: {}, ingress: [{from: [{podSelector: {matchExpressions: [{key: tier, operator: DoesNotExist}]}}]}]}",
        ),
        NO,
    ),
    ("web", "db", ("{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [db]}]}}",), ALL),
    # ipBlock, its exceptions, and Pods, which it does not mean.
    ("10.1.2.3", "db", ("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}",), ALL),
    ("11.1.2.3", "db", ("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}",), NO),
    (
        "10.1.2.3",
        "db",
        ("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]}",),
        NO,
    ),
    (
        "10.2.2.3",
        "db",
        ("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]}",),
        ALL,
    ),
    # An exception binds its own peer, not others of the union.
    (
        "10.1.2.3",
        "db",
        (
            "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}, {ipBlock: {cidr: 10.1.2.0/24}}]}]}",
        ),
        ALL,
    ),
    (
        "web",
        "10.1.2.3",
        ("{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.1.2.3/32}}]}]}",),
        ALL,
    ),
    ("fd00::1", "db", ("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 'fd00::/8'}}]}]}",), ALL),
    ("10.1.2.3", "db", ("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 'fd00::/8'}}]}]}",), NO),
    # Ports: TCP where no protocol is named.
    ("web", "db", ("{podSelector: {}, ingress: [{ports: [{port: 5432}]}]}",), "TCP 5432"),
    ("web", "db", ("{podSelector: {}, ingress: [{ports: [{port: 53, protocol: UDP}]}]}",), "UDP 53"),
    ("web", "db", ("{podSelector: {}, ingress: [{ports: [{protocol: SCTP}]}]}",), "SCTP all ports"),
    ("web", "db", ("{podSelector: {}, ingress: [{ports: [{}]}]}",), "TCP all ports"),
    ("web", "db", ("{podSelector: {}, ingress: [{ports: []}]}",), ALL),
    ("web", "db", ("{podSelector: {}, ingress: [{ports: [{port: 80, endPort: 90}]}]}",), "TCP 80-90"),
    ("web", "db", ("{podSelector: {}, ingress: [{ports: [{port: 80}, {port: 81}, {port: 90}]}]}",), "TCP 80-81,90"),
    # Named ports are the destination's, whichever end the policy selects.
    ("web", "db", ("{podSelector: {}, ingress: [{ports: [{port: sql}]}]}",), "TCP 5432"),
    ("web", "db", ("{podSelector: {}, ingress: [{ports: [{port: http}]}]}",), NO),
    ("db", "web", ("{podSelector: {}, ingress: [{ports: [{port: http}]}]}",), "TCP 8080"),
    ("db", "job", ("{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: http}]}]}",), "TCP 9090"),
    ("db", "web", ("{podSelector: {}, ingress: [{ports: [{port: dns}]}]}",), NO),
    ("db", "web", ("{podSelector: {}, ingress: [{ports: [{port: dns, protocol: UDP}]}]}",), "UDP 53"),
    ("web", "1.2.3.4", ("{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: http}]}]}",), NO),
    # Policies add up.
    ("web", "db", ("{podSelector: {}}", "{podSelector: {}, ingress: [{ports: [{port: 5432}]}]}"), "TCP 5432"),
    (
        "web",
        "db",
        ("{podSelector: {}, ingress: [{ports: [{port: 1}]}]}", "{podSelector: {}, ingress: [{ports: [{port: 2}]}]}"),
        "TCP 1-2",
    ),
    # Both ends count: what egress allows and ingress allows.
    (
        "web",
        "db",
        ("{podSelector: {}, egress: [{ports: [{port: 5432}]}], ingress: [{ports: [{port: 80, endPort: 6000}]}]}",),
        "TCP 5432",
    ),
    ("web", "db", ("{podSelector: {}, egress: [{}]}",), NO),
    (
        "web",
        "db",
        (
            "{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]}",
        ),
        ALL,
    ),
    (
        "web",
        "job",
        (
            "{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: web}}}]}]}",
        ),
        NO,
    ),
    # A policy with an unreadable network is not stored: it isolates nothing.
    ("10.1.2.3", "db", ("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: nonsense}}]}]}",), ALL),
    # A null podSelector of a policy is the empty one.
    ("web", "db", ("{podSelector: null}",), NO),
]


@pytest.mark.parametrize(("source", "destination", "specs", "expected"), CASES)
def test_the_api_text(source: str, destination: str, specs: tuple[str, ...], expected: str) -> None:
    assert ports(source, destination, *specs) == expected


def test_a_policy_selects_in_its_own_namespace_alone() -> None:
    assert ports("web", "db", "{podSelector: {}}", namespace="ops") == ALL
    assert ports("web", "job", "{podSelector: {}}", namespace="ops") == NO


@pytest.mark.parametrize(
    ("spec", "resolves"),
    [
        ("{podSelector: {}}", True),
        ("{podSelector: {}, policyTypes: [Egress]}", False),
        ("{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 443}]}]}", False),
        ("{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]}", True),
        ("{podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}]}]}", True),
    ],
)
def test_names_resolve(spec: str, resolves: bool) -> None:
    bundle = bundle_from_text(PODS + policy(spec))
    web = bundle.get("Pod", "shop", "web")
    assert web is not None
    assert Oracle(bundle)(ResolvesNames(web)).answer is resolves


SELECTORS = st.sampled_from(
    ["{}", "{matchLabels: {app: web}}", "{matchLabels: {app: db}}", "{matchLabels: {tier: front}}"]
)
PEERS = st.sampled_from(
    [
        "{podSelector: {}}",
        "{namespaceSelector: {}}",
        "{podSelector: {matchLabels: {app: web}}}",
        "{ipBlock: {cidr: 10.0.0.0/8}}",
    ]
)
PORTS = st.sampled_from(["{port: 80}", "{port: http}", "{port: 5000, endPort: 6000}", "{protocol: UDP}"])
RULES = st.builds(
    lambda peers, chosen: f"{{{'DIR: [' + ', '.join(peers) + '], ' if peers else ''}ports: [{', '.join(chosen)}]}}",
    st.lists(PEERS, max_size=2),
    st.lists(PORTS, max_size=2),
)
POLICIES = st.builds(
    lambda pods, into, out, types: (
        f"{{podSelector: {pods}, policyTypes: [{types}], ingress: [{', '.join(r.replace('DIR', 'from') for r in into)}], "
        f"egress: [{', '.join(r.replace('DIR', 'to') for r in out)}]}}"
    ),
    SELECTORS,
    st.lists(RULES, max_size=2),
    st.lists(RULES, max_size=2),
    st.sampled_from(["Ingress", "Egress", "Ingress, Egress"]),
)


def matrix(bundle: Bundle) -> dict[tuple[str, str], str]:
    """The matrix by names."""
    return {(a.name, b.name): str(p) for a, b, p in Oracle(bundle)(PolicyMatrix()).answer}


@settings(max_examples=25, deadline=None)
@given(st.lists(POLICIES, min_size=1, max_size=3))
def test_order_does_not_matter_and_single_answers_agree(specs: list[str]) -> None:
    seen = {
        tuple(sorted(matrix(bundle_from_text(PODS + "".join(policy(s, f"p{n}") for n, s in enumerate(order)))).items()))
        for order in permutations(specs)
    }
    assert len(seen) == 1
    for (source, destination), text in next(iter(seen)):
        assert ports(source, destination, *specs) == text


def brute(specs: list[dict[str, Any]], source: Any, destination: Any, number: int) -> bool:
    """The definition, evaluated for one TCP port between two Pods (name, namespace, labels, named ports)."""

    def selected(selector: dict[str, Any], labels: dict[str, str]) -> bool:
        return all(labels.get(k) == v for k, v in selector.get("matchLabels", {}).items())

    def lets(rule: dict[str, Any], key: str, other: Any) -> bool:
        peers = rule.get(key)
        if peers and not any(
            ("namespaceSelector" in p)
            or ("podSelector" in p and other[1] == "shop" and selected(p["podSelector"], other[2]))
            for p in peers
        ):
            return False
        rules = rule.get("ports")
        return not rules or any(
            p.get("protocol", "TCP") == "TCP"
            and (
                "port" not in p or p["port"] <= number <= p.get("endPort", p["port"])
                if not isinstance(p.get("port"), str)
                else destination[3].get(p["port"]) == number
            )
            for p in rules
        )

    for end, other, kind, key in ((source, destination, "egress", "to"), (destination, source, "ingress", "from")):
        mine = [
            s
            for s in specs
            if end[1] == "shop" and selected(s["podSelector"], end[2]) and kind.capitalize() in s["policyTypes"]
        ]
        if mine and not any(lets(rule, key, other) for s in mine for rule in s[kind]):
            return False
    return True


@settings(max_examples=40, deadline=None)
@given(st.lists(POLICIES, min_size=1, max_size=3), st.sampled_from([80, 8080, 5432, 5500, 9090]))
def test_the_definition_evaluated_by_brute_force(specs: list[str], number: int) -> None:
    ask = Oracle(bundle_from_text(PODS + "".join(policy(s, f"p{n}") for n, s in enumerate(specs))))
    decoded = [dict(r.spec) for r in ask.bundle.all("NetworkPolicy")]
    ends = ask(EndsOf()).answer
    facts = [
        (
            e.name,
            e.namespace,
            dict(e.workload.pod.labels),
            {p.name: p.number for c in e.workload.pod.containers for p in c.ports if p.protocol == "TCP"},
        )
        for e in ends
    ]
    for a, one in zip(ends, facts, strict=True):
        for b, two in zip(ends, facts, strict=True):
            if a is not b:
                assert ask(ConnectionOf(a, b)).answer.ports.has("TCP", number) == brute(decoded, one, two, number)


def test_addresses_of_a_block() -> None:
    assert AddressEnd(ip_address("10.0.0.1"), ip_address("10.0.0.9")).within(ip_network("10.0.0.0/28"))
    assert not AddressEnd(ip_address("10.0.0.1"), ip_address("10.0.0.19")).within(ip_network("10.0.0.0/28"))


ROUTE = """---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: main, port: 80, targetPort: http}, {name: more, port: 81, targetPort: 9000}]}
---
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: web, namespace: shop}
spec: {to: {kind: Service, name: web}, port: {targetPort: TARGET}}
"""


@pytest.mark.parametrize(("target", "ports"), [("main", "TCP 8080"), ("9000", "TCP 9000"), ("null", "TCP 8080,9000")])
def test_an_openshift_route_opens_what_it_names(target: str, ports: str) -> None:
    ask = Oracle(bundle_from_text(PODS + ROUTE.replace("TARGET", target)))
    ((end, wanted, _),) = ask(IngressReach()).answer
    assert (str(end), str(wanted)) == ("shop/web[Pod]", ports)


def test_a_node_is_no_owner_of_a_name() -> None:
    owned = PODS.replace(
        "{name: db, namespace: shop", "{name: db, namespace: shop, ownerReferences: [{kind: Node, name: n1}]"
    )
    assert [str(e) for e in Oracle(bundle_from_text(owned))(EndsOf()).answer] == [
        "shop/web[Pod]",
        "shop/db[Pod]",
        "ops/job[Pod]",
    ]


def test_policies_of_other_apis_are_said_not_to_be_modelled() -> None:
    other = "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: shop}\nspec: {}\n"
    ask = Oracle(bundle_from_text(PODS + other))
    web, db, _ = ask(EndsOf()).answer
    assert any("CiliumNetworkPolicy shop/c" in a.text for a in ask(ConnectionOf(web, db)).assumptions)


def test_the_matrix_says_of_each_pair_what_a_question_about_it_says() -> None:
    pod = """
        apiVersion: v1
        kind: Pod
        metadata: {{name: {name}, namespace: {namespace}, labels: {{app: {app}, tier: "{name}"}}}}
        spec: {{hostNetwork: {host}, containers: [{{name: c, image: "c:1", ports: [{{name: {port}, containerPort: {number}}}]}}]}}
    """
    policy = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {{name: p{number}, namespace: {namespace}}}
        spec: {{podSelector: {{matchLabels: {{app: {app}}}}}, ingress: [{{from: [{{podSelector: {{matchLabels: {{app: {peer}}}}}}}], ports: [{{port: {port}}}]}}]}}
    """
    texts = [
        pod.format(
            name=f"{app}{n}", namespace=namespace, app=app, host=str(n == 3).lower(), port=port, number=8000 + n % 2
        )
        for namespace in ("a", "b")
        for app, port in (("web", "http"), ("db", "sql"))
        for n in range(4)
    ]
    texts += [
        policy.format(number=n, namespace=namespace, app=app, peer=peer, port=port)
        for n, (namespace, app, peer, port) in enumerate(
            [("a", "web", "db", "http"), ("a", "db", "web", "9000"), ("b", "db", "db", "sql"), ("b", "web", "x", "1")]
        )
    ]
    bundle = bundle_from_text(*texts)
    oracle = Oracle(bundle)
    ends = oracle(EndsOf()).answer
    pairs = {(str(a), str(b)): ports for a, b, ports in oracle(PolicyMatrix()).answer}
    asked = {(str(a), str(b)): oracle(ConnectionOf(a, b)).answer.ports for a in ends for b in ends if a is not b}
    assert pairs == {key: ports for key, ports in asked.items() if ports}
    assert len(set(map(str, pairs.values()))) == 4


@pytest.mark.parametrize(("port", "open_"), [("8080", False), ("99999", True)])
def test_a_policy_that_the_server_refuses_decides_nothing(port: str, open_: bool) -> None:
    bundle = bundle_from_text(
        f"""\
apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: shop, labels: {{app: web}}}}
spec: {{containers: [{{name: c, image: "x:1"}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: db, namespace: shop, labels: {{app: db}}}}
spec: {{containers: [{{name: c, image: "x:1"}}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: closed, namespace: shop}}
spec: {{podSelector: {{matchLabels: {{app: db}}}}, ingress: [{{from: [{{podSelector: {{matchLabels: {{app: none}}}}}}], ports: [{{port: {port}}}]}}]}}
"""
    )
    ask = Oracle(bundle)
    web, db = ask(EndsOf()).answer
    assert bool(ask(ConnectionOf(web, db)).answer.ports) is open_
