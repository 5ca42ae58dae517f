"""PEM blocks and names of signers (``pkg/apis/certificates/validation``)."""

from __future__ import annotations

import re
from typing import Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain

PEM: Final = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\s+(.*?)-----END \1-----\s*", re.DOTALL)


def validate_signer_name(name: str, report: Report, path: Path) -> None:
    """A domain of at least two parts, ``/`` and a path of labels joined by dots."""
    if not name:
        report.required(path)
        return
    domain, slash, rest = name.partition("/")
    if not slash or "/" in rest:
        report.invalid(path, name, "a domain, one '/' and a path")
        return
    for problem in is_dns1123_subdomain(domain):
        report.invalid(path, name, problem)
    if "." not in domain:
        report.invalid(path, name, "the domain has at least two parts")
    for problem in is_dns1123_subdomain(rest):
        report.invalid(path, name, problem)
    if len(name) > 253 + 1 + 63 * 5:
        report.too_long(path, 253 + 1 + 63 * 5)
