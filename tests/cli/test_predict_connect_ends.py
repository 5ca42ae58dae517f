"""``predict connect`` to what is no Pod of the files: endpoints by hand, aliases, Pods in their node's network, blocks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.predict import command

WORLD = """\
apiVersion: v1
kind: Pod
metadata: {name: cli, labels: {app: cli}}
spec: {containers: [{name: c, image: "c:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: "c:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: agent, labels: {app: agent}}
spec: {hostNetwork: true, containers: [{name: c, image: "c:1", ports: [{containerPort: 9100}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {ports: [{name: pg, port: 5432}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1, labels: {kubernetes.io/service-name: db}}
addressType: IPv4
ports: [{name: pg, port: 15432}]
endpoints:
- {addresses: [198.51.100.7]}
- {addresses: [198.51.100.8], conditions: {ready: false}}
- {addresses: [198.51.100.9], targetRef: {kind: Pod, name: web}}
---
apiVersion: v1
kind: Service
metadata: {name: old}
spec: {ports: [{port: 3306}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: old}
subsets: [{addresses: [{ip: 192.0.2.7}], ports: [{port: 3307}]}]
---
apiVersion: v1
kind: Service
metadata: {name: misnamed}
spec: {ports: [{name: pg, port: 5432}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: misnamed-1, labels: {kubernetes.io/service-name: misnamed}}
addressType: IPv4
ports: [{name: sql, port: 5432}]
endpoints: [{addresses: [198.51.100.7]}]
---
apiVersion: v1
kind: Service
metadata: {name: names}
spec: {ports: [{name: pg, port: 5432}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: names-1, labels: {kubernetes.io/service-name: names}}
addressType: FQDN
ports: [{name: pg, port: 5432}]
endpoints: [{addresses: [db.example.com]}]
---
apiVersion: v1
kind: Service
metadata: {name: empty}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: far}
spec: {type: ExternalName, externalName: db.example.com}
---
apiVersion: v1
kind: Service
metadata: {name: near}
spec: {type: ExternalName, externalName: db.default.svc.cluster.local}
---
apiVersion: v1
kind: Service
metadata: {name: circle}
spec: {type: ExternalName, externalName: circle.default.svc.cluster.local}
---
apiVersion: v1
kind: Service
metadata: {name: dead}
spec: {type: ExternalName, externalName: gone.default.svc.cluster.local}
---
apiVersion: v1
kind: Service
metadata: {name: number}
spec: {type: ExternalName, externalName: 198.51.100.7}
"""
POLICY = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p}}\nspec: {}\n"
EGRESS = "{{podSelector: {{matchLabels: {{app: {}}}}}, policyTypes: [Egress], egress: [{{to: [{}]}}]}}"
INGRESS = "{{podSelector: {{matchLabels: {{app: {}}}}}, ingress: [{{from: [{}]}}]}}"


def _run(folder: Path, words: str, policy: str = "", *more: str) -> Result:
    file = folder / "all.yaml"
    file.write_text(WORLD + (POLICY.format(policy) if policy else ""))
    return CliRunner().invoke(command, ["connect", words, str(file), *more])


def _json(folder: Path, words: str, policy: str = "") -> Any:
    return json.loads(_run(folder, words, policy, "--format", "json").output)


def _block(cidr: str, *excepted: str) -> str:
    return f"{{ipBlock: {{cidr: {cidr}, except: [{', '.join(excepted)}]}}}}"


@pytest.mark.parametrize(
    ("goal", "ends"),
    [
        ("db:5432", [("198.51.100.7", 15432), ("default/web[Pod]", 15432)]),
        ("old:3306", [("192.0.2.7", 3307)]),
        ("near:5432", [("198.51.100.7", 15432), ("default/web[Pod]", 15432)]),
    ],
)
def test_endpoints_by_hand_are_ends(goal: str, ends: list[tuple[str, int]], tmp_path: Path) -> None:
    found = _json(tmp_path, f"cli -> {goal}")["connections"]
    assert [(one["destination"], one["port"]["number"]) for one in found] == ends
    assert all(one["allowed"] for one in found)


@pytest.mark.parametrize(
    ("cidr", "goes"), [("198.51.100.0/24", True), ("192.0.2.0/24", False), ("0.0.0.0/0", True), ("", False)]
)
def test_policies_see_the_address_of_an_endpoint(cidr: str, goes: bool, tmp_path: Path) -> None:
    peer = _block(cidr) if cidr else "{podSelector: {}}"
    first, *_ = _json(tmp_path, "cli -> db:5432", EGRESS.format("cli", peer))["connections"]
    assert first["allowed"] is goes
    assert any("is no Pod's" in text for text in first["assumptions"])


@pytest.mark.parametrize(("cidr", "goes"), [("0.0.0.0/0", True), ("198.51.100.0/24", False)])
def test_an_alias_leads_outside(cidr: str, goes: bool, tmp_path: Path) -> None:
    result = _run(tmp_path, "cli -> far:5432", EGRESS.format("cli", _block(cidr)))
    assert (result.exit_code == 0) is goes
    assert "Service default/far is an alias of db.example.com" in result.output
    assert "db.example.com has some address outside the cluster, which the files do not say" in result.output


@pytest.mark.parametrize(
    ("goal", "says"),
    [
        ("misnamed:5432", "EndpointSlice misnamed-1 has no TCP port named 'pg', as the Service's is"),
        ("names:5432", "addresses of type FQDN: kube-proxy follows no names"),
        ("empty:80", "it has no selector, and no EndpointSlice or Endpoints among the files is its"),
        ("empty", "it has no selector"),
        ("circle:80", "an alias of circle.default.svc.cluster.local, which leads to nothing among the files"),
        ("dead:80", "an alias of gone.default.svc.cluster.local, which leads to nothing among the files"),
        ("number:80", "externalName 198.51.100.7 is an address, of which CoreDNS makes no record"),
    ],
)
def test_a_service_that_leads_nowhere_is_told_with_the_reason(goal: str, says: str, tmp_path: Path) -> None:
    result = _run(tmp_path, f"cli -> {goal}")
    assert result.exit_code == 1
    assert says in result.output
    assert _json(tmp_path, f"cli -> {goal}")["connections"] == []


def test_a_port_that_a_service_does_not_have_is_a_mistake_in_the_question(tmp_path: Path) -> None:
    result = _run(tmp_path, "cli -> db:80")
    assert result.exit_code == 2
    assert "Service default/db has no port 80; it has: 5432 (pg)" in result.output


@pytest.mark.parametrize(
    ("words", "policy", "goes", "other"),
    [
        # No policy binds a Pod in its node's network.
        ("agent -> web:80", EGRESS.format("agent", "{podSelector: {matchLabels: {app: cli}}}"), True, "no port"),
        ("cli -> agent:9100", INGRESS.format("agent", "{podSelector: {matchLabels: {app: web}}}"), True, "no port"),
        # To others it is its node: no Pod, and some address.
        ("agent -> web:80", INGRESS.format("web", "{podSelector: {matchLabels: {app: agent}}}"), False, "all ports"),
        ("cli -> agent:9100", EGRESS.format("cli", "{namespaceSelector: {}}"), False, "all ports"),
        ("agent -> web:80", INGRESS.format("web", _block("0.0.0.0/0")), True, ""),
        ("cli -> agent:9100", EGRESS.format("cli", "{podSelector: {matchLabels: {app: web}}}"), False, ""),
    ],
)
def test_a_pod_in_its_nodes_network_is_its_node(
    words: str, policy: str, goes: bool, other: str, tmp_path: Path
) -> None:
    (found,) = _json(tmp_path, words, policy)["connections"]
    assert found["allowed"] is goes
    (told,) = [text for text in found["assumptions"] if "where the API leaves open what policies do" in text]
    assert told.endswith(f"a plugin that knows the Pod has {other}" if other else "as in most plugins")
    same_node = any("a node may always reach its own Pods" in text for text in found["assumptions"])
    assert same_node is (words.startswith("agent") and not goes)


@pytest.mark.parametrize(
    ("peer", "goes", "outside", "maybe"),
    [
        (_block("0.0.0.0/0"), True, True, False),
        (_block("0.0.0.0/0", "10.0.0.0/8"), False, False, True),
        (_block("10.0.0.0/8"), False, False, True),
        ("{podSelector: {}}", True, False, False),
        ("{podSelector: {}}, " + _block("10.0.0.0/8"), True, False, False),
    ],
)
def test_blocks_and_addresses_of_pods(peer: str, goes: bool, outside: bool, maybe: bool, tmp_path: Path) -> None:
    (found,) = _json(tmp_path, "cli -> web:80", EGRESS.format("cli", peer))["connections"]
    assert found["allowed"] is goes
    told = " ".join(found["assumptions"])
    assert ("ipBlocks hold addresses of Pods too, as in most plugins" in told) is outside
    assert ("is in none of the rules' ipBlocks that hold only a part of all" in told) is maybe


@pytest.mark.parametrize(("address", "goes"), [("10.1.0.5", True), ("10.2.0.5", False), ("10.1.9.5", False)])
def test_the_address_of_a_pod_is_held_against_blocks_where_the_files_say_it(
    address: str, goes: bool, tmp_path: Path
) -> None:
    file = tmp_path / "all.yaml"
    policy = POLICY.format(EGRESS.format("cli", _block("10.1.0.0/16", "10.1.9.0/24")))
    first, second, rest = WORLD.split("---\n", 2)
    status = f"status: {{phase: Running, podIP: {address}, podIPs: [{{ip: {address}}}]}}\n"
    file.write_text("---\n".join([first, second + status, rest]) + policy)
    result = CliRunner().invoke(command, ["connect", "cli -> web:80", str(file)])
    assert (result.exit_code == 0) is goes
    assert "that hold only a part" not in result.output
    matrix = CliRunner().invoke(command, ["connect", "--matrix", "--format", "json", str(file)])
    pairs = {(c["source"], c["destination"]) for c in json.loads(matrix.output)["connections"]}
    assert (("default/cli[Pod]", "default/web[Pod]") in pairs) is goes


@pytest.mark.parametrize(
    ("spec", "says"), [("replicas: 0", "Deployment idle asks for 0 Pods: nobody is there"), ("replicas: 1", "")]
)
def test_a_workload_without_pods_is_no_end(spec: str, says: str, tmp_path: Path) -> None:
    idle = f"""---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: idle}}
spec:
  {spec}
  selector: {{matchLabels: {{app: idle}}}}
  template: {{metadata: {{labels: {{app: idle}}}}, spec: {{containers: [{{name: c, image: "c:1"}}]}}}}
"""
    for words in ("cli -> idle:80", "idle -> web:80"):
        (tmp_path / "all.yaml").write_text(WORLD + idle)
        result = CliRunner().invoke(command, ["connect", words, str(tmp_path / "all.yaml")])
        assert result.exit_code == (1 if says else 0)
        assert says in result.output


@pytest.mark.parametrize(("policy", "told"), [(INGRESS.format("web", _block("203.0.113.0/24")), True), ("", False)])
def test_a_client_outside_may_be_seen_under_another_address(policy: str, told: bool, tmp_path: Path) -> None:
    (found,) = _json(tmp_path, "203.0.113.9 -> web:80", policy)["connections"]
    assert found["allowed"]
    assert any("203.0.113.9 is what the Pod's node sees" in text for text in found["assumptions"]) is told


HEADLESS = """---
apiVersion: v1
kind: Service
metadata: {name: peers}
spec: {clusterIP: None, selector: {app: web}, ports: [{name: http, port: 80, targetPort: TARGET}]}
---
apiVersion: v1
kind: Service
metadata: {name: both}
spec: {selector: {app: web}, ports: [{name: a, port: 53, targetPort: 5353, protocol: UDP}, {name: b, port: 53, targetPort: 5454}]}
"""


@pytest.mark.parametrize(("target", "more"), [("8080", True), ("none", True), ("80", False)])
@pytest.mark.parametrize(("goal", "port"), [("peers:80", 80), ("peers:9999", 9999), ("peers", None)])
def test_a_headless_service_leads_to_the_pods_own_ports(
    goal: str, port: int | None, target: str, more: bool, tmp_path: Path
) -> None:
    (tmp_path / "all.yaml").write_text(WORLD + HEADLESS.replace("TARGET", target))
    words = ["connect", f"cli -> {goal}", str(tmp_path / "all.yaml"), "--format", "json"]
    (found,) = json.loads(CliRunner().invoke(command, words).output)["connections"]
    assert (found["destination"], found.get("port", {}).get("number")) == ("default/web[Pod]", port)
    assert "is headless: DNS leads to the Pods themselves" in found["reasons"][0]
    assert ("counts for SRV records alone" in found["reasons"][0]) is (more and port == 80)
    rows = CliRunner().invoke(command, ["endpoints", str(tmp_path / "all.yaml"), "--service", "peers"])
    assert rows.exit_code == 0
    assert "Pod default/web" in rows.output


@pytest.mark.parametrize(("protocol", "number"), [("UDP", 5353), ("TCP", 5454)])
def test_the_protocol_chooses_among_ports_of_one_number(protocol: str, number: int, tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(WORLD + HEADLESS.replace("TARGET", "80"))
    words = ["connect", "cli -> both:53", str(tmp_path / "all.yaml"), "--protocol", protocol, "--format", "json"]
    (found,) = json.loads(CliRunner().invoke(command, words).output)["connections"]
    assert found["port"] == {"protocol": protocol, "number": number}


STAGES = """\
apiVersion: v1
kind: Pod
metadata: {{name: cli, labels: {{app: cli}}}}
spec: {{containers: [{{name: c, image: "c:1"}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: shop}}
spec: {{selector: {{app: shop}}, ports: [{{port: 80, targetPort: 8080}}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: blue}}
spec: {{replicas: {blue}, selector: {{matchLabels: {{app: shop, v: a}}}}, template: {{metadata: {{labels: {{app: shop, v: a}}}}, spec: {{containers: [{{name: c, image: "c:1"}}]}}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: green}}
spec: {{replicas: 0, selector: {{matchLabels: {{app: shop, v: b}}}}, template: {{metadata: {{labels: {{app: shop, v: b}}}}, spec: {{containers: [{{name: c, image: "c:1"}}]}}}}}}
"""


@pytest.mark.parametrize(("blue", "goal", "code"), [(2, "shop:80", 0), (0, "shop:80", 1), (2, "green:8080", 1)])
def test_a_service_is_reached_where_some_of_what_it_selects_has_pods(
    blue: int, goal: str, code: int, tmp_path: Path
) -> None:
    (tmp_path / "all.yaml").write_text(STAGES.format(blue=blue))
    result = CliRunner().invoke(command, ["connect", f"cli -> {goal}", str(tmp_path / "all.yaml")])
    assert result.exit_code == code, result.output
    assert "nobody is there: default/cli[Pod] -> default/green[Deployment]:8080" in result.output
