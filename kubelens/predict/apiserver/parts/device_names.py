"""Names of devices' attributes and pools, and their versions (``pkg/apis/resource/validation``)."""

from __future__ import annotations

import re
from typing import Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report, field_notation
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.pod.volume_sources import validate_driver_name
from kubelens.syntax.pattern import pattern

_MOST_IN_ID: Final = 32
_MOST_IN_POOL: Final = 253
_IDENTIFIER: Final = pattern(r"[A-Za-z_][A-Za-z0-9_]*\Z", re.ASCII)
_NUMBER: Final = r"(?:0|[1-9]\d*)"
_PRE_RELEASE: Final = r"(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
_BUILD: Final = r"[0-9a-zA-Z-]+"
_SEMVER: Final = pattern(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_PRE_RELEASE}(?:\.{_PRE_RELEASE})*)?(?:\+{_BUILD}(?:\.{_BUILD})*)?\Z",
    re.ASCII,
)


def is_semantic_version(text: str) -> bool:
    """Whether a text is a version as semver.org has it."""
    return _SEMVER.match(text) is not None


def validate_qualified_name(name: str, report: Report, path: Path, field: Path | None = None) -> None:
    """An identifier, or a domain, ``/`` and an identifier; the server says nothing of more than one ``/``.

    ``field``: what the server names, where it is not the value at ``path``.
    """
    told = path if field is None else field
    found = Report()
    domain, slash, identifier = name.partition("/")
    if name.count("/") > 1:
        return
    if not slash:
        _identifier(domain, found, told)
    else:
        if not domain:
            found.inconsistent(told, "must have a domain before the '/', has none")
        else:
            validate_driver_name(domain, found, told)
        if not identifier:
            found.inconsistent(told, "must have a name after the '/', has none")
        else:
            _identifier(identifier, found, told)
    for cause in found.causes:
        report.add(path, cause.reason, cause.message, field_notation(told))


def validate_fully_qualified_name(name: str, report: Report, path: Path) -> None:
    """A domain, ``/`` and an identifier."""
    validate_qualified_name(name, report, path)
    if "/" not in name:
        report.invalid(path, name, "must be a domain and a name, separated by '/'")


def _identifier(text: str, report: Report, path: Path) -> None:
    if len(text) > _MOST_IN_ID:
        report.too_long(path, _MOST_IN_ID)
    if not _IDENTIFIER.match(text):
        report.add(path, CauseReason.INVALID, f"{text!r} is no identifier of letters, digits and '_'")


def validate_pool_name(name: str, report: Report, path: Path) -> None:
    """Domains joined by ``/``."""
    if not name:
        report.required(path)
        return
    if len(name) > _MOST_IN_POOL:
        report.too_long(path, _MOST_IN_POOL)
    for part in name.split("/"):
        for problem in is_dns1123_subdomain(part):
            report.invalid(path, name, problem)
