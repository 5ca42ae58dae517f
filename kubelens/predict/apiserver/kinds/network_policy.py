"""NetworkPolicies, after ``pkg/apis/networking/validation``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.predict.apiserver.addresses import range_check
from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import (
    is_dns1123_subdomain,
    is_valid_port_name,
    is_valid_port_num,
    parse_cidr,
)
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.address_warnings import Pair, range_warnings
from kubelens.predict.apiserver.selectors import validate_label_selector
from kubelens.predict.apiserver.strategy import Strategy

_PROTOCOLS: Final = ("SCTP", "TCP", "UDP")


def default_network_policy(obj: dict[str, Any]) -> None:
    """Protocols of ports; policy types from the rules there are."""
    spec = obj.setdefault("spec", {})
    for direction in ("ingress", "egress"):
        for rule in spec.get(direction, []):
            for port in rule.get("ports", []):
                port.setdefault("protocol", "TCP")
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    spec.setdefault("podSelector", {})


def validate_network_policy(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A NetworkPolicy."""
    spec = obj.get("spec", {})
    path: Path = ("spec",)
    validate_label_selector(spec.get("podSelector"), report, (*path, "podSelector"))
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(direction, [])):
            here = (*path, direction, index)
            for number, port in enumerate(rule.get("ports", [])):
                _port(port, report, (*here, "ports", number))
            for number, peer in enumerate(rule.get(peers, [])):
                _peer(peer, options, report, (*here, peers, number))
    types = spec.get("policyTypes", [])
    if len(types) > 2:
        report.invalid((*path, "policyTypes"), types, "must have at most 2 entries")
        return
    for index, kind in enumerate(types):
        if kind not in ("Egress", "Ingress"):
            report.not_supported((*path, "policyTypes", index), kind, ("Egress", "Ingress"))


def _port(port: dict[str, Any], report: Report, path: Path) -> None:
    protocol = port.get("protocol")
    if protocol is not None and protocol not in _PROTOCOLS:
        report.not_supported((*path, "protocol"), protocol, _PROTOCOLS)
    number, end = port.get("port"), port.get("endPort")
    if number is None:
        if end is not None:
            report.invalid((*path, "endPort"), end, "must not be set without port")
        return
    if isinstance(number, int):
        for problem in is_valid_port_num(number):
            report.invalid((*path, "port"), number, problem)
        if end is not None:
            if end < number:
                report.invalid((*path, "endPort"), end, "must be at least port")
            for problem in is_valid_port_num(end):
                report.invalid((*path, "endPort"), end, problem)
    else:
        if end is not None:
            report.invalid((*path, "endPort"), end, "must not be set without a port by number")
        for problem in is_valid_port_name(number):
            report.invalid((*path, "port"), number, problem)


def _peer(peer: dict[str, Any], options: Options, report: Report, path: Path) -> None:
    count = 0
    if peer.get("podSelector") is not None:
        count += 1
        validate_label_selector(peer["podSelector"], report, (*path, "podSelector"))
    if peer.get("namespaceSelector") is not None:
        count += 1
        validate_label_selector(peer["namespaceSelector"], report, (*path, "namespaceSelector"))
    block = peer.get("ipBlock")
    if block is not None:
        _block(block, options, report, (*path, "ipBlock"))
        if count:
            report.forbidden(path, "must stand alone: no podSelector or namespaceSelector beside ipBlock")
    elif count == 0:
        report.required(path, "must name podSelector, namespaceSelector or ipBlock")


def _block(block: dict[str, Any], options: Options, report: Report, path: Path) -> None:
    text = block.get("cidr", "")
    if not text:
        report.required((*path, "cidr"))
        return
    whole = parse_cidr(text)
    for problem in range_check(options)(text):
        report.invalid((*path, "cidr"), text, problem)
    if whole is None:
        return
    for index, inner in enumerate(block.get("except", [])):
        here = (*path, "except", index)
        part = parse_cidr(inner)
        for problem in range_check(options)(inner):
            report.invalid(here, inner, problem)
        if part is None:
            continue
        if (
            part.version != whole.version
            or part.ip not in whole.network
            or part.network.prefixlen <= whole.network.prefixlen
        ):
            report.invalid(here, inner, f"must be within {text}")


def network_policy_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/networking/networkpolicy, networkPolicyWarnings)"""
    spec = obj.get("spec", {})
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(direction, [])):
            for number, peer in enumerate(rule.get(peers, [])):
                block = peer.get("ipBlock")
                if block is None:
                    continue
                path: Path = ("spec", direction, index, peers, number, "ipBlock")
                yield from range_warnings(block.get("cidr", ""), (*path, "cidr"))
                for position, text in enumerate(block.get("except", [])):
                    yield from range_warnings(text, (*path, "except", position))


STRATEGIES: Final = (
    Strategy(
        "networking.k8s.io",
        "NetworkPolicy",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_network_policy,
        validate=validate_network_policy,
        warn=network_policy_warnings,
    ),
)
