"""ServiceCIDRs, after ``pkg/apis/networking/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain, is_strict_cidr, parse_cidr
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.strategy import Strategy

_IPV6: Final = 6


def validate_service_cidr(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ServiceCIDR: one range, or two of different families."""
    path: Path = ("spec", "cidrs")
    ranges = obj.get("spec", {}).get("cidrs", [])
    if not ranges:
        report.required(path, "must have at least one range")
        return
    if len(ranges) > 2:
        report.invalid(path, ranges, "must have at most one range of each family")
        return
    parsed = []
    for index, text in enumerate(ranges):
        for problem in is_strict_cidr(text):
            report.invalid((*path, index), text, problem)
        found = parse_cidr(text)
        if found is not None and found.version == _IPV6 and str(found.network) != text and not is_strict_cidr(text):
            report.invalid((*path, index), text, f"must be written {found.network}")
        parsed.append(found)
    if len(parsed) == 2 and parsed[0] and parsed[1] and parsed[0].version == parsed[1].version:
        report.invalid(path, ranges, "two ranges are of different families")


def validate_service_cidr_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The ranges only change from one family to two."""
    now, before = new.get("spec", {}).get("cidrs", []), old.get("spec", {}).get("cidrs", [])
    if len(before) == 1 and len(now) == 2 and now[0] == before[0]:
        validate_service_cidr(new, report, options)
        return
    for index, text in enumerate(now):
        if index < len(before) and text != before[index]:
            report.invalid(("spec", "cidrs", index), text, "cannot change")
    if len(now) != len(before):
        report.invalid(("spec", "cidrs"), now, "cannot change, except from one family to two")


STRATEGIES: Final = (
    Strategy(
        "networking.k8s.io",
        "ServiceCIDR",
        names=is_dns1123_subdomain,
        namespaced=False,
        validate=validate_service_cidr,
        update=validate_service_cidr_update,
    ),
)
