"""ClusterTrustBundles, after ``pkg/apis/certificates/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain, is_path_segment_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.certificates import is_authority, is_sequence, pem_blocks, validate_signer_name
from kubelens.predict.apiserver.strategy import Strategy

_LONGEST: Final = 1024 * 1024


def validate_trust_bundle(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ClusterTrustBundle: its name begins with the signer's, its bundle holds certificates of authorities."""
    _signer_and_name(obj, report)
    _bundle(obj.get("spec", {}).get("trustBundle", ""), report)


def _signer_and_name(obj: dict[str, Any], report: Report) -> None:
    signer, path = obj.get("spec", {}).get("signerName", ""), ("metadata", "name")
    name = obj.get("metadata", {}).get("name", "")
    prefix = signer.replace("/", ":") + ":" if signer else ""
    if signer:
        validate_signer_name(signer, report, ("spec", "signerName"))
    if name and not name.startswith(prefix):
        report.invalid(path, name, f"must begin with {prefix!r}")
    elif name and not signer and ":" in name:
        report.invalid(path, name, "must not hold ':' without a signer")
    elif name:
        for problem in is_dns1123_subdomain(name.removeprefix(prefix)):
            report.invalid(path, name, problem)


def _bundle(text: str, report: Report) -> None:
    path, seen = ("spec", "trustBundle"), len(report.causes)
    if len(text.encode()) > _LONGEST:
        report.too_long(path, _LONGEST)
        return
    blocks = pem_blocks(text)
    for number, block in enumerate(blocks):
        if block.kind != "CERTIFICATE":
            report.invalid(path, block.kind, f"must hold blocks of type CERTIFICATE only, block {number} is not")
        elif block.headers:
            report.inconsistent(path, f"must hold nothing before the certificate of block {number}")
        elif not is_sequence(block.content) or (authority := is_authority(block.content)) is None:
            report.inconsistent(path, f"block {number} is no certificate")
        elif not authority:
            report.inconsistent(path, f"block {number} is the certificate of an authority (CA:TRUE)")
    if len(report.causes) > seen:
        return
    if not blocks:
        report.inconsistent(path, "must hold at least one PEM certificate")
    if len({block.content for block in blocks}) < len(blocks):
        report.inconsistent(path, "must hold each certificate once")


def validate_trust_bundle_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The signer cannot change; a bundle that stays is not read again."""
    _signer_and_name(new, report)
    if new.get("spec", {}).get("trustBundle", "") != old.get("spec", {}).get("trustBundle", ""):
        _bundle(new.get("spec", {}).get("trustBundle", ""), report)
    now, before = new.get("spec", {}).get("signerName", ""), old.get("spec", {}).get("signerName", "")
    if now != before:
        report.invalid(("spec", "signerName"), now, f"was {before!r} and cannot change")


STRATEGIES: Final = (
    Strategy(
        "certificates.k8s.io",
        "ClusterTrustBundle",
        names=is_path_segment_name,
        namespaced=False,
        validate=validate_trust_bundle,
        update=validate_trust_bundle_update,
    ),
)
