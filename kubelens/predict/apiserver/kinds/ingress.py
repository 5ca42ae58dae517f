"""Ingresses, after ``pkg/apis/networking/validation``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report, shown
from kubelens.predict.apiserver.formats import (
    is_dns1123_label,
    is_dns1123_subdomain,
    is_valid_port_name,
    is_valid_port_num,
    is_wildcard_dns1123_subdomain,
    parse_ip,
)
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.address_warnings import Pair
from kubelens.predict.apiserver.parts.object_reference import validate_object_reference
from kubelens.predict.apiserver.parts.service_names import validate_service_name
from kubelens.predict.apiserver.strategy import Strategy
from kubelens.syntax.pattern import pattern

PATH_TYPES: Final = ("Exact", "ImplementationSpecific", "Prefix")
_CLASS: Final = "kubernetes.io/ingress.class"
_SEQUENCES: Final = ("//", "/./", "/../", "%2f", "%2F")
_ENDS: Final = ("/..", "/.")
_OLD_INGRESS_CLASS: Final = "kubernetes.io/ingress.class"


def validate_ingress(obj: dict[str, Any], report: Report, options: Options) -> None:
    """An Ingress."""
    spec = obj.get("spec", {})
    annotation = obj.get("metadata", {}).get("annotations", {}).get(_CLASS)
    if annotation is not None and spec.get("ingressClassName") not in (None, annotation):
        report.add(
            ("metadata", "annotations", _CLASS),
            CauseReason.INVALID,
            f"must be absent or spec.ingressClassName's {shown(spec['ingressClassName'])}, is {shown(annotation)}: take it out",
            f"annotations.{_CLASS}",
        )
    validate_ingress_spec(spec, options, report)


def validate_ingress_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Everything may change that is valid."""
    validate_ingress_spec(new.get("spec", {}), options, report)


def validate_ingress_spec(spec: dict[str, Any], options: Options, report: Report) -> None:
    """Rules, default backend, TLS and class."""
    path: Path = ("spec",)
    rules, default = spec.get("rules", []), spec.get("defaultBackend")
    if not rules and default is None:
        report.inconsistent(path, "must have rules or defaultBackend")
    if default is not None:
        _backend(default, options, report, (*path, "defaultBackend"))
    for index, rule in enumerate(rules):
        _rule(rule, options, report, (*path, "rules", index))
    for index, tls in enumerate(spec.get("tls", [])):
        for number, host in enumerate(tls.get("hosts", [])):
            _host(host, report, (*path, "tls", index, "hosts", number))
        secret = tls.get("secretName", "")
        for problem in is_dns1123_subdomain(secret) if secret else []:
            report.invalid((*path, "tls", index, "secretName"), secret, problem)
    name = spec.get("ingressClassName")
    if name is not None:
        for problem in is_dns1123_subdomain(name):
            report.invalid((*path, "ingressClassName"), name, problem)


_PART_OF_URL: Final = pattern(r"^https?:|/|:\d+$")
_NO_URL: Final = "must be a name of DNS alone, without a scheme, a port and a path"


def _host(host: str, report: Report, path: Path) -> None:
    check = is_wildcard_dns1123_subdomain if "*" in host else is_dns1123_subdomain
    for problem in check(host):
        report.invalid(path, host, _NO_URL if _PART_OF_URL.search(host) else problem)


def _rule(rule: dict[str, Any], options: Options, report: Report, path: Path) -> None:
    host = rule.get("host", "")
    if host:
        if parse_ip(host) is not None:
            report.invalid((*path, "host"), host, "must be a name, not an IP address")
        _host(host, report, (*path, "host"))
    http = rule.get("http")
    if http is None:
        return
    paths = http.get("paths", [])
    if not paths:
        report.required((*path, "http", "paths"))
    for index, one in enumerate(paths):
        _path(one, options, report, (*path, "http", "paths", index))


def _path(one: dict[str, Any], options: Options, report: Report, path: Path) -> None:
    kind, text = one.get("pathType"), one.get("path", "")
    if kind is None:
        report.required((*path, "pathType"), "must be Exact, Prefix or ImplementationSpecific")
        return
    if kind in ("Exact", "Prefix"):
        if not text.startswith("/"):
            report.invalid((*path, "path"), text, "must begin with '/'")
        if text:
            for sequence in _SEQUENCES:
                if sequence in text:
                    report.invalid((*path, "path"), text, f"must not hold {sequence!r}")
            for end in _ENDS:
                if text.endswith(end):
                    report.invalid((*path, "path"), text, f"must not end with {end!r}")
    elif kind == "ImplementationSpecific":
        if text and not text.startswith("/"):
            report.invalid((*path, "path"), text, "must begin with '/'")
    else:
        report.not_supported((*path, "pathType"), kind, PATH_TYPES)
    _backend(one.get("backend", {}), options, report, (*path, "backend"))


def _backend(backend: dict[str, Any], options: Options, report: Report, path: Path) -> None:
    """One backend; the server blames the backend for its service's port."""
    resource, service = backend.get("resource"), backend.get("service")
    if resource is not None and service is not None:
        report.inconsistent(path, "must have resource or service, has both: take one out")
    elif resource is not None:
        validate_object_reference(resource, report, (*path, "resource"))
    elif service is None:
        report.inconsistent(path, "must name a service or a resource")
    else:
        _service(service, options, report, (*path, "service"))


def _service(service: dict[str, Any], options: Options, report: Report, path: Path) -> None:
    name = service.get("name", "")
    if not name:
        report.required((*path, "name"))
    else:
        for problem in is_dns1123_label(name):
            report.invalid((*path, "name"), name, problem)
        validate_service_name(name, options, report, (*path, "name"))
    port = service.get("port", {})
    number, text = port.get("number", 0), port.get("name", "")
    if text and number:
        report.inconsistent(path[:-1], "must have a name or a number, not both")
    elif text:
        for problem in is_valid_port_name(text):
            report.invalid((*path, "port", "name"), text, problem)
    elif number:
        for problem in is_valid_port_num(number):
            report.invalid((*path, "port", "number"), number, problem)
    else:
        report.required(path[:-1], "must have a name or a number")


def ingress_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/networking/ingress, WarningsOnCreate)"""
    if _OLD_INGRESS_CLASS in obj.get("metadata", {}).get("annotations", {}):
        yield "", f"annotation {_OLD_INGRESS_CLASS} is deprecated: spec.ingressClassName takes its place"


STRATEGIES: Final = (
    Strategy(
        "networking.k8s.io",
        "Ingress",
        names=is_dns1123_subdomain,
        namespaced=True,
        validate=validate_ingress,
        update=validate_ingress_update,
        warn=ingress_warnings,
    ),
)
