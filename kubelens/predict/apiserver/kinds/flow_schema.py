"""FlowSchemas, after ``pkg/apis/flowcontrol/validation``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain
from kubelens.predict.apiserver.immutable import is_same
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.strategy import Strategy

_VERBS: Final = frozenset("get list create update delete deletecollection patch watch proxy".split())

_EVERYTHING: Final = {
    "resourceRules": [
        {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": True, "namespaces": ["*"]}
    ],
    "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
}


def _group(name: str) -> dict[str, Any]:
    return {"kind": "Group", "group": {"name": name}}


_MANDATORY: Final[Mapping[str, dict[str, Any]]] = {
    "exempt": {
        "matchingPrecedence": 1,
        "priorityLevelConfiguration": {"name": "exempt"},
        "rules": [{"subjects": [_group("system:masters")], **_EVERYTHING}],
    },
    "catch-all": {
        "matchingPrecedence": 10000,
        "priorityLevelConfiguration": {"name": "catch-all"},
        "distinguisherMethod": {"type": "ByUser"},
        "rules": [{"subjects": [_group("system:unauthenticated"), _group("system:authenticated")], **_EVERYTHING}],
    },
}
"""Flow schemas that the server has by itself (apiserver ``pkg/apis/flowcontrol/bootstrap``)."""


def default_flow_schema(obj: dict[str, Any]) -> None:
    """Its place in the order."""
    spec = obj.setdefault("spec", {})
    if not spec.get("matchingPrecedence"):
        spec["matchingPrecedence"] = 1000


def validate_flow_schema(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A FlowSchema."""
    spec = obj.get("spec", {})
    path: Path = ("spec",)
    precedence = spec.get("matchingPrecedence", 0)
    if precedence <= 0:
        report.invalid((*path, "matchingPrecedence"), precedence, "must be at least 1")
    if precedence > 10000:
        report.invalid((*path, "matchingPrecedence"), precedence, "must be at most 10000")
    if precedence == 1 and obj.get("metadata", {}).get("name") != "exempt":
        report.invalid(
            (*path, "matchingPrecedence"), precedence, "must be at least 2: 1 is kept for the flow schema 'exempt'"
        )
    method = spec.get("distinguisherMethod")
    if method is not None and method.get("type") not in ("ByNamespace", "ByUser"):
        report.not_supported((*path, "distinguisherMethod", "type"), method.get("type"), ("ByNamespace", "ByUser"))
    level = spec.get("priorityLevelConfiguration", {}).get("name", "")
    if not level:
        report.required((*path, "priorityLevelConfiguration", "name"))
    else:
        for problem in is_dns1123_subdomain(level):
            report.invalid((*path, "priorityLevelConfiguration", "name"), level, problem)
    mandatory = _MANDATORY.get(obj.get("metadata", {}).get("name", ""))
    if mandatory is not None and not is_same(spec, mandatory):
        report.inconsistent(path, "is fixed: the server has this flow schema by itself")
    for index, rule in enumerate(spec.get("rules", [])):
        _rule(rule, report, (*path, "rules", index))


def _rule(rule: dict[str, Any], report: Report, path: Path) -> None:
    subjects = rule.get("subjects", [])
    if not subjects:
        report.required((*path, "subjects"), "must have at least one subject")
    for index, subject in enumerate(subjects):
        _subject(subject, report, (*path, "subjects", index))
    resources, urls = rule.get("resourceRules", []), rule.get("nonResourceRules", [])
    if not resources and not urls:
        report.required(path, "must have resourceRules or nonResourceRules")
    for index, one in enumerate(resources):
        here = (*path, "resourceRules", index)
        _verbs(one.get("verbs", []), report, here)
        for field in ("apiGroups", "resources"):
            _wild(one.get(field, []), field, report, here)
        namespaces = one.get("namespaces", [])
        if not namespaces and not one.get("clusterScope"):
            report.required((*here, "namespaces"), "must have namespaces or clusterScope")
        elif "*" in namespaces and len(namespaces) > 1:
            report.invalid((*here, "namespaces"), namespaces, "must hold '*' alone")
        else:
            for number, name in enumerate(namespaces):
                if name != "*":
                    for problem in is_dns1123_label(name):
                        report.invalid((*here, "namespaces", number), name, problem)
    for index, one in enumerate(urls):
        here = (*path, "nonResourceRules", index)
        _verbs(one.get("verbs", []), report, here)
        paths = one.get("nonResourceURLs", [])
        if not paths:
            report.required((*here, "nonResourceURLs"))
        elif "*" in paths:
            if len(paths) > 1:
                report.invalid((*here, "nonResourceURLs"), paths, "must hold '*' alone")
        else:
            for number, text in enumerate(paths):
                _url(text, report, (*here, "nonResourceURLs", number))


def _url(text: str, report: Report, path: Path) -> None:
    if not text:
        report.invalid(path, text, "must not be empty")
    elif not text.startswith("/"):
        report.invalid(path, text, "must begin with '/'")
    elif " " in text:
        report.invalid(path, text, "must not hold a blank")
    elif "//" in text:
        report.invalid(path, text, "must not hold '//'")
    elif "*" in text and (not text.endswith("/*") or text.count("*") > 1):
        report.invalid(path, text, "must hold '*' only at the end, after '/'")


def _verbs(verbs: list[str], report: Report, path: Path) -> None:
    here = (*path, "verbs")
    if not verbs:
        report.required(here, "must have at least one verb")
    elif "*" in verbs:
        if len(verbs) > 1:
            report.invalid(here, verbs, "must hold '*' alone")
    elif not set(verbs) <= _VERBS:
        report.not_supported(here, verbs, sorted(_VERBS))


def _wild(values: list[str], field: str, report: Report, path: Path) -> None:
    here = (*path, field)
    if not values:
        report.required(here, "must have at least one")
    elif "*" in values and len(values) > 1:
        report.invalid(here, values, "must hold '*' alone")


def _subject(subject: dict[str, Any], report: Report, path: Path) -> None:
    kind = subject.get("kind", "")
    forms = {"ServiceAccount": "serviceAccount", "User": "user", "Group": "group"}
    if kind not in forms:
        report.not_supported((*path, "kind"), kind, tuple(forms))
        return
    for name, field in forms.items():
        if name == kind:
            inner = subject.get(field)
            if inner is None:
                report.required((*path, field))
            else:
                _named(kind, inner, report, (*path, field))
        elif subject.get(field) is not None:
            report.forbidden((*path, field), f"must not be set for kind {kind}")


def _named(kind: str, inner: dict[str, Any], report: Report, path: Path) -> None:
    name = inner.get("name", "")
    if not name:
        report.required((*path, "name"))
    elif kind == "ServiceAccount" and name != "*":
        for problem in is_dns1123_subdomain(name):
            report.invalid((*path, "name"), name, problem)
    if kind == "ServiceAccount":
        namespace = inner.get("namespace", "")
        if not namespace:
            report.required((*path, "namespace"))
        else:
            for problem in is_dns1123_label(namespace):
                report.invalid((*path, "namespace"), namespace, problem)


STRATEGIES: Final = (
    Strategy(
        "flowcontrol.apiserver.k8s.io",
        "FlowSchema",
        names=is_dns1123_subdomain,
        namespaced=False,
        default=default_flow_schema,
        validate=validate_flow_schema,
    ),
)
