"""Projected volumes, after core ``validateProjectionSources``.

Sources behind gates that are off by default in a release (``clusterTrustBundle``, ``podCertificate``) are dropped before
this looks: an entry with nothing else is an empty one, which is allowed.
"""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report, field_notation
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.parts.certificates import (
    validate_lifetime,
    validate_signer_name,
    validate_user_annotations,
)
from kubelens.predict.apiserver.pod.local_path import validate_file_path
from kubelens.predict.apiserver.pod.volume_files import validate_downward_file, validate_item, validate_mode
from kubelens.predict.apiserver.selectors import validate_label_selector

_SHORTEST: Final = 600
_LONGEST: Final = 2**32
_KINDS: Final = ("secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate")
_KEY_TYPES: Final = ("ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519", "RSA3072", "RSA4096")
_FILES: Final = ("credentialBundlePath", "keyPath", "certificateChainPath")


def validate_projected(source: dict[str, Any], report: Report, path: Path) -> None:
    """Several sources in one folder, no two of them at one path."""
    validate_mode(source.get("defaultMode"), report, (*path, "defaultMode"))
    taken: set[str] = set()
    for index, projection in enumerate(source.get("sources", [])):
        here = (*path, "sources", index)
        kinds = [kind for kind in _KINDS if kind in projection]
        for kind in kinds:
            _projection(kind, projection[kind], taken, report, (*here, kind), path)
        if len(kinds) > 1:
            report.forbidden(here, f"must name one source only, names {' and '.join(kinds)}")


def _projection(kind: str, source: dict[str, Any], taken: set[str], report: Report, path: Path, volume: Path) -> None:
    if kind == "serviceAccountToken":
        _token(source, report, path, volume)
        return
    if kind == "clusterTrustBundle":
        _trust_bundle(source, taken, report, path, volume)
        return
    if kind == "podCertificate":
        _certificate(source, taken, report, path, volume)
        return
    if kind == "downwardAPI":
        for index, item in enumerate(source.get("items", [])):
            validate_downward_file(item, report, path)
            _take(item.get("path", ""), taken, report, (*path, "items", index), volume)
        return
    if not source.get("name"):
        report.required((*path, "name"))
    for index, item in enumerate(source.get("items", [])):
        validate_item(item, report, (*path, "items", index))
        _take(item.get("path", ""), taken, report, (*path, "items", index), volume)


def _take(file: str, taken: set[str], report: Report, path: Path, volume: Path, name: str = "path") -> None:
    if not file:
        return
    if file in taken:
        report.add((*path, name), CauseReason.INVALID, f"{file!r} is written by two sources", field_notation(volume))
    taken.add(file)


def _token(source: dict[str, Any], report: Report, path: Path, volume: Path) -> None:
    seconds = source.get("expirationSeconds", 3600)
    if seconds < _SHORTEST:
        report.invalid((*path, "expirationSeconds"), seconds, f"must be at least {_SHORTEST} (10 minutes)")
    if seconds > _LONGEST:
        report.invalid((*path, "expirationSeconds"), seconds, "must be at most 2^32")
    file = source.get("path", "")
    field = field_notation((*volume, "path"))
    if not file:
        report.add((*path, "path"), CauseReason.REQUIRED, "a value is required", field)
    else:
        validate_file_path(file, report, (*path, "path"), field)


def _trust_bundle(source: dict[str, Any], taken: set[str], report: Report, path: Path, volume: Path) -> None:
    """Certificates of authorities, by the name of a ClusterTrustBundle or by signer; the server spells the field so."""
    part = Report()
    if "name" in source and "signerName" in source:
        part.invalid(path, source, "must have either a name or a signerName")
    elif "name" in source:
        if not source["name"]:
            part.required((*path, "name"))
        for problem in is_dns1123_subdomain(source["name"].rpartition(":")[2]):
            part.invalid((*path, "name"), source["name"], problem)
        if "labelSelector" in source:
            part.invalid((*path, "labelSelector"), source["labelSelector"], "must not be set without signerName")
    elif "signerName" in source:
        if not source["signerName"]:
            part.required((*path, "signerName"))
        validate_signer_name(source["signerName"], part, (*path, "signerName"))
        if isinstance(selector := source.get("labelSelector"), dict):
            validate_label_selector(selector, part, (*path, "labelSelector"))
    else:
        part.required(path, "must name one: name or signerName is required")
    if not source.get("path"):
        part.required((*path, "path"))
    validate_file_path(source.get("path", ""), part, (*path, "path"))
    ours = field_notation(path)
    for cause in part.causes:
        report.add(cause.path, cause.reason, cause.message, f"{ours}PEM" + cause.field.removeprefix(ours))
    _take(source.get("path", ""), taken, report, path, volume)


def _certificate(source: dict[str, Any], taken: set[str], report: Report, path: Path, volume: Path) -> None:
    """A key that the kubelet makes and has certified."""
    signer = source.get("signerName", "")
    validate_signer_name(signer, report, (*path, "signerName"))
    if source.get("keyType") not in _KEY_TYPES:
        report.not_supported((*path, "keyType"), source.get("keyType", ""), _KEY_TYPES)
    if (seconds := source.get("maxExpirationSeconds")) is not None:
        validate_lifetime(seconds, signer, report, (*path, "maxExpirationSeconds"))
    files = [name for name in _FILES if source.get(name)]
    for name in files:
        validate_file_path(source[name], report, (*path, name))
        _take(source[name], taken, report, path, volume, name)
    if not files:
        report.required(path, f"must have one of {', '.join(_FILES)}")
    validate_user_annotations(source.get("userAnnotations", {}), report, (*path, "userAnnotations"))
