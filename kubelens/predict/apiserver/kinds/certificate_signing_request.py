"""CertificateSigningRequests, after ``pkg/apis/certificates/validation``."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_path_segment_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.certificates import PEM, validate_signer_name
from kubelens.predict.apiserver.strategy import Strategy

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
    found = PEM.search(pem)
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


STRATEGIES: Final = (
    Strategy(
        "certificates.k8s.io",
        "CertificateSigningRequest",
        names=is_path_segment_name,
        namespaced=False,
        validate=validate_signing_request,
        update=validate_signing_request_update,
    ),
)
