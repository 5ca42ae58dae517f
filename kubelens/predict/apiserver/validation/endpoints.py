"""Endpoints and EndpointSlices, after core and discovery ``validation.go``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report, field_notation
from kubelens.predict.apiserver.formats import (
    is_dns1123_label,
    is_dns1123_subdomain,
    is_fully_qualified_domain_name,
    is_qualified_name,
    is_strict_ip,
    is_valid_label_value,
    parse_ip,
)
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.validation.service import nonspecial

_PROTOCOLS: Final = ("SCTP", "TCP", "UDP")


def validate_endpoints(obj: dict[str, Any], report: Report, options: Options) -> None:
    """Endpoints."""
    for index, subset in enumerate(obj.get("subsets", [])):
        path: Path = ("subsets", index)
        ready, other = subset.get("addresses", []), subset.get("notReadyAddresses", [])
        if not ready and not other:
            report.required(path, "addresses or notReadyAddresses")
        for field, addresses in (("addresses", ready), ("notReadyAddresses", other)):
            for number, address in enumerate(addresses):
                _address(address, report, (*path, field, number))
        ports = subset.get("ports", [])
        for number, port in enumerate(ports):
            _port(port, len(ports) > 1, report, (*path, "ports", number))


def _address(address: dict[str, Any], report: Report, path: Path) -> None:
    text = address.get("ip", "")
    ip = parse_ip(text)
    for problem in is_strict_ip(text):
        report.invalid((*path, "ip"), text, problem)
    hostname = address.get("hostname", "")
    if hostname:
        for problem in is_dns1123_label(hostname):
            report.invalid((*path, "hostname"), hostname, problem)
    node = address.get("nodeName")
    if node is not None:
        for problem in is_dns1123_subdomain(node):
            report.invalid((*path, "nodeName"), node, problem)
    if ip is not None:
        nonspecial(ip, text, report, (*path, "ip"))


def _port(port: dict[str, Any], named: bool, report: Report, path: Path) -> None:
    name, number = port.get("name", ""), port.get("port", 0)
    if named and not name:
        report.required((*path, "name"), "several ports have names")
    elif name:
        for problem in is_dns1123_label(name):
            report.invalid((*path, "name"), name, problem)
    if not 1 <= number <= 65535:
        report.invalid((*path, "port"), number, "is between 1 and 65535")
    _protocols(port, report, path)


def _protocols(port: dict[str, Any], report: Report, path: Path) -> None:
    protocol, application = port.get("protocol", ""), port.get("appProtocol")
    if not protocol:
        report.required((*path, "protocol"))
    elif protocol not in _PROTOCOLS:
        report.not_supported((*path, "protocol"), protocol, _PROTOCOLS)
    if application is not None:
        for problem in is_qualified_name(application):
            report.invalid((*path, "appProtocol"), application, problem)


def validate_endpoints_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Everything may change that is valid."""
    validate_endpoints(new, report, options)


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
            _endpoint(endpoint, kind, report, ("endpoints", index))
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
        _protocols(port, report, path)


def _endpoint(endpoint: dict[str, Any], kind: str, report: Report, path: Path) -> None:
    addresses = endpoint.get("addresses", [])
    if not addresses:
        report.required((*path, "addresses"), "at least one address is needed")
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
            for problem in is_strict_ip(text):
                report.invalid(here, text, problem)
            if ip is not None and f"IPv{ip.version}" != kind:
                report.add(
                    here, CauseReason.INVALID, f"{text!r} is no {kind} address", field_notation((*path, "addresses"))
                )
            if ip is not None:
                nonspecial(ip, text, report, here)
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
