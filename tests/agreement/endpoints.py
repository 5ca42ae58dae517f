"""EndpointSlices and Endpoints of a real controller manager, compared Service by Service."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

from kubelens.predict.controllers.endpointslice import (
    EndpointSlice,
    has_selector,
    name_of,
    namespace_of,
    slices_of,
    subsets_of,
)
from tests.agreement.scheduler import objects_of
from tests.agreement.standing_in_cluster import can_stand, endpoints, recorded_endpoints
from tests.agreement.suite import RECORDINGS, Disagreement, SuiteResult, read_records

DEFAULT: Final = RECORDINGS / "endpoints"


def run(cases: Path = DEFAULT) -> SuiteResult:
    """Compare every scenario."""
    result = SuiteResult("endpoints", headline="scenarios")
    for stem, record in read_records(cases):
        families = ("IPv4", "IPv6") if "dual" in stem else ("IPv4",)
        right = _scenario(record, families, result)
        objects = objects_of(record["objects"])
        if families == ("IPv4",) and can_stand(objects):
            theirs, mine = dict(recorded_endpoints(record["expected"])), endpoints(objects)
            same = all(mine.get(key, (0, 0, 0, 0)) == counts for key, counts in theirs.items())
            result.count("figures", "scenarios in the virtual cluster", same)
            if not same:
                differ = {str(k): (v, mine.get(k)) for k, v in theirs.items() if mine.get(k) != v}
                result.disagreements.append(Disagreement(record["id"], "in the virtual cluster", differ, ""))
        result.count("figures", "scenarios", right)
        result.count("by", record["feature"], right)
    return result


def _scenario(record: dict[str, Any], families: tuple[str, ...], result: SuiteResult) -> bool:
    objects = objects_of(record["objects"])
    right = True
    for namespace, expected in record["expected"].items():
        services = {name_of(o): o for o in objects if o.get("kind") == "Service" and namespace_of(o) == namespace}
        wanted_slices: dict[str, Any] = expected.get("endpointSlices", {})
        for name in sorted({*services, *wanted_slices}):
            if name not in services:
                continue
            found = slices_of(services[name], objects, cluster_families=families)
            wanted = _recorded(wanted_slices.get(name, []))
            predicted = _predicted(found)
            agrees = wanted == predicted
            result.count("figures", "slices of a Service", agrees)
            if not agrees:
                right = False
                missing, extra = list((wanted - predicted).items())[:3], list((predicted - wanted).items())[:3]
                result.disagreements.append(
                    Disagreement(f"{record['id']} {namespace}/{name}", "endpoints", missing, extra)
                )
        right &= _old_kind(record, namespace, expected.get("endpoints", {}), services, objects, families, result)
    return right


def _old_kind(
    record: dict[str, Any],
    namespace: str,
    expected: dict[str, Any],
    services: dict[str, Any],
    objects: list[dict[str, Any]],
    families: tuple[str, ...],
    result: SuiteResult,
) -> bool:
    right = True
    for name, service in services.items():
        if not has_selector(service):
            continue
        wanted = sorted(
            (sorted(s["ready"]), sorted(s["notReady"]), sorted(_port_key(p) for p in s["ports"]))
            for s in expected.get(name, [])
        )
        subsets = subsets_of(service, objects, cluster_families=families)
        found = sorted(
            (list(s.ready), list(s.not_ready), sorted((p.name, p.protocol, p.number) for p in s.ports)) for s in subsets
        )
        agrees = wanted == found
        result.count("figures", "Endpoints of a Service", agrees)
        if not agrees:
            right = False
            result.disagreements.append(
                Disagreement(f"{record['id']} {namespace}/{name}", "Endpoints", str(wanted)[:300], str(found)[:300])
            )
    return right


def _port_key(port: dict[str, Any]) -> tuple[str, str, int | None]:
    return port.get("name", ""), port.get("protocol", "TCP"), port.get("port")


def _recorded(slices: list[dict[str, Any]]) -> Counter[Any]:
    counted: Counter[Any] = Counter()
    for one in slices:
        ports = tuple(sorted((*_port_key(p), p.get("appProtocol", "")) for p in one["ports"] or ()))
        for endpoint in one["endpoints"] or ():
            conditions = endpoint.get("conditions") or {}
            key = (
                one["addressType"],
                ports,
                tuple(endpoint["addresses"]),
                endpoint.get("pod") or "",
                one["managed"],
                endpoint.get("hostname") or "",
            )
            counted[(*key, tuple(conditions.get(c) for c in ("ready", "serving", "terminating")))] += 1
    return counted


def _predicted(slices: list[EndpointSlice]) -> Counter[Any]:
    counted: Counter[Any] = Counter()
    for one in slices:
        ports = tuple(sorted((p.name, p.protocol, p.number, p.app_protocol) for p in one.ports))
        for endpoint in one.endpoints:
            key = (one.address_type, ports, endpoint.addresses, endpoint.pod, one.managed, endpoint.hostname)
            counted[(*key, (endpoint.ready, endpoint.serving, endpoint.terminating))] += 1
    return counted
