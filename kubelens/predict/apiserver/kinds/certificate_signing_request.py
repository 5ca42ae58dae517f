"""CertificateSigningRequests, after ``pkg/apis/certificates/validation``."""

from __future__ import annotations

import base64
from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_path_segment_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.certificates import is_sequence, pem_blocks, validate_signer_name
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
        report.inconsistent((*path, "request"), "must be one PEM block of type CERTIFICATE REQUEST")
    usages = spec.get("usages", [])
    if not usages:
        report.required((*path, "usages"), "must have at least one usage")
    for index, usage in enumerate(usages):
        if usage not in _USAGES:
            report.not_supported((*path, "usages", index), usage, sorted(_USAGES))
        if usage in usages[:index]:
            report.duplicate((*path, "usages", index), usage)
    signer = spec.get("signerName", "")
    if signer == "kubernetes.io/legacy-unknown":
        report.invalid((*path, "signerName"), signer, "must be a signer that is still served")
    else:
        validate_signer_name(signer, report, (*path, "signerName"))
    seconds = spec.get("expirationSeconds")
    if seconds is not None and seconds < 600:
        report.invalid((*path, "expirationSeconds"), seconds, "must be at least 600")


def validate_signing_request_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """What a request asks for does not change; the server keeps the old one without a word."""


def _request(text: str) -> bool:
    try:
        pem = base64.b64decode(text, validate=True).decode("ascii")
    except ValueError:
        return False
    blocks = pem_blocks(pem)
    return bool(blocks) and blocks[0].kind == "CERTIFICATE REQUEST" and is_sequence(blocks[0].content)


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
