"""ClusterTrustBundles, after ``pkg/apis/certificates/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_path_segment_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.certificates import PEM, validate_signer_name
from kubelens.predict.apiserver.strategy import Strategy


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
    blocks = PEM.findall(bundle)
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
