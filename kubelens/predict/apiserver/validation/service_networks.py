"""IPAddresses and ServiceCIDRs, after ``pkg/apis/networking/validation``."""

from __future__ import annotations

from typing import Any

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import (
    is_dns1123_subdomain,
    is_path_segment_name,
    is_strict_cidr,
    parse_cidr,
    parse_ip,
)
from kubelens.predict.apiserver.options import Options


def validate_ip_address(obj: dict[str, Any], report: Report, options: Options) -> None:
    """An IPAddress: its name is an address in canonical form, its parent is named."""
    name = obj.get("metadata", {}).get("name", "")
    address = parse_ip(name)
    if name and (address is None or str(address) != name):
        report.invalid(("metadata", "name"), name, "is an IP address in canonical form")
    parent, path = obj.get("spec", {}).get("parentRef"), ("spec", "parentRef")
    if parent is None:
        report.required(path)
        return
    group = parent.get("group", "")
    for problem in is_dns1123_subdomain(group) if group else []:
        report.invalid((*path, "group"), group, problem)
    for field in ("resource", "name", "namespace"):
        value = parent.get(field, "")
        if not value:
            if field != "namespace":
                report.required((*path, field))
            continue
        for problem in is_path_segment_name(value):
            report.invalid((*path, field), value, problem)


def validate_ip_address_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The parent of an address cannot change."""
    validate_ip_address(new, report, options)
    if new.get("spec", {}).get("parentRef") != old.get("spec", {}).get("parentRef"):
        report.invalid(("spec", "parentRef"), "", "cannot change")


def validate_service_cidr(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ServiceCIDR: one range, or two of different families."""
    path: Path = ("spec", "cidrs")
    ranges = obj.get("spec", {}).get("cidrs", [])
    if not ranges:
        report.required(path, "at least one range is needed")
        return
    if len(ranges) > 2:
        report.invalid(("spec",), ranges, "at most one range of each family")
        return
    parsed = []
    for index, text in enumerate(ranges):
        for problem in is_strict_cidr(text):
            report.invalid((*path, index), text, problem)
        parsed.append(parse_cidr(text))
    if len(parsed) == 2 and parsed[0] and parsed[1] and parsed[0].version == parsed[1].version:
        report.invalid(path, ranges, "two ranges are of different families")


def validate_service_cidr_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The ranges only change from one family to two."""
    now, before = new.get("spec", {}).get("cidrs", []), old.get("spec", {}).get("cidrs", [])
    if len(before) == 1 and len(now) == 2 and now[0] == before[0]:
        validate_service_cidr(new, report, options)
    elif now != before:
        report.invalid(("spec", "cidrs"), now, "cannot change, except from one family to two")
