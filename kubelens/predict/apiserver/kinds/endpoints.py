"""Endpoints, after core ``ValidateEndpoints``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.predict.apiserver.addresses import address_check
from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain, parse_ip
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.address_warnings import Pair, address_warnings
from kubelens.predict.apiserver.parts.endpoint_protocols import validate_protocol
from kubelens.predict.apiserver.parts.service_addresses import validate_nonspecial
from kubelens.predict.apiserver.strategy import Strategy


def default_endpoints(obj: dict[str, Any]) -> None:
    """Protocols of ports."""
    for subset in obj.get("subsets", []):
        for port in subset.get("ports", []):
            if not port.get("protocol"):
                port["protocol"] = "TCP"


def validate_endpoints(obj: dict[str, Any], report: Report, options: Options) -> None:
    """Endpoints."""
    for index, subset in enumerate(obj.get("subsets", [])):
        path: Path = ("subsets", index)
        ready, other = subset.get("addresses", []), subset.get("notReadyAddresses", [])
        if not ready and not other:
            report.required(path, "must have addresses or notReadyAddresses")
        for field, addresses in (("addresses", ready), ("notReadyAddresses", other)):
            for number, address in enumerate(addresses):
                _address(address, options, report, (*path, field, number))
        ports = subset.get("ports", [])
        for number, port in enumerate(ports):
            _port(port, len(ports) > 1, report, (*path, "ports", number))


def _address(address: dict[str, Any], options: Options, report: Report, path: Path) -> None:
    text = address.get("ip", "")
    ip = parse_ip(text)
    for problem in address_check(options)(text):
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
        validate_nonspecial(ip, text, report, (*path, "ip"))


def _port(port: dict[str, Any], named: bool, report: Report, path: Path) -> None:
    name, number = port.get("name", ""), port.get("port", 0)
    if named and not name:
        report.required((*path, "name"), "must be given: each of several ports needs a name")
    elif name:
        for problem in is_dns1123_label(name):
            report.invalid((*path, "name"), name, problem)
    if not 1 <= number <= 65535:
        report.invalid((*path, "port"), number, "must be between 1 and 65535")
    validate_protocol(port, report, path)


def validate_endpoints_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Everything may change that is valid."""
    validate_endpoints(new, report, options)


def endpoints_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/core/endpoint, GetWarnings)"""
    yield "", "v1 Endpoints is deprecated: discovery.k8s.io/v1 EndpointSlice"
    for index, subset in enumerate(obj.get("subsets", [])):
        for field in ("addresses", "notReadyAddresses"):
            for number, address in enumerate(subset.get(field, [])):
                yield from address_warnings(address.get("ip", ""), ("subsets", index, field, number, "ip"))


STRATEGIES: Final = (
    Strategy(
        "",
        "Endpoints",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_endpoints,
        validate=validate_endpoints,
        update=validate_endpoints_update,
        warn=endpoints_warnings,
    ),
)
