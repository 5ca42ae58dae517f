"""How a webhook is reached: a URL, or a Service (apiserver ``pkg/util/webhook/validation.go``)."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from kubelens.predict.apiserver.causes import CauseReason, Path, Report, field_notation
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.syntax.pattern import pattern

_GO_URL: Final = pattern(r"(?!:)(?:[^\x00-\x1f\x7f%]|%[0-9A-Fa-f]{2})*\Z")
_GO_HOST: Final = pattern(r"(?:[^\s\\^`{|}%/?#:]*|\[[^\]]*\])(?::[0-9]*)?\Z")
"""What Go's ``url.Parse`` takes: no control characters, sound escapes, a host without blanks, a port of digits."""


def validate_url(url: str, report: Report, path: Path) -> None:
    """An https URL without user, query and fragment."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        sound = _GO_URL.match(url) is not None and _GO_HOST.match(host) is not None
    except ValueError:
        sound = False
    if not sound:
        report.required(path, "must be a URL")
        return
    if parts.scheme != "https":
        report.invalid(path, url, "must begin with https://")
    if not host:
        report.invalid(path, url, "must name a host")
    if parts.username is not None or parts.password is not None:
        report.invalid(path, url, "must not hold a user or password")
    if parts.fragment:
        report.invalid(path, url, "must not hold a fragment")
    if parts.query:
        report.invalid(path, url, "must not hold a query")


def validate_service_reference(service: dict[str, Any], report: Report, path: Path) -> None:
    """The Service behind a webhook, its port and its path."""
    for field, named in (("name", "namespace"), ("namespace", "name")):
        if not service.get(field):
            report.add((*path, field), CauseReason.REQUIRED, f"{field} is missing", f"{field_notation(path)}.{named}")
    port = service.get("port", 443)
    if not 1 <= port <= 65535:
        report.invalid((*path, "port"), port, "must be between 1 and 65535")
    text = service.get("path")
    if text is None:
        return
    here = (*path, "path")
    if text in ("", "/", "//"):
        if text == "//":
            report.invalid(here, text, "must have no empty part")
        return
    if not text.startswith("/"):
        report.invalid(here, text, "must begin with '/'")
    segments = text.removeprefix("/").split("/")
    for index, segment in enumerate(segments):
        if not segment:
            if index == len(segments) - 1:
                continue
            report.invalid(here, text, f"part {index} of the path is empty")
            continue
        for problem in is_dns1123_subdomain(segment):
            report.invalid(here, text, f"part {index} of the path: {problem}")
