"""Connectivity of NetworkPolicies, held against an independent analyser's lists.

A case is a folder with ``manifests`` and ``expected.txt``. Lines are compared after ranges of addresses that
both sides treat alike are joined, so that only what is permitted counts, not how the space is cut. Of the two ways that the API
leaves open for Pods in their node's network the analyser takes the rarer one, in which they are Pods like others: it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource, read_resources
from kubelens.predict.api import Oracle
from kubelens.predict.network.address_blocks import Reading
from kubelens.predict.network.address_ranges import address_ranges
from kubelens.predict.network.cluster_policy import cluster_policies_of
from kubelens.predict.network.ends import AddressEnd, End, PodEnd
from kubelens.predict.network.ingress_reach import CONTROLLER, IngressReach
from kubelens.predict.network.policy import ConnectionOf, EndsOf, PoliciesOf
from kubelens.predict.network.port_set import ALL_PORTS, NO_PORTS, PortSet
from kubelens.syntax.parse import parse_source
from kubelens.syntax.text import Source
from tests.agreement.suite import Disagreement, SuiteResult

RELEASE: Final = "1.27"
"""The last one whose policies have a status: some were taken from a cluster, with it."""
DEFAULT: Final = Path(__file__).parents[3] / "shared" / "oracle" / "policy"
"""Other projects' cases: they stay beside the project."""
_RANGE: Final = re.compile(r"([0-9.]+)-([0-9.]+)\[External\]\Z")
Pairs = dict[tuple[str, str], PortSet]


def run(cases: Path) -> SuiteResult:
    """Compare every line of every case."""
    result = SuiteResult("policy", headline="lines")
    root = cases / "cases" if (cases / "cases").is_dir() else cases
    folders = [root] if (root / "expected.txt").is_file() else sorted(p for p in root.iterdir() if p.is_dir())
    for folder in folders:
        if not (folder / "expected.txt").is_file():
            continue
        expected = _lines(_joined(_read(folder / "expected.txt")))
        predicted = _lines(_joined(_predict(folder / "manifests")))
        for pair in sorted(expected.keys() | predicted.keys()):
            agrees = expected.get(pair) == predicted.get(pair)
            result.count("figures", "lines", agrees)
            result.count("by", folder.name, agrees)
            if not agrees:
                nothing = "not permitted"
                result.disagreements.append(
                    Disagreement(
                        folder.name, " => ".join(pair), expected.get(pair, nothing), predicted.get(pair, nothing)
                    )
                )
    return result


def _read(file: Path) -> Pairs:
    pairs: Pairs = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        ends, _, ports = line.strip().rpartition(" : ")
        source, arrow, destination = ends.partition(" => ")
        if arrow:
            pairs[source, destination] = _ports(ports)
    return pairs


def _ports(text: str) -> PortSet:
    if text == "All Connections":
        return ALL_PORTS
    found = NO_PORTS
    protocol = ""
    for part in re.split(r"[ ,]+", text):
        if part.isalpha():
            protocol = part
            continue
        first, _, last = part.partition("-")
        found = found | PortSet.of(protocol, int(first), int(last or first))
    return found


def _storable(resource: Resource) -> Resource:
    """A policy under a name that a server takes: the analyser does not look at names."""
    if resource.kind != "NetworkPolicy" or "_" not in resource.name:
        return resource
    name = resource.name.replace("_", "-")
    value = {**resource.value, "metadata": {**resource.metadata, "name": name}}
    return replace(resource, value=value, key=replace(resource.key, name=name))


def _predict(folder: Path) -> Pairs:
    resources: list[Resource] = []
    for file in sorted(p for p in folder.rglob("*") if p.suffix in (".yaml", ".yml", ".json")):
        documents, _ = parse_source(Source(str(file), file.read_text(encoding="utf-8")))
        for document in documents:
            resources.extend(map(_storable, read_resources(document)))
    ask = Oracle(Bundle(resources, RELEASE))
    pods = ask(EndsOf()).answer
    ends: list[End] = [*pods, *address_ranges((*ask(PoliciesOf()).answer, *cluster_policies_of(ask)))]
    pairs: Pairs = {}

    def add(source: End, destination: End, ports: PortSet) -> None:
        names = _name(source), _name(destination)
        if ports and names[0] != names[1]:
            pairs[names] = pairs.get(names, NO_PORTS) | ports

    for source in ends:
        for destination in ends:
            if source is not destination and (isinstance(source, PodEnd) or isinstance(destination, PodEnd)):
                add(
                    source, destination, ask(ConnectionOf(source, destination, Reading(host_as_pods=True))).answer.ports
                )
    for end, _, through in ask(IngressReach()).answer:
        add(CONTROLLER, end, through)
    return pairs


def _name(end: End) -> str:
    return f"{end.first}-{end.last}[External]" if isinstance(end, AddressEnd) else str(end)


def _lines(pairs: Pairs) -> dict[tuple[str, str], str]:
    return {pair: str(ports) for pair, ports in pairs.items()}


def _joined(pairs: Pairs) -> Pairs:
    """Neighbouring ranges with the same ports as one."""
    joined: Pairs = {}
    spans: dict[tuple[str, int, PortSet], list[tuple[int, int]]] = {}
    for pair, ports in pairs.items():
        for side in (0, 1):
            if match := _RANGE.match(pair[side]):
                span = int(IPv4Address(match[1])), int(IPv4Address(match[2]))
                spans.setdefault((pair[1 - side], side, ports), []).append(span)
                break
        else:
            joined[pair] = ports
    for (other, side, ports), found in spans.items():
        for first, last in _neighbours(found):
            name = f"{IPv4Address(first)}-{IPv4Address(last)}[External]"
            joined[(name, other) if side == 0 else (other, name)] = ports
    return joined


def _neighbours(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first == merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return merged
