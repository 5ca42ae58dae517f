"""``predict endpoints --node`` and ``--zone`` where files do not say all of the nodes; ports of slices by their names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.predict import command

NODE = """\
apiVersion: v1
kind: Node
metadata: {{name: {name}, labels: {{kubernetes.io/hostname: {name}, topology.kubernetes.io/zone: {zone}}}}}
status: {{allocatable: {{cpu: "4", memory: 8Gi, pods: "110"}}}}
---
"""
SLICES = """\
apiVersion: v1
kind: Service
metadata: {name: local}
spec: {internalTrafficPolicy: Local, ports: [{name: pg, port: 5432}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: local-1, labels: {kubernetes.io/service-name: local}}
addressType: IPv4
ports: [{name: pg, port: 5432}]
endpoints:
- {addresses: [198.51.100.1], nodeName: away, zone: z}
- {addresses: [198.51.100.2], nodeName: one, zone: a}
---
apiVersion: v1
kind: Service
metadata: {name: near}
spec: {ports: [{name: pg, port: 5432}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: near-1, labels: {kubernetes.io/service-name: near}}
addressType: IPv4
ports: [{name: pg, port: 5432}]
endpoints:
- {addresses: [198.51.100.1], nodeName: away, zone: z, hints: {forZones: [{name: z}]}}
- {addresses: [198.51.100.2], nodeName: one, zone: a, hints: {forZones: [{name: a}]}}
"""
NODES = NODE.format(name="one", zone="a") + NODE.format(name="two", zone="b")
WORKLOAD = """\
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec: {{{service} selector: {{app: web}}, ports: [{{port: 80}}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: 1
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{{pod} containers: [{{name: c, image: "c:1"}}]}}
"""


def _run(folder: Path, text: str, *words: str) -> Result:
    file = folder / "all.yaml"
    file.write_text(text)
    return CliRunner().invoke(command, ["endpoints", str(file), *words])


def _asked(folder: Path, text: str, service: str, *words: str) -> tuple[Any, str]:
    result = _run(folder, text, "--service", service, "--format", "json", *words)
    assert result.exit_code == 0, result.output
    (found,) = json.loads(result.output)["services"]
    return found["connections"][0], " ".join(found["assumptions"])


@pytest.mark.parametrize(
    ("nodes", "service", "place", "verdict", "ends"),
    [
        (NODES, "local", ("--node", "one"), "dnat", "2"),
        (NODES, "local", ("--node", "two"), "drop", ""),
        (NODES, "local", ("--node", "away"), "dnat", "1"),
        (NODES, "local", ("--zone", "z"), "dnat", "1"),
        (NODES, "local", ("--zone", "a"), "dnat", "2"),
        ("", "local", ("--node", "away"), "dnat", "1"),
        ("", "local", ("--zone", "z"), "open", "12"),
        (NODES, "near", ("--node", "one"), "dnat", "2"),
        (NODES, "near", ("--node", "two"), "dnat", "12"),
        (NODES, "near", ("--node", "away"), "dnat", "1"),
        ("", "near", ("--node", "one"), "dnat", "2"),
        ("", "near", ("--node", "away"), "dnat", "1"),
        ("", "near", ("--node", "other"), "open", "12"),
        ("", "near", ("--node", "other", "--zone", "a"), "dnat", "2"),
        ("", "near", ("--zone", "z"), "dnat", "1"),
    ],
)
def test_slices_tell_of_nodes_that_are_not_among_the_files(
    nodes: str, service: str, place: tuple[str, ...], verdict: str, ends: str, tmp_path: Path
) -> None:
    found, told = _asked(tmp_path, nodes + SLICES, service, *place)
    assert found["verdict"] == verdict
    assert "".join(sorted(e["endpoint"].partition(":")[0][-1] for e in found["endpoints"])) == ends
    unlisted = bool(nodes) and place[1] in ("away", "z")
    assert ("nodes that EndpointSlices name are there, but not among the files: away" in told) is unlisted


@pytest.mark.parametrize("place", [("--node", "nowhere"), ("--zone", "nowhere")])
def test_a_place_that_nothing_names_is_a_mistake_in_the_question(place: tuple[str, str], tmp_path: Path) -> None:
    assert _run(tmp_path, NODES + SLICES, "--service", "local", *place).exit_code == 2


@pytest.mark.parametrize(
    ("service", "pod", "told"),
    [
        ("internalTrafficPolicy: Local,", "", True),
        ("trafficDistribution: PreferSameNode,", "", True),
        ("type: LoadBalancer, externalTrafficPolicy: Local,", "", True),
        ("", "", False),
        ("internalTrafficPolicy: Local,", "nodeSelector: {kubernetes.io/hostname: one},", False),
    ],
)
def test_a_tie_that_decides_is_told(service: str, pod: str, told: bool, tmp_path: Path) -> None:
    _, assumptions = _asked(tmp_path, NODES + WORKLOAD.format(service=service, pod=pod), "web", "--node", "one")
    assert ("equally good for a Pod it gets the one shown, which decides here: web-0 on one" in assumptions) is told


@pytest.mark.parametrize(
    ("slice_", "code", "says"),
    [
        ("addressType: IPv4\nports: [{name: sql, port: 1}]\nendpoints: [{addresses: [198.51.100.1]}]", 1, "has no TCP port named 'pg'"),
        ("addressType: IPv4\nports: [{port: 1}]\nendpoints: [{addresses: [198.51.100.1]}]", 1, "its ports: without a name 1/TCP"),
        ("addressType: IPv4\nports: [{name: pg, port: 1, protocol: UDP}]\nendpoints: [{addresses: [198.51.100.1]}]", 1, "pg 1/UDP"),
        ("addressType: IPv6\nports: [{name: pg, port: 1}]\nendpoints: [{addresses: ['fd00::1']}]", 1, "the Service has IPv4"),
        ("addressType: FQDN\nports: [{name: pg, port: 1}]\nendpoints: [{addresses: [a.example.com]}]", 1, "follows no names"),
        ("addressType: IPv4\nports: [{name: pg, port: 1}]\nendpoints: []", 1, "has no endpoint"),
        (
            "addressType: IPv4\nports: [{name: pg, port: 1}]\nendpoints: [{addresses: [198.51.100.1], conditions: {ready: false}}]",
            1,
            "has no ready endpoint",
        ),
        ("addressType: IPv4\nports: [{name: pg, port: 1}]\nendpoints: [{addresses: [198.51.100.1]}]", 0, "198.51.100.1:1"),
        ("", 0, "it has no selector, and no EndpointSlice or Endpoints among the files is its"),
    ],
)  # fmt: skip
def test_why_endpoints_by_hand_are_not_used(slice_: str, code: int, says: str, tmp_path: Path) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {ports: [{name: pg, port: 5432}]}\n"
    head = "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n"
    labels = "metadata: {name: db-1, labels: {kubernetes.io/service-name: db}}\n"
    text = service + (f"{head}{labels}{slice_}\n" if slice_ else "")
    result = _run(tmp_path, text, "--service", "db")
    assert (result.exit_code, says in result.output) == (code, True)
    assert says in " ".join(_run(tmp_path, text).output.split())
    route = f"{text}---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i}}\nspec: {{defaultBackend: {{service: {{name: db, port: {{name: pg}}}}}}}}\n"
    (tmp_path / "all.yaml").write_text(route)
    asked = CliRunner().invoke(command, ["route", "/", str(tmp_path / "all.yaml")])
    assert asked.exit_code == code
    assert (says in asked.output) is (code == 1 or "198" in says)


def test_dns_lists_what_a_headless_service_has_whatever_its_ports_are_called(tmp_path: Path) -> None:
    text = SLICES.replace("internalTrafficPolicy: Local", "clusterIP: None").replace("- {name: pg", "- {name: x")
    renamed = text.replace("addressType: IPv4\nports: [{name: pg", "addressType: IPv4\nports: [{name: sql", 1)
    assert "198.51.100.1, 198.51.100.2" in _run(tmp_path, renamed, "--service", "local").output


OWNED = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: loom, namespace: mill, uid: d1}
spec: {replicas: 2, selector: {matchLabels: {app: loom}}, template: {metadata: {labels: {app: loom}}, spec: {containers: [{name: c, image: "x:1"}]}}}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: loom-5, namespace: mill, uid: r1, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: loom, uid: d1, controller: true}]}
spec: {replicas: 2, selector: {matchLabels: {app: loom}}, template: {metadata: {labels: {app: loom}}, spec: {containers: [{name: c, image: "x:1"}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: loom, namespace: mill}
spec: {selector: {app: loom}, ports: [{port: 80}]}
"""
ITS_POD = """
---
apiVersion: v1
kind: Pod
metadata: {name: loom-5-a, namespace: mill, uid: p1, labels: {app: loom}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: loom-5, uid: r1, controller: true}]}
spec: {nodeName: oak, containers: [{name: c, image: "x:1"}]}
status: {phase: Running, podIPs: [{ip: 10.4.0.9}], conditions: [{type: Ready, status: "True"}]}
"""


@pytest.mark.parametrize(("beside", "ends"), [(ITS_POD, {"10.4.0.9:80": 1.0}), ("", {"loom-0": 0.5, "loom-1": 0.5})])
def test_pods_of_a_replica_set_are_counted_once(tmp_path: Path, beside: str, ends: dict[str, float]) -> None:
    (tmp_path / "all.yaml").write_text(OWNED + beside)
    words = ["endpoints", str(tmp_path / "all.yaml"), "--node", "oak", "-o", "json"]
    (service,) = json.loads(CliRunner().invoke(command, words).stdout)["services"]
    found = {
        one["pod"] if not beside else one["endpoint"]: one["odds"] for one in service["connections"][0]["endpoints"]
    }
    assert found == ends


@pytest.mark.parametrize(
    ("replicas", "more"), [(2, "one more that it is yet to make is"), (4, "3 more that it is"), (1, "")]
)
def test_pods_yet_to_be_made_beside_those_that_stand_are_named(tmp_path: Path, replicas: int, more: str) -> None:
    (tmp_path / "all.yaml").write_text(OWNED.replace("replicas: 2", f"replicas: {replicas}") + ITS_POD)
    said = CliRunner().invoke(command, ["endpoints", str(tmp_path / "all.yaml"), "--node", "oak"]).output
    assert (f"Deployment 'mill/loom' has the Pods that stand among the files: {more}" in said) is bool(more)
    assert ("yet to make" in said) is bool(more)
