"""PodCertificateRequests, after ``pkg/apis/certificates/validation``. Signatures are not verified."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.immutable import is_same
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.certificates import (
    DAY,
    is_sequence,
    validate_lifetime,
    validate_signer_name,
    validate_user_annotations,
)
from kubelens.predict.apiserver.strategy import Strategy

_LONGEST_IDENTITY: Final = 128
_LONGEST_BYTES: Final = 10 * 1024


def default_pod_certificate_request(obj: dict[str, Any]) -> None:
    """Certificates last a day at most unless the request says otherwise."""
    obj.setdefault("spec", {}).setdefault("maxExpirationSeconds", DAY)


def validate_pod_certificate_request(obj: dict[str, Any], report: Report, options: Options) -> None:
    """Who asks whom, for how long, and the key."""
    spec = obj.get("spec", {})
    path: Path = ("spec",)
    signer = spec.get("signerName", "")
    validate_signer_name(signer, report, (*path, "signerName"))
    validate_user_annotations(spec.get("unverifiedUserAnnotations", {}), report, (*path, "unverifiedUserAnnotations"))
    for thing in ("pod", "serviceAccount", "node"):
        name, identity = spec.get(f"{thing}Name", ""), spec.get(f"{thing}UID", "")
        for problem in is_dns1123_subdomain(name):
            report.invalid((*path, f"{thing}Name"), name, problem)
        if not identity:
            report.invalid((*path, f"{thing}UID"), identity, "must not be empty")
        if len(identity.encode()) > _LONGEST_IDENTITY:
            report.too_long((*path, f"{thing}UID"), _LONGEST_IDENTITY)
    validate_lifetime(spec.get("maxExpirationSeconds", 0), signer, report, (*path, "maxExpirationSeconds"))
    _key(spec, report, path, options)


def _key(spec: dict[str, Any], report: Report, path: Path, options: Options) -> None:
    """A public key and a signature made with it, or a request as of PKCS #10 where the release has them."""
    given = {
        field: _bytes(spec.get(field, "")) for field in ("pkixPublicKey", "proofOfPossession", "stubPKCS10Request")
    }
    for field, content in given.items():
        if len(content) > _LONGEST_BYTES:
            report.too_long((*path, field), _LONGEST_BYTES)
            return
    public, proof, request = given.values()
    if options.has("requests for pod certificates may be of PKCS #10") and (
        bool(request) == bool(public) or bool(public) != bool(proof)
    ):
        report.invalid(path, spec, "must hold either stubPKCS10Request, or both pkixPublicKey and proofOfPossession")
    elif request:
        if not is_sequence(request):
            report.invalid(
                (*path, "stubPKCS10Request"),
                spec["stubPKCS10Request"],
                "must be a certificate request of PKCS #10 in DER",
            )
    elif not is_sequence(public):
        report.invalid((*path, "pkixPublicKey"), spec.get("pkixPublicKey", ""), "must be a public key of PKIX in DER")
    elif not proof:
        report.inconsistent((*path, "proofOfPossession"), "must be podUID signed with the key")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def validate_pod_certificate_request_update(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """A request stays as it was made."""
    if not is_same(new.get("spec", {}), old.get("spec", {})):
        report.add(("spec",), CauseReason.INVALID, "cannot be changed")


STRATEGIES: Final = (
    Strategy(
        "certificates.k8s.io",
        "PodCertificateRequest",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_pod_certificate_request,
        validate=validate_pod_certificate_request,
        update=validate_pod_certificate_request_update,
    ),
)
