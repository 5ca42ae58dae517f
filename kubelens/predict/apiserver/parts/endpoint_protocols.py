"""Protocols of the ports of Endpoints and EndpointSlices."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_qualified_name

_PROTOCOLS: Final = ("SCTP", "TCP", "UDP")


def validate_protocol(port: dict[str, Any], report: Report, path: Path) -> None:
    """The protocol of a port and of the application behind it."""
    protocol, application = port.get("protocol", ""), port.get("appProtocol")
    if not protocol:
        report.required((*path, "protocol"))
    elif protocol not in _PROTOCOLS:
        report.not_supported((*path, "protocol"), protocol, _PROTOCOLS)
    if application is not None:
        for problem in is_qualified_name(application):
            report.invalid((*path, "appProtocol"), application, problem)
