"""Probes, lifecycle hooks and what they call, after core ``validateProbe`` and ``validateHandler``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_http_header_name, is_valid_port_name, is_valid_port_num

_PROBE_HANDLERS: Final = ("exec", "httpGet", "tcpSocket", "grpc")
_HOOK_HANDLERS: Final = ("exec", "httpGet", "tcpSocket", "sleep")
_NUMBERS: Final = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")


def validate_port(port: Any, report: Report, path: Path) -> None:
    """A port by number or name."""
    if isinstance(port, int):
        for problem in is_valid_port_num(port):
            report.invalid(path, port, problem)
    else:
        for problem in is_valid_port_name(port):
            report.invalid(path, port, problem)


def validate_probe(
    probe: dict[str, Any] | None, report: Report, path: Path, *, one_success: bool, grace: int | None
) -> None:
    """A probe; liveness and startup probes need one success (``one_success``)."""
    if probe is None:
        return
    validate_handler(probe, _PROBE_HANDLERS, report, path, grace)
    for name in _NUMBERS:
        if probe.get(name, 0) < 0:
            report.invalid((*path, name), probe[name], "must be at least 0")
    seconds = probe.get("terminationGracePeriodSeconds")
    if seconds is not None and seconds <= 0:
        report.invalid((*path, "terminationGracePeriodSeconds"), seconds, "must be above 0")
    if one_success and probe.get("successThreshold", 1) != 1:
        report.invalid((*path, "successThreshold"), probe["successThreshold"], "must be 1 for this probe")


def validate_handler(
    handler: dict[str, Any], allowed: tuple[str, ...], report: Report, path: Path, grace: int | None
) -> None:
    """Exactly one way to ask, and what it says."""
    count = 0
    for name in allowed:
        if name not in handler:
            continue
        count += 1
        if count > 1:
            first = next(one for one in allowed if one in handler)
            report.forbidden((*path, name), f"must not be given beside {first}: a probe or hook asks one way")
            continue
        value = handler[name]
        here = (*path, name)
        if name == "exec":
            if not value.get("command"):
                report.required((*here, "command"))
        elif name == "httpGet":
            _http(value, report, here)
        elif name == "tcpSocket":
            validate_port(value.get("port", 0), report, (*here, "port"))
        elif name == "grpc":
            for problem in is_valid_port_num(value.get("port", 0)):
                report.invalid((*here, "port"), value.get("port", 0), problem)
        else:
            seconds = value.get("seconds", 0)
            if seconds < 0 or (grace is not None and seconds > grace):
                report.invalid(here, seconds, f"must be between 0 and the grace period of {grace} s")
    if count == 0:
        report.required(path, "must have a handler")


def _http(value: dict[str, Any], report: Report, path: Path) -> None:
    if not value.get("path"):
        report.required((*path, "path"))
    validate_port(value.get("port", 0), report, (*path, "port"))
    if value.get("scheme") not in ("HTTP", "HTTPS"):
        report.not_supported((*path, "scheme"), value.get("scheme"), ("HTTP", "HTTPS"))
    for index, header in enumerate(value.get("httpHeaders", [])):
        for problem in is_http_header_name(header.get("name", "")):
            report.invalid((*path, "httpHeaders"), header.get("name", ""), f"header {index}: {problem}")


def validate_lifecycle(lifecycle: dict[str, Any] | None, report: Report, path: Path, grace: int | None) -> None:
    """What runs after a container starts and before it stops.

    ``stopSignal`` is behind a gate that is off by default: the server drops it before validation.
    """
    if lifecycle is None:
        return
    for name in ("postStart", "preStop"):
        if name in lifecycle:
            validate_handler(lifecycle[name], _HOOK_HANDLERS, report, (*path, name), grace)
