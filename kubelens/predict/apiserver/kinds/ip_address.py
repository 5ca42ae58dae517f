"""IPAddresses, after ``pkg/apis/networking/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain, is_path_segment_name, parse_ip
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.strategy import Strategy


def is_address_name(text: str) -> list[str]:
    """An address in the one form that is canonical."""
    address = parse_ip(text)
    return [] if address is not None and str(address) == text else ["is an IP address in canonical form"]


def validate_ip_address(obj: dict[str, Any], report: Report, options: Options) -> None:
    """The parent of an address is named."""
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
        report.inconsistent(("spec", "parentRef"), "cannot change")


STRATEGIES: Final = (
    Strategy(
        "networking.k8s.io",
        "IPAddress",
        names=is_address_name,
        namespaced=False,
        validate=validate_ip_address,
        update=validate_ip_address_update,
    ),
)
