"""Webhooks of both kinds of configuration (``pkg/apis/admissionregistration/validation``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1035_label, is_fully_qualified_name
from kubelens.predict.apiserver.parts.match_conditions import validate_match_conditions
from kubelens.predict.apiserver.parts.webhook_client import validate_service_reference, validate_url
from kubelens.predict.apiserver.parts.webhook_rules import default_rules, validate_rule
from kubelens.predict.apiserver.selectors import validate_label_selector

MATCH_VARIABLES: Final = frozenset({"object", "oldObject", "request", "authorizer"})


def default_webhooks(obj: dict[str, Any]) -> None:
    """Failure and match policies, selectors, time-outs; ports of services."""
    for webhook in obj.get("webhooks", []):
        webhook.setdefault("failurePolicy", "Fail")
        webhook.setdefault("matchPolicy", "Equivalent")
        webhook.setdefault("namespaceSelector", {})
        webhook.setdefault("objectSelector", {})
        webhook.setdefault("timeoutSeconds", 10)
        default_rules(webhook.get("rules", []))
        if isinstance(service := webhook.get("clientConfig", {}).get("service"), dict):
            service.setdefault("port", 443)


def validate_webhooks(webhooks: list[dict[str, Any]], report: Report, *, mutating: bool) -> None:
    """Webhooks with names of their own."""
    names: set[str] = set()
    for index, webhook in enumerate(webhooks):
        path: Path = ("webhooks", index)
        _webhook(webhook, report, path, mutating=mutating)
        name = webhook.get("name", "")
        if name:
            if name in names:
                report.duplicate((*path, "name"), name)
            names.add(name)
        _review_versions(webhook.get("admissionReviewVersions", []), report, (*path, "admissionReviewVersions"))


def _webhook(webhook: dict[str, Any], report: Report, path: Path, *, mutating: bool) -> None:
    name = webhook.get("name", "")
    if not name:
        report.required((*path, "name"))
    else:
        for problem in is_fully_qualified_name(name):
            report.invalid((*path, "name"), name, problem)
    for index, rule in enumerate(webhook.get("rules", [])):
        validate_rule(rule, report, (*path, "rules", index))
    _choice(webhook.get("failurePolicy"), ("Fail", "Ignore"), report, (*path, "failurePolicy"))
    _choice(webhook.get("matchPolicy"), ("Equivalent", "Exact"), report, (*path, "matchPolicy"))
    effects = webhook.get("sideEffects")
    if effects is None:
        report.required((*path, "sideEffects"), "must be None or NoneOnDryRun")
    else:
        _choice(effects, ("None", "NoneOnDryRun"), report, (*path, "sideEffects"))
    seconds = webhook.get("timeoutSeconds")
    if seconds is not None and not 1 <= seconds <= 30:
        report.invalid((*path, "timeoutSeconds"), seconds, "must be between 1 and 30")
    validate_label_selector(webhook.get("namespaceSelector"), report, (*path, "namespaceSelector"))
    validate_label_selector(webhook.get("objectSelector"), report, (*path, "objectSelector"))
    if mutating:
        _choice(webhook.get("reinvocationPolicy"), ("IfNeeded", "Never"), report, (*path, "reinvocationPolicy"))
    client = webhook.get("clientConfig", {})
    here = (*path, "clientConfig")
    url, service = client.get("url"), client.get("service")
    if (url is None) == (service is None):
        report.required(here, "must have exactly one of url and service")
    elif url is not None:
        validate_url(url, report, (*here, "url"))
    elif service is not None:
        validate_service_reference(service, report, (*here, "service"))
    validate_match_conditions(webhook.get("matchConditions", []), report, (*path, "matchConditions"), MATCH_VARIABLES)


def _choice(value: Any, allowed: tuple[str, ...], report: Report, path: Path) -> None:
    if value is not None and value not in allowed:
        report.not_supported(path, value, allowed)


def _review_versions(versions: list[str], report: Report, path: Path) -> None:
    if not versions:
        report.required(path, "must hold v1 or v1beta1")
        return
    seen: set[str] = set()
    known = False
    for index, version in enumerate(versions):
        if version in seen:
            report.invalid((*path, index), version, "must be unique")
            continue
        for problem in is_dns1035_label(version):
            report.invalid((*path, index), version, problem)
        seen.add(version)
        known |= version in ("v1", "v1beta1")
    if not known:
        report.invalid(path, versions, "must hold v1 or v1beta1")
