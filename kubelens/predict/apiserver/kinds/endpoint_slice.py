"""EndpointSlices, after ``pkg/apis/discovery/validation``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.predict.apiserver.addresses import address_check
from kubelens.predict.apiserver.causes import CauseReason, Path, Report, field_notation
from kubelens.predict.apiserver.formats import (
    is_dns1123_label,
    is_dns1123_subdomain,
    is_fully_qualified_domain_name,
    is_qualified_name,
    is_valid_label_value,
    parse_ip,
)
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.address_warnings import Pair, address_warnings
from kubelens.predict.apiserver.parts.endpoint_protocols import validate_protocol
from kubelens.predict.apiserver.parts.service_addresses import validate_nonspecial
from kubelens.predict.apiserver.strategy import Strategy


def default_endpoint_slice(obj: dict[str, Any]) -> None:
    """Names and protocols of ports."""
    for port in obj.get("ports", []):
        port.setdefault("name", "")
        port.setdefault("protocol", "TCP")


def validate_endpoint_slice(obj: dict[str, Any], report: Report, options: Options) -> None:
    """An EndpointSlice."""
    kind = obj.get("addressType", "")
    if not kind:
        report.required(("addressType",))
    elif kind not in ("FQDN", "IPv4", "IPv6"):
        report.not_supported(("addressType",), kind, ("FQDN", "IPv4", "IPv6"))
    endpoints = obj.get("endpoints", [])
    if len(endpoints) > 1000:
        report.too_many(("endpoints",), len(endpoints), 1000)
    else:
        for index, endpoint in enumerate(endpoints):
            _endpoint(endpoint, kind, options, report, ("endpoints", index))
    ports = obj.get("ports", [])
    if len(ports) > 20000:
        report.too_many(("ports",), len(ports), 20000)
        return
    names: set[str] = set()
    for index, port in enumerate(ports):
        path: Path = ("ports", index)
        name = port.get("name", "")
        if name:
            for problem in is_dns1123_label(name):
                report.invalid((*path, "name"), name, problem)
        if name in names:
            report.duplicate((*path, "name"), name)
        names.add(name)
        validate_protocol(port, report, path)


def _endpoint(endpoint: dict[str, Any], kind: str, options: Options, report: Report, path: Path) -> None:
    addresses = endpoint.get("addresses", [])
    if not addresses:
        report.required((*path, "addresses"), "must have at least one address")
    elif len(addresses) > 100:
        report.too_many((*path, "addresses"), len(addresses), 100)
    for index, text in enumerate(addresses):
        here = (*path, "addresses", index)
        if kind == "FQDN":
            for problem in is_fully_qualified_domain_name(text):
                report.invalid(here, text, problem)
            continue
        ip = parse_ip(text)
        if kind in ("IPv4", "IPv6"):
            for problem in address_check(options)(text):
                report.invalid(here, text, problem)
            if ip is not None and f"IPv{ip.version}" != kind:
                report.add(
                    here, CauseReason.INVALID, f"{text!r} is no {kind} address", field_notation((*path, "addresses"))
                )
            if ip is not None:
                validate_nonspecial(ip, text, report, here)
    if (node := endpoint.get("nodeName")) is not None:
        for problem in is_dns1123_subdomain(node):
            report.invalid((*path, "nodeName"), node, problem)
    topology = endpoint.get("deprecatedTopology", {})
    if len(topology) > 16:
        report.too_many((*path, "deprecatedTopology"), len(topology), 16)
    for key, value in topology.items():
        for problem in (*is_qualified_name(key), *is_valid_label_value(value)):
            report.invalid((*path, "deprecatedTopology"), key, problem)
    if (hostname := endpoint.get("hostname")) is not None:
        for problem in is_dns1123_label(hostname):
            report.invalid((*path, "hostname"), hostname, problem)
    _hints(endpoint.get("hints"), report, (*path, "hints"))


def _hints(hints: dict[str, Any] | None, report: Report, path: Path) -> None:
    if hints is None:
        return
    for field in ("forZones", "forNodes"):
        entries = hints.get(field, [])
        if len(entries) > 8:
            report.too_many((*path, field), len(entries), 8)
            continue
        seen: set[str] = set()
        for index, entry in enumerate(entries):
            name = entry.get("name", "")
            here = (*path, field, index, "name")
            if name in seen:
                report.duplicate(here, name)
            seen.add(name)
            check = is_valid_label_value if field == "forZones" else is_dns1123_subdomain
            for problem in check(name):
                report.invalid(here, name, problem)


def validate_endpoint_slice_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The address type stays."""
    validate_endpoint_slice(new, report, options)
    if new.get("addressType") != old.get("addressType"):
        report.invalid(("addressType",), new.get("addressType"), "cannot be changed")


def endpoint_slice_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/discovery/endpointslice, warnOnDeprecatedAddressType, warnOnBadIPs)"""
    if obj.get("addressType") == "FQDN":
        yield "spec.addressType", "FQDN endpoints are deprecated"
    yield from endpoint_slice_update_warnings(obj)


def endpoint_slice_update_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """Of a change only the spelling of addresses is told."""
    if obj.get("addressType") == "FQDN":
        return
    for index, endpoint in enumerate(obj.get("endpoints", [])):
        for number, text in enumerate(endpoint.get("addresses", [])):
            yield from address_warnings(text, ("endpoints", index, "addresses", number))


STRATEGIES: Final = (
    Strategy(
        "discovery.k8s.io",
        "EndpointSlice",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_endpoint_slice,
        validate=validate_endpoint_slice,
        update=validate_endpoint_slice_update,
        warn=endpoint_slice_warnings,
        warn_update=endpoint_slice_update_warnings,
    ),
)
