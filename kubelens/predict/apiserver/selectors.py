"""Selectors of labels and nodes: apimachinery ``apis/meta/v1/validation`` and core ``ValidateNodeSelector``."""

from __future__ import annotations

from typing import Any

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_qualified_name, is_valid_label_value
from kubelens.predict.apiserver.metadata import validate_labels


def validate_label_selector(
    selector: dict[str, Any] | None, report: Report, path: Path, *, values_matter: bool = True
) -> None:
    """``matchLabels`` and ``matchExpressions``."""
    if not selector:
        return
    validate_labels(selector.get("matchLabels", {}), report, (*path, "matchLabels"))
    for index, requirement in enumerate(selector.get("matchExpressions", [])):
        validate_label_requirement(requirement, report, (*path, "matchExpressions", index), values_matter=values_matter)


def is_readable(selector: dict[str, Any]) -> bool:
    """Whether ``LabelSelectorAsSelector`` takes it: every key, operator and value is valid."""
    for key, value in selector.get("matchLabels", {}).items():
        if is_qualified_name(key) or is_valid_label_value(value):
            return False
    probe = Report()
    for requirement in selector.get("matchExpressions", []):
        validate_label_requirement(requirement, probe, ())
    return not probe.causes


def validate_label_requirement(
    requirement: dict[str, Any], report: Report, path: Path, *, values_matter: bool = True
) -> None:
    """One expression: its key, its operator, and the values that go with it."""
    _requirement(requirement, report, path, numbers=False, values_matter=values_matter)


def _requirement(
    requirement: dict[str, Any], report: Report, path: Path, *, numbers: bool, values_matter: bool
) -> None:
    """``numbers``: Gt and Lt are operators too, as in node selectors."""
    operator = requirement.get("operator", "")
    values = requirement.get("values", [])
    if operator in ("In", "NotIn"):
        if not values:
            report.required((*path, "values"), f"must have values for operator {operator}")
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            report.forbidden((*path, "values"), f"must be empty for operator {operator}")
    elif numbers and operator in ("Gt", "Lt"):
        if len(values) != 1:
            report.required((*path, "values"), f"must have one value for operator {operator}")
    else:
        known = (
            "must be In, NotIn, Exists, DoesNotExist, Gt or Lt"
            if numbers
            else "must be In, NotIn, Exists or DoesNotExist"
        )
        report.invalid((*path, "operator"), operator, known)
    for problem in is_qualified_name(requirement.get("key", "")):
        report.invalid((*path, "key"), requirement.get("key", ""), problem)
    for index, value in enumerate(values if values_matter else ()):
        for problem in is_valid_label_value(value):
            report.invalid((*path, "values", index), value, problem)


def validate_node_selector(selector: dict[str, Any], report: Report, path: Path) -> None:
    """Terms of which one has to fit; there has to be one."""
    terms = selector.get("nodeSelectorTerms", [])
    if not terms:
        report.required((*path, "nodeSelectorTerms"), "must have at least one term")
    for index, term in enumerate(terms):
        validate_node_selector_term(term, report, (*path, "nodeSelectorTerms", index))


def validate_node_selector_term(
    term: dict[str, Any], report: Report, path: Path, *, values_matter: bool = True
) -> None:
    """Expressions over labels and fields of a node."""
    for index, requirement in enumerate(term.get("matchExpressions", [])):
        at = (*path, "matchExpressions", index)
        _requirement(requirement, report, at, numbers=True, values_matter=values_matter)
    for index, requirement in enumerate(term.get("matchFields", [])):
        _field_requirement(requirement, report, (*path, "matchFields", index))


def _field_requirement(requirement: dict[str, Any], report: Report, path: Path) -> None:
    operator = requirement.get("operator", "")
    values = requirement.get("values", [])
    if operator in ("In", "NotIn"):
        if len(values) != 1:
            report.required((*path, "values"), f"must have one value for operator {operator} of a field")
    else:
        report.invalid((*path, "operator"), operator, "must be In or NotIn for a field")
    key = requirement.get("key", "")
    if key == "metadata.name":
        from kubelens.predict.apiserver.formats import is_dns1123_subdomain

        for index, value in enumerate(values):
            for problem in is_dns1123_subdomain(value):
                report.invalid((*path, "values", index), value, problem)
    else:
        report.invalid((*path, "key"), key, "must be metadata.name, the only field")
