"""CertificateSigningRequests and ClusterTrustBundles, after ``pkg/apis/certificates/validation``.

Not checked: what is inside a request or certificate beyond its PEM form.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options

_PEM: Final = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\s+(.*?)-----END \1-----\s*", re.DOTALL)
_USAGES: Final = frozenset(
    [
        "signing", "digital signature", "content commitment", "key encipherment", "key agreement", "data encipherment",
        "cert sign", "crl sign", "encipher only", "decipher only", "any", "server auth", "client auth", "code signing",
        "email protection", "s/mime", "ipsec end system", "ipsec tunnel", "ipsec user", "timestamping", "ocsp signing",
        "microsoft sgc", "netscape sgc",
    ]
)  # fmt: skip


def validate_signing_request(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A CertificateSigningRequest."""
    spec = obj.get("spec", {})
    path: Path = ("spec",)
    if not _request(spec.get("request", "")):
        report.invalid((*path, "request"), "", "is one PEM block of type CERTIFICATE REQUEST")
    usages = spec.get("usages", [])
    if not usages:
        report.required((*path, "usages"), "at least one usage is needed")
    for index, usage in enumerate(usages):
        if usage not in _USAGES:
            report.not_supported((*path, "usages", index), usage, sorted(_USAGES))
        if usage in usages[:index]:
            report.duplicate((*path, "usages", index), usage)
    signer = spec.get("signerName", "")
    if signer == "kubernetes.io/legacy-unknown":
        report.invalid((*path, "signerName"), signer, "is no longer served")
    else:
        validate_signer_name(signer, report, (*path, "signerName"))
    seconds = spec.get("expirationSeconds")
    if seconds is not None and seconds < 600:
        report.invalid((*path, "expirationSeconds"), seconds, "less than 600 seconds")


def validate_signing_request_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """What a request asks for does not change; the server keeps the old one without a word."""


def _request(text: str) -> bool:
    try:
        pem = base64.b64decode(text, validate=True).decode("ascii")
    except (ValueError, UnicodeDecodeError):
        return False
    found = _PEM.search(pem)
    if found is None or found.group(1) != "CERTIFICATE REQUEST":
        return False
    try:
        der = base64.b64decode("".join(found.group(2).split()), validate=True)
    except binascii.Error:
        return False
    return _is_sequence(der)


def _is_sequence(der: bytes) -> bool:
    """Whether it is one SEQUENCE of DER and nothing after it."""
    if len(der) < 2 or der[0] != 0x30:  # noqa: PLR2004 - a tag and a length
        return False
    if der[1] < 0x80:  # noqa: PLR2004 - the short form
        return len(der) == 2 + der[1]
    octets = der[1] & 0x7F
    return len(der) == 2 + octets + int.from_bytes(der[2 : 2 + octets], "big")


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


def validate_trust_bundle(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ClusterTrustBundle: its name begins with the signer's, its bundle holds PEM certificates."""
    spec = obj.get("spec", {})
    name, signer = obj.get("metadata", {}).get("name", ""), spec.get("signerName", "")
    if signer:
        prefix = signer.replace("/", ":") + ":"
        if name and not name.startswith(prefix):
            report.invalid(("metadata", "name"), name, f"begins with {prefix!r}")
        validate_signer_name(signer, report, ("spec", "signerName"))
        name = name.removeprefix(prefix)
    elif ":" in name:
        report.invalid(("metadata", "name"), name, "holds ':' only with a signer")
    bundle = spec.get("trustBundle", "")
    blocks = _PEM.findall(bundle)
    if not blocks:
        report.invalid(("spec", "trustBundle"), "", "holds at least one PEM certificate")
    for kind, _ in blocks:
        if kind != "CERTIFICATE":
            report.invalid(("spec", "trustBundle"), kind, "every block is of type CERTIFICATE")


def validate_trust_bundle_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The signer cannot change."""
    validate_trust_bundle(new, report, options)
    now, before = new.get("spec", {}).get("signerName", ""), old.get("spec", {}).get("signerName", "")
    if now != before:
        report.invalid(("spec", "signerName"), now, f"was {before!r} and cannot change")
