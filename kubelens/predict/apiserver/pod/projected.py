"""Projected volumes, after core ``validateProjectionSources``.

Sources behind gates that are off by default (``clusterTrustBundle``, ``podCertificate``) are dropped by the
server before validation: an entry with nothing else is an empty one, which is allowed.
"""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report, field_notation
from kubelens.predict.apiserver.pod.local_path import validate_file_path
from kubelens.predict.apiserver.pod.volume_files import validate_downward_file, validate_item, validate_mode

_SHORTEST: Final = 600
_LONGEST: Final = 2**32
_KINDS: Final = ("secret", "configMap", "downwardAPI", "serviceAccountToken")


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
            report.forbidden(here, "an entry has one source")


def _projection(kind: str, source: dict[str, Any], taken: set[str], report: Report, path: Path, volume: Path) -> None:
    if kind == "serviceAccountToken":
        _token(source, report, path, volume)
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


def _take(file: str, taken: set[str], report: Report, path: Path, volume: Path) -> None:
    if not file:
        return
    if file in taken:
        report.add((*path, "path"), CauseReason.INVALID, f"{file!r} is written by two sources", field_notation(volume))
    taken.add(file)


def _token(source: dict[str, Any], report: Report, path: Path, volume: Path) -> None:
    seconds = source.get("expirationSeconds", 3600)
    if seconds < _SHORTEST:
        report.invalid((*path, "expirationSeconds"), seconds, f"is below {_SHORTEST} (10 minutes)")
    if seconds > _LONGEST:
        report.invalid((*path, "expirationSeconds"), seconds, "is above 2^32")
    file = source.get("path", "")
    field = field_notation((*volume, "path"))
    if not file:
        report.add((*path, "path"), CauseReason.REQUIRED, "a value is required", field)
    else:
        validate_file_path(file, report, (*path, "path"), field)
