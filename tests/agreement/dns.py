"""Answers of CoreDNS, look-ups of glibc and musl, and resolv.conf as the kubelet writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from kubelens.kube.pod import PodSpec
from kubelens.kube.workload import Workload, workloads
from kubelens.predict.api import Oracle
from kubelens.predict.network.dns.lookup import LookupOf
from kubelens.predict.network.dns.record import ClusterDns, NodeResolver, PodNames, Record
from kubelens.predict.network.dns.resolv_conf import read_resolv_conf, resolver_config
from kubelens.predict.network.dns.resolvers import Library
from kubelens.predict.network.dns.zone import Zone
from tests.agreement.ingress import bundle_of
from tests.agreement.recorded_cluster import objects_of, recorded_bundle
from tests.agreement.suite import RECORDINGS, Disagreement, SuiteResult, read_records

DEFAULT: Final = RECORDINGS / "dns"
_OUTSIDE: Final = tuple(
    Record(f"{name}.", "A", "198.51.100.7") for name in ("api.example.org", "web.corp.example", "intranet.corp.example")
)
_DNS: Final = ClusterDns(
    address="10.96.0.10",
    families=("IPv4", "IPv6"),
    node=NodeResolver(("192.0.2.53",), ("corp.example",)),
    outside=_OUTSIDE,
)
"""The conditions of the recordings."""


def run(cases: Path = DEFAULT) -> SuiteResult:
    """Compare every answer, look-up and file."""
    result = SuiteResult("dns", headline="all")
    for _, record in read_records(cases):
        if "resolv_conf" in record:
            _file(record, result)
        else:
            _bundle(record, result)
    return result


def _compare(result: SuiteResult, figure: str, area: str, case: str, expected: object, predicted: object) -> None:
    agrees = expected == predicted
    result.count("figures", figure, agrees)
    result.count("figures", "all", agrees)
    result.count("by", area, agrees)
    if not agrees:
        result.disagreements.append(Disagreement(case, area, str(expected)[:300], str(predicted)[:300]))


def _file(record: dict[str, Any], result: SuiteResult) -> None:
    (pod,) = workloads(bundle_of(objects_of(record["objects"])))
    dns = ClusterDns(address="10.96.0.10", node=read_resolv_conf(record["node_resolv_conf"]))
    config = resolver_config(pod.pod, pod.namespace, dns)
    wanted = record["resolv_conf"] or {"nameservers": [], "searches": [], "options": []}
    expected = (list(wanted["nameservers"]), list(wanted["searches"]), sorted(wanted["options"]))
    found = (list(config.nameservers), list(config.searches), sorted(config.options))
    _compare(result, "resolv.conf", "resolv.conf", record["id"], expected, found)


def _bundle(record: dict[str, Any], result: SuiteResult) -> None:
    case = record["id"]
    bundle = recorded_bundle(objects_of(record["objects"]), record["state"])
    oracle = Oracle(bundle)
    zone = Zone(oracle, _DNS)
    for name, kind, code, records in record["zone"]:
        answer = zone.answer(name, kind)
        found = (str(answer.code), sorted([r.name, r.type, r.value] for r in answer.records))
        wanted = (code, sorted([n, k, v] for n, k, v in records))
        _compare(result, "names of the zone", f"zone {kind}", f"{case} {name} {kind}", wanted, found)
    for address, code, names in record["ptr"]:
        pointers = sorted(zone.pointers(address))
        found_pointer = ("NOERROR" if pointers else "none", pointers)
        wanted_pointer = (code if code == "NOERROR" else "none", sorted(names))
        _compare(result, "PTR", "PTR", f"{case} {address}", wanted_pointer, found_pointer)
    for name, modes in record["pod_names"]:
        for mode, (code, records) in modes.items():
            answer = Zone(oracle, ClusterDns(families=_DNS.families, pods=PodNames(mode))).answer(name, "A")
            seen = (str(answer.code), [[r.name, r.type, r.value] for r in answer.records])
            _compare(result, "names of Pods", f"pods {mode}", f"{case} {name}", (code, records), seen)
    for name, code, _ in record["others"]:
        _compare(result, "other names", "other names", f"{case} {name}", code, str(zone.answer(name, "A").code))
    pods = {f"{w.namespace}/{w.name}": w for w in workloads(bundle) if w.kind == "Pod"}
    for lookup in record["lookups"]:
        _lookup(lookup, pods, oracle, case, result)


def _lookup(lookup: dict[str, Any], pods: dict[str, Workload], oracle: Oracle, case: str, result: SuiteResult) -> None:
    library, kind = Library(lookup["resolver"]), lookup["type"]
    pod = pods.get(lookup["pod"])
    if pod is None:
        _compare(result, f"look-ups by {library}", f"{library} {kind}", case, lookup["pod"], "no such Pod")
        return
    prediction = oracle(LookupOf(lookup["query"], pod, _DNS, (kind,), library)).answer
    title = f"{case} {lookup['pod']} {lookup['query']} {kind} {library}"
    config = resolver_config(_spec(pod), pod.namespace, _DNS)
    written = lookup["resolv_conf"]
    lines = (written["nameservers"], written["searches"], sorted(written["options"]))
    seen = (list(config.nameservers), list(config.searches), sorted(config.options))
    _compare(result, "resolv.conf of Pods", "resolv.conf of Pods", title, lines, seen)
    name = prediction.answered.name if prediction.answered else None
    records = prediction.answered.records if prediction.answered else ()
    expected: object
    found: object
    if library is Library.GLIBC:
        expected = (lookup["answered"], sorted([n, k, v] for n, k, v in lookup["records"]))
        found = (name, sorted([r.name, r.type, r.value] for r in records))
    else:
        expected = (lookup["answered"], sorted(lookup["addresses"]))
        found = (name, sorted(r.value for r in records if r.type == kind))
    if prediction.chance and lookup.get("chance") and lookup["answered"] is None:
        found = expected
    _compare(result, f"look-ups by {library}", f"{library} {kind}", title, expected, found)
    order = [one[1] for one in lookup["asked"]]
    if not lookup.get("chance"):
        asked = [s.name for s in prediction.steps]
        _compare(result, "order of the names asked", "order", title, json.dumps(order), json.dumps(asked))


def _spec(pod: Workload) -> PodSpec:
    return pod.pod
