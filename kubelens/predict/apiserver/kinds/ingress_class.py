"""IngressClasses, after ``pkg/apis/networking/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain, is_domain_prefixed_path
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.object_reference import validate_object_reference
from kubelens.predict.apiserver.strategy import Strategy


def default_ingress_class(obj: dict[str, Any]) -> None:
    """The scope of parameters."""
    parameters = obj.get("spec", {}).get("parameters")
    if isinstance(parameters, dict):
        parameters.setdefault("scope", "Cluster")


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


def _parameters(parameters: dict[str, Any], report: Report, path: Path) -> None:
    validate_object_reference(parameters, report, path)
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
        report.forbidden((*path, "namespace"), "must not be set without scope Namespace")


def validate_ingress_class_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The controller stays."""
    validate_ingress_class(new, report, options)
    if new.get("spec", {}).get("controller") != old.get("spec", {}).get("controller"):
        report.invalid(("spec", "controller"), new.get("spec", {}).get("controller"), "cannot be changed")


STRATEGIES: Final = (
    Strategy(
        "networking.k8s.io",
        "IngressClass",
        names=is_dns1123_subdomain,
        namespaced=False,
        default=default_ingress_class,
        validate=validate_ingress_class,
        update=validate_ingress_class_update,
    ),
)
