"""Where kube-proxy sends connections: verdicts and shares by way in, node and origin."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from kubelens.kube.network import Service, read_service
from kubelens.predict.api import Oracle
from kubelens.predict.controllers.endpointslice import address_family
from kubelens.predict.network.connections import HealthOf
from kubelens.predict.network.kube_proxy.categorize import NodePlace
from kubelens.predict.network.kube_proxy.path import Client, Entry, Mode, Origin, Outcome, Way, entries, outcome
from kubelens.predict.network.service_slices import ClusterNodes, SlicesOf
from tests.agreement.recorded_cluster import objects_of, recorded_bundle
from tests.agreement.suite import RECORDINGS, Disagreement, SuiteResult, read_records

DEFAULT: Final = RECORDINGS / "kube-proxy"
_NODES: Final = RECORDINGS / "kube-proxy" / "nodes.yaml"
_FAMILIES: Final = ("IPv4", "IPv6")
_POD_RANGE: Final = {"node-a": "10.244.1.1", "node-b": "10.244.2.1", "node-c": "10.244.3.1"}
"""The conditions of the recordings: an address of each node's range of Pods."""


def run(cases: Path = DEFAULT) -> SuiteResult:
    """Compare every path, in both modes."""
    result = SuiteResult("kube-proxy", headline="paths")
    beside = cases / "nodes.yaml" if cases.is_dir() else cases.parent / "nodes.yaml"
    nodes = objects_of((beside if beside.is_file() else _NODES).read_text(encoding="utf-8"))
    for _, record in read_records(cases):
        _bundle(record, nodes, result)
    return result


def _bundle(record: dict[str, Any], nodes: list[dict[str, Any]], result: SuiteResult) -> None:
    bundle = recorded_bundle(objects_of(record["objects"]), record["state"], nodes)
    oracle = Oracle(bundle)
    zones = {name: node.zone for name, node in oracle(ClusterNodes()).answer.items()}
    services = {r.name: s for r in bundle.all("Service") if (s := read_service(r)) is not None}
    addresses = {
        n["metadata"]["name"]: [a["address"] for a in n["status"]["addresses"] if a["type"] == "InternalIP"]
        for n in nodes
    }
    for health in record["health"] or ():
        answer = oracle(HealthOf(services[health["service"]].resource, health["node"])).answer
        counted = re.search(r'"localEndpoints": (\d+)', health["answer"])
        expected_health = (int(counted[1]) if counted else None, health["answer"].rstrip()[-3:])
        predicted_health = (answer.ready if answer else None, str(answer.status if answer else None))
        result.count("figures", "health checks", expected_health == predicted_health)
        if expected_health != predicted_health:
            title = f"{record['id']} {health['service']} {health['node']}"
            result.disagreements.append(Disagreement(title, "health checks", expected_health, predicted_health))
    for path in record["paths"]:
        title = f"{record['id']} {path['service']}:{path['port']} {path['way']} {path['node']} from {path['from']}"
        recorded = {Mode.NFTABLES: path, Mode.IPTABLES: path.get("iptables", path)}
        node = path["node"]
        client = _client(path["from"], node, addresses)
        for mode, wanted in recorded.items():
            found = _outcome(services[path["service"]], path, NodePlace(node, zones[node]), client, mode, oracle)
            expected = (wanted["verdict"], {a: str(Fraction(s)) for a, s in wanted["endpoints"].items()})
            predicted = (str(found.verdict), {str(b): str(share) for b, share in found.shares}) if found else None
            agrees = expected == predicted
            figure = "paths" if mode is Mode.NFTABLES else "paths in iptables mode"
            result.count("figures", figure, agrees)
            result.count("by", f"{path['way']} {client.origin}", agrees)
            if not agrees:
                result.disagreements.append(Disagreement(title, figure, expected, predicted))


def _client(origin: str, node: str, addresses: dict[str, list[str]]) -> Client:
    if origin.startswith("outside"):
        return Client(Origin.OUTSIDE, origin.rpartition(" ")[2])
    kind = Origin(origin)
    address = _POD_RANGE.get(node, "") if kind is Origin.POD else next(iter(addresses[node]), "")
    return Client(kind, address)


def _outcome(
    service: Service, path: dict[str, Any], node: NodePlace, client: Client, mode: Mode, oracle: Oracle
) -> Outcome | None:
    """What is predicted, None where the predictor knows no such way in."""
    way = Way(path["way"])
    port = next(p for p in service.ports if (p.name, p.protocol) == (path["port"] or "", path["protocol"]))
    family = address_family(path["address"])
    known = [e for e in entries(service, port, _FAMILIES) if e.way is way]
    if way is Way.NODE_PORT:
        known = [e for e in known if e.port == path["at"]]
        known = [Entry(way, path["address"], e.port, family) for e in known]
    else:
        known = [e for e in known if (e.address, e.port) == (path["address"], path["at"])]
    if not known:
        return None
    slices = oracle(SlicesOf(service.resource, _FAMILIES)).answer
    return outcome(service, port, slices, known[0], node, client, mode)
