"""Addresses that cannot be behind a Service (``ValidateNonSpecialIP``)."""

from __future__ import annotations

from typing import Any

from kubelens.predict.apiserver.causes import Path, Report


def validate_nonspecial(ip: Any, text: str, report: Report, path: Path) -> None:
    """An address that is neither unspecified, loopback nor link-local."""
    if ip.is_unspecified:
        report.invalid(path, text, "must not be the unspecified address")
    if ip.is_loopback:
        report.invalid(path, text, "must not be a loopback address")
    if ip.is_link_local:
        report.invalid(path, text, "must not be a link-local address")
    if ip.is_multicast and (str(ip).startswith("224.0.0.") or str(ip).startswith("ff02:")):
        report.invalid(path, text, "must not be a link-local multicast address")
