"""NetworkPolicies, after ``pkg/apis/networking/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_strict_cidr, is_valid_port_name, is_valid_port_num, parse_cidr
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.validation.selectors import validate_label_selector

_PROTOCOLS: Final = ("SCTP", "TCP", "UDP")


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
                _peer(peer, report, (*here, peers, number))
    types = spec.get("policyTypes", [])
    if len(types) > 2:
        report.invalid((*path, "policyTypes"), types, "at most 2")
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
            report.invalid((*path, "endPort"), end, "goes with port")
        return
    if isinstance(number, int):
        for problem in is_valid_port_num(number):
            report.invalid((*path, "port"), number, problem)
        if end is not None:
            if end < number:
                report.invalid((*path, "endPort"), end, "is below port")
            for problem in is_valid_port_num(end):
                report.invalid((*path, "endPort"), end, problem)
    else:
        if end is not None:
            report.invalid((*path, "endPort"), end, "goes with a port by number")
        for problem in is_valid_port_name(number):
            report.invalid((*path, "port"), number, problem)


def _peer(peer: dict[str, Any], report: Report, path: Path) -> None:
    count = 0
    if peer.get("podSelector") is not None:
        count += 1
        validate_label_selector(peer["podSelector"], report, (*path, "podSelector"))
    if peer.get("namespaceSelector") is not None:
        count += 1
        validate_label_selector(peer["namespaceSelector"], report, (*path, "namespaceSelector"))
    block = peer.get("ipBlock")
    if block is not None:
        _block(block, report, (*path, "ipBlock"))
        if count:
            report.forbidden(path, "ipBlock stands alone")
    elif count == 0:
        report.required(path, "a peer names podSelector, namespaceSelector or ipBlock")


def _block(block: dict[str, Any], report: Report, path: Path) -> None:
    text = block.get("cidr", "")
    if not text:
        report.required((*path, "cidr"))
        return
    whole = parse_cidr(text)
    for problem in is_strict_cidr(text):
        report.invalid((*path, "cidr"), text, problem)
    if whole is None:
        return
    for index, inner in enumerate(block.get("except", [])):
        here = (*path, "except", index)
        part = parse_cidr(inner)
        for problem in is_strict_cidr(inner):
            report.invalid(here, inner, problem)
        if part is None:
            continue
        if (
            part.version != whole.version
            or part.ip not in whole.network
            or part.network.prefixlen <= whole.network.prefixlen
        ):
            report.invalid(here, inner, f"is not within {text}")
