"""Ingresses and their classes, after ``pkg/apis/networking/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report
from kubelens.predict.apiserver.formats import (
    is_dns1123_label,
    is_dns1123_subdomain,
    is_domain_prefixed_path,
    is_path_segment_name,
    is_valid_port_name,
    is_valid_port_num,
    is_wildcard_dns1123_subdomain,
    parse_ip,
)
from kubelens.predict.apiserver.options import Options

PATH_TYPES: Final = ("Exact", "ImplementationSpecific", "Prefix")
_CLASS: Final = "kubernetes.io/ingress.class"
_SEQUENCES: Final = ("//", "/./", "/../", "%2f", "%2F")
_ENDS: Final = ("/..", "/.")


def validate_ingress(obj: dict[str, Any], report: Report, options: Options) -> None:
    """An Ingress."""
    spec = obj.get("spec", {})
    annotation = obj.get("metadata", {}).get("annotations", {}).get(_CLASS)
    if annotation is not None and spec.get("ingressClassName") not in (None, annotation):
        report.add(
            ("metadata", "annotations", _CLASS),
            CauseReason.INVALID,
            "the annotation and ingressClassName exclude each other",
            f"annotations.{_CLASS}",
        )
    validate_ingress_spec(spec, report)


def validate_ingress_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Everything may change that is valid."""
    validate_ingress_spec(new.get("spec", {}), report)


def validate_ingress_spec(spec: dict[str, Any], report: Report) -> None:
    """Rules, default backend, TLS and class."""
    path: Path = ("spec",)
    rules, default = spec.get("rules", []), spec.get("defaultBackend")
    if not rules and default is None:
        report.invalid(path, "", "rules or defaultBackend is needed")
    if default is not None:
        _backend(default, report, (*path, "defaultBackend"))
    for index, rule in enumerate(rules):
        _rule(rule, report, (*path, "rules", index))
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


def _host(host: str, report: Report, path: Path) -> None:
    check = is_wildcard_dns1123_subdomain if "*" in host else is_dns1123_subdomain
    for problem in check(host):
        report.invalid(path, host, problem)


def _rule(rule: dict[str, Any], report: Report, path: Path) -> None:
    host = rule.get("host", "")
    if host:
        if parse_ip(host) is not None:
            report.invalid((*path, "host"), host, "is a name, not an IP address")
        _host(host, report, (*path, "host"))
    http = rule.get("http")
    if http is None:
        return
    paths = http.get("paths", [])
    if not paths:
        report.required((*path, "http", "paths"))
    for index, one in enumerate(paths):
        _path(one, report, (*path, "http", "paths", index))


def _path(one: dict[str, Any], report: Report, path: Path) -> None:
    kind, text = one.get("pathType"), one.get("path", "")
    if kind is None:
        report.required((*path, "pathType"), "Exact, Prefix or ImplementationSpecific")
        return
    if kind in ("Exact", "Prefix"):
        if not text.startswith("/"):
            report.invalid((*path, "path"), text, "begins with '/'")
        if text:
            for sequence in _SEQUENCES:
                if sequence in text:
                    report.invalid((*path, "path"), text, f"must not hold {sequence!r}")
            for end in _ENDS:
                if text.endswith(end):
                    report.invalid((*path, "path"), text, f"must not end with {end!r}")
    elif kind == "ImplementationSpecific":
        if text and not text.startswith("/"):
            report.invalid((*path, "path"), text, "begins with '/'")
    else:
        report.not_supported((*path, "pathType"), kind, PATH_TYPES)
    _backend(one.get("backend", {}), report, (*path, "backend"))


def _backend(backend: dict[str, Any], report: Report, path: Path) -> None:
    """One backend; the server blames the backend for its service's port."""
    resource, service = backend.get("resource"), backend.get("service")
    if resource is not None and service is not None:
        report.invalid(path, "", "resource and service exclude each other")
    elif resource is not None:
        _reference(resource, report, (*path, "resource"))
    elif service is None:
        report.invalid(path, "", "a backend names a service or a resource")
    else:
        _service(service, report, (*path, "service"))


def _service(service: dict[str, Any], report: Report, path: Path) -> None:
    name = service.get("name", "")
    if not name:
        report.required((*path, "name"))
    else:
        for problem in is_dns1123_label(name):
            report.invalid((*path, "name"), name, problem)
    port = service.get("port", {})
    number, text = port.get("number", 0), port.get("name", "")
    if text and number:
        report.invalid(path[:-1], "", "a port has a name or a number")
    elif text:
        for problem in is_valid_port_name(text):
            report.invalid((*path, "port", "name"), text, problem)
    elif number:
        for problem in is_valid_port_num(number):
            report.invalid((*path, "port", "number"), number, problem)
    else:
        report.required(path[:-1], "port name or number is needed")


def validate_ingress_class(obj: dict[str, Any], report: Report, options: Options) -> None:
    """An IngressClass."""
    spec = obj.get("spec", {})
    controller = spec.get("controller", "")
    path: Path = ("spec",)
    if not controller:
        report.required((*path, "controller"))
    else:
        if len(controller) > 250:
            report.too_long((*path, "controller"), 250)
        for problem in is_domain_prefixed_path(controller):
            report.invalid((*path, "controller"), controller, problem)
    parameters = spec.get("parameters")
    if parameters is not None:
        _parameters(parameters, report, (*path, "parameters"))


def _reference(reference: dict[str, Any], report: Report, path: Path) -> None:
    """Group (left out for the core group, not empty), kind and name of an object."""
    group = reference.get("apiGroup")
    for problem in is_dns1123_subdomain(group) if group is not None else []:
        report.invalid((*path, "apiGroup"), group, problem)
    for field in ("kind", "name"):
        text = reference.get(field, "")
        if not text:
            report.required((*path, field))
        for problem in is_path_segment_name(text) if text else []:
            report.invalid((*path, field), text, problem)


def _parameters(parameters: dict[str, Any], report: Report, path: Path) -> None:
    _reference(parameters, report, path)
    scope, namespace = parameters.get("scope"), parameters.get("namespace")
    if scope is None:
        report.required((*path, "scope"))
        return
    if scope not in ("Cluster", "Namespace"):
        report.not_supported((*path, "scope"), scope, ("Cluster", "Namespace"))
        return
    if scope == "Namespace":
        if namespace is None:
            report.required((*path, "namespace"))
        else:
            for problem in is_dns1123_label(namespace):
                report.invalid((*path, "namespace"), namespace, problem)
    elif namespace is not None:
        report.forbidden((*path, "namespace"), "goes with scope Namespace")


def validate_ingress_class_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The controller stays."""
    validate_ingress_class(new, report, options)
    if new.get("spec", {}).get("controller") != old.get("spec", {}).get("controller"):
        report.invalid(("spec", "controller"), new.get("spec", {}).get("controller"), "cannot be changed")
