"""Webhook configurations, after ``pkg/apis/admissionregistration/validation``."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from kubelens.predict.apiserver.causes import CauseReason, Path, Report, field_notation
from kubelens.predict.apiserver.formats import (
    is_dns1035_label,
    is_dns1123_subdomain,
    is_fully_qualified_name,
    is_qualified_name,
)
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.validation.policy_types import policy_problem
from kubelens.predict.apiserver.validation.selectors import validate_label_selector

_OPERATIONS: Final = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_SCOPES: Final = ("*", "Cluster", "Namespaced")
_MAX_CONDITIONS: Final = 64
_GO_URL: Final = re.compile(r"(?!:)(?:[^\x00-\x1f\x7f%]|%[0-9A-Fa-f]{2})*\Z")
_GO_HOST: Final = re.compile(r"(?:[^\s\\^`{|}%/?#:]*|\[[^\]]*\])(?::[0-9]*)?\Z")
"""What Go's ``url.Parse`` takes: no control characters, sound escapes, a host without blanks, a port of digits."""
MATCH_VARIABLES: Final = frozenset({"object", "oldObject", "request", "authorizer"})


def validate_validating_webhooks(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ValidatingWebhookConfiguration."""
    _webhooks(obj.get("webhooks", []), report, mutating=False)


def validate_mutating_webhooks(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A MutatingWebhookConfiguration."""
    _webhooks(obj.get("webhooks", []), report, mutating=True)


def _webhooks(webhooks: list[dict[str, Any]], report: Report, *, mutating: bool) -> None:
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
        report.required((*path, "sideEffects"), "None or NoneOnDryRun")
    else:
        _choice(effects, ("None", "NoneOnDryRun"), report, (*path, "sideEffects"))
    seconds = webhook.get("timeoutSeconds")
    if seconds is not None and not 1 <= seconds <= 30:
        report.invalid((*path, "timeoutSeconds"), seconds, "is between 1 and 30")
    validate_label_selector(webhook.get("namespaceSelector"), report, (*path, "namespaceSelector"))
    validate_label_selector(webhook.get("objectSelector"), report, (*path, "objectSelector"))
    if mutating:
        _choice(webhook.get("reinvocationPolicy"), ("IfNeeded", "Never"), report, (*path, "reinvocationPolicy"))
    client = webhook.get("clientConfig", {})
    here = (*path, "clientConfig")
    url, service = client.get("url"), client.get("service")
    if (url is None) == (service is None):
        report.required(here, "exactly one of url and service is needed")
    elif url is not None:
        validate_url(url, report, (*here, "url"))
    elif service is not None:
        validate_service_reference(service, report, (*here, "service"))
    validate_match_conditions(webhook.get("matchConditions", []), report, (*path, "matchConditions"), MATCH_VARIABLES)


def _choice(value: Any, allowed: tuple[str, ...], report: Report, path: Path) -> None:
    if value is not None and value not in allowed:
        report.not_supported(path, value, allowed)


def validate_url(url: str, report: Report, path: Path) -> None:
    """An https URL without user, query and fragment."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        sound = _GO_URL.match(url) is not None and _GO_HOST.match(host) is not None
    except ValueError:
        sound = False
    if not sound:
        report.required(path, "is no URL")
        return
    if parts.scheme != "https":
        report.invalid(path, url, "begins with https://")
    if not host:
        report.invalid(path, url, "names a host")
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
        report.invalid((*path, "port"), port, "is between 1 and 65535")
    text = service.get("path")
    if text is None:
        return
    here = (*path, "path")
    if text in ("", "/", "//"):
        if text == "//":
            report.invalid(here, text, "a part of the path is empty")
        return
    if not text.startswith("/"):
        report.invalid(here, text, "begins with '/'")
    segments = text.removeprefix("/").split("/")
    for index, segment in enumerate(segments):
        if not segment:
            if index == len(segments) - 1:
                continue
            report.invalid(here, text, f"part {index} of the path is empty")
            continue
        for problem in is_dns1123_subdomain(segment):
            report.invalid(here, text, f"part {index} of the path: {problem}")


def _review_versions(versions: list[str], report: Report, path: Path) -> None:
    if not versions:
        report.required(path, "v1 or v1beta1")
        return
    seen: set[str] = set()
    known = False
    for index, version in enumerate(versions):
        if version in seen:
            report.invalid((*path, index), version, "is there twice")
            continue
        for problem in is_dns1035_label(version):
            report.invalid((*path, index), version, problem)
        seen.add(version)
        known |= version in ("v1", "v1beta1")
    if not known:
        report.invalid(path, versions, "v1 or v1beta1 is needed")


def validate_rule(rule: dict[str, Any], report: Report, path: Path, *, subresources: bool = True) -> None:
    """Operations on resources."""
    operations = rule.get("operations", [])
    if not operations:
        report.required((*path, "operations"))
    if len(operations) > 1 and "*" in operations:
        report.invalid((*path, "operations"), operations, "'*' stands alone")
    for index, operation in enumerate(operations):
        if operation not in _OPERATIONS:
            report.not_supported((*path, "operations", index), operation, _OPERATIONS)
    for field in ("apiGroups", "apiVersions", "resources"):
        values = rule.get(field, [])
        if not values:
            report.required((*path, field))
        if field != "resources" and len(values) > 1 and "*" in values:
            report.invalid((*path, field), values, "'*' stands alone")
        if field == "apiVersions":
            for index, value in enumerate(values):
                if not value:
                    report.required((*path, field, index))
    if subresources:
        _resources(rule.get("resources", []), report, (*path, "resources"))
    scope = rule.get("scope")
    if scope is not None and scope not in _SCOPES:
        report.not_supported((*path, "scope"), scope, _SCOPES)


def _resources(resources: list[str], report: Report, path: Path) -> None:
    whole: set[str] = set()
    everywhere: set[str] = set()
    plain = False
    for index, text in enumerate(resources):
        if not text:
            report.required((*path, index))
            continue
        resource, slash, sub = text.partition("/")
        if not slash:
            plain = text != "*"
            continue
        if resource in whole:
            report.invalid((*path, index), text, f"'{resource}/*' covers it")
        if sub in everywhere:
            report.invalid((*path, index), text, f"'*/{sub}' covers it")
        if sub == "*":
            whole.add(resource)
        if resource == "*":
            everywhere.add(sub)
    if len(resources) > 1 and "*/*" in resources:
        report.invalid(path, resources, "'*/*' stands alone")
    if "*" in resources and plain:
        report.invalid(path, resources, "'*' covers the others")


def validate_match_conditions(
    conditions: list[dict[str, Any]], report: Report, path: Path, variables: frozenset[str]
) -> None:
    """Named CEL conditions."""
    if len(conditions) > _MAX_CONDITIONS:
        report.too_many(path, len(conditions), _MAX_CONDITIONS)
    seen: set[str] = set()
    for index, condition in enumerate(conditions):
        here = (*path, index)
        expression = condition.get("expression", "").strip()
        if not expression:
            report.required((*here, "expression"))
        elif problem := policy_problem(expression, variables, "bool"):
            report.invalid((*here, "expression"), expression, problem)
        name = condition.get("name", "")
        if not name:
            report.required((*here, "name"))
        else:
            for problem in is_qualified_name(name):
                report.invalid((*here, "name"), name, problem)
            if name in seen:
                report.duplicate((*here, "name"), name)
            seen.add(name)
