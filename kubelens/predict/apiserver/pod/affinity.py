"""Affinity, tolerations and spread constraints, after core ``validateAffinity`` and its neighbours."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report, field_notation, shown
from kubelens.predict.apiserver.formats import is_dns1123_label, is_qualified_name, is_valid_label_value
from kubelens.predict.apiserver.selectors import (
    validate_label_selector,
    validate_node_selector,
    validate_node_selector_term,
)

_EFFECTS: Final = ("NoExecute", "NoSchedule", "PreferNoSchedule")
_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"


def validate_affinity(
    affinity: dict[str, Any] | None, labels: dict[str, str] | None, report: Report, path: Path
) -> None:
    """Affinity to nodes and to Pods, and against Pods. ``labels``: the Pod's own, None for a template."""
    if not affinity:
        return
    if (node := affinity.get("nodeAffinity")) is not None:
        here = (*path, "nodeAffinity")
        if _REQUIRED in node:
            validate_node_selector(node[_REQUIRED], report, (*here, _REQUIRED))
        for index, term in enumerate(node.get(_PREFERRED, [])):
            _weight(term.get("weight", 0), report, (*here, _PREFERRED, index, "weight"))
            validate_node_selector_term(
                term.get("preference", {}), report, (*here, _PREFERRED, index, "preference"), values_matter=False
            )
    for name in ("podAffinity", "podAntiAffinity"):
        if (pods := affinity.get(name)) is not None:
            here = (*path, name)
            for index, term in enumerate(pods.get(_REQUIRED, [])):
                _pod_term(term, labels, report, (*here, _REQUIRED, index))
            for index, term in enumerate(pods.get(_PREFERRED, [])):
                _weight(term.get("weight", 0), report, (*here, _PREFERRED, index, "weight"))
                _pod_term(
                    term.get("podAffinityTerm", {}), labels, report, (*here, _PREFERRED, index, "podAffinityTerm")
                )


def _weight(weight: int, report: Report, path: Path) -> None:
    if not 1 <= weight <= 100:
        report.invalid(path, weight, "must be between 1 and 100")


def _pod_term(term: dict[str, Any], labels: dict[str, str] | None, report: Report, path: Path) -> None:
    validate_label_selector(term.get("labelSelector"), report, (*path, "labelSelector"))
    validate_label_selector(term.get("namespaceSelector"), report, (*path, "namespaceSelector"))
    for name in term.get("namespaces", []):
        for problem in is_dns1123_label(name):
            report.invalid((*path, "namespace"), name, problem)
    _match_keys(term, labels, report, path)
    key = term.get("topologyKey", "")
    if not key:
        report.required((*path, "topologyKey"))
    for problem in is_qualified_name(key):
        report.invalid((*path, "topologyKey"), key, problem)


def _match_keys(term: dict[str, Any], labels: dict[str, str] | None, report: Report, path: Path) -> None:
    match, mismatch = term.get("matchLabelKeys", []), term.get("mismatchLabelKeys", [])
    for field, keys in (("matchLabelKeys", match), ("mismatchLabelKeys", mismatch)):
        if keys and term.get("labelSelector") is None:
            report.forbidden((*path, field), "must not be set without a labelSelector")
            continue
        for index, key in enumerate(keys):
            for problem in is_qualified_name(key):
                report.invalid((*path, field, index), key, problem)
    for index in _repeated(match, term.get("labelSelector"), labels):
        report.add(
            (*path, "matchLabelKeys", index),
            CauseReason.INVALID,
            f"{match[index]!r} is in the labelSelector too",
            field_notation((*path, index)),
        )
    for index, key in enumerate(match):
        if key in mismatch:
            report.invalid(
                (*path, "matchLabelKeys", index),
                key,
                "must be a key of matchLabelKeys or of mismatchLabelKeys, not both",
            )


def _repeated(keys: list[str], selector: dict[str, Any] | None, labels: dict[str, str] | None) -> list[int]:
    """Which keys the selector has already, once a Pod's own values are merged into it."""
    if not keys or selector is None:
        return []
    places = {key: index for index, key in enumerate(keys)}
    merged = [expression.get("key", "") for expression in selector.get("matchExpressions", [])]
    merged += [key for key in keys if labels and key in labels]
    seen = set(selector.get("matchLabels", {}))
    found = []
    for key in merged:
        if key in places and key in seen:
            found.append(places[key])
        seen.add(key)
    return found


def validate_tolerations(tolerations: list[dict[str, Any]], report: Report, path: Path) -> None:
    """Keys, operators, effects, and seconds where they mean something."""
    for index, toleration in enumerate(tolerations):
        here = (*path, index)
        key, operator = toleration.get("key", ""), toleration.get("operator", "")
        value, effect = toleration.get("value", ""), toleration.get("effect", "")
        if key:
            for problem in is_qualified_name(key):
                report.invalid((*here, "key"), key, problem)
        if not key and operator != "Exists":
            report.invalid((*here, "operator"), operator, "must be Exists without a key")
        if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
            report.invalid((*here, "effect"), effect, "must be NoExecute beside tolerationSeconds")
        if operator in ("Equal", ""):
            for problem in is_valid_label_value(value):
                _blame_value(f"value {problem}", value, report, here)
        elif operator == "Exists":
            if value:
                _blame_value("value must be empty beside operator: Exists", value, report, here)
        else:
            report.not_supported((*here, "operator"), operator, ("Equal", "Exists"))
        if effect and effect not in _EFFECTS:
            report.not_supported((*here, "effect"), effect, _EFFECTS)


def _blame_value(message: str, value: str, report: Report, path: Path) -> None:
    """A toleration's value is wrong; the server names the operator beside it."""
    field = field_notation((*path, "operator"))
    report.add((*path, "value"), CauseReason.INVALID, f"{message}, is {shown(value)}", field)


def validate_spread(
    constraints: list[dict[str, Any]], labels: dict[str, str] | None, report: Report, path: Path
) -> None:
    """Topology spread constraints."""
    kinds = [(one.get("topologyKey", ""), one.get("whenUnsatisfiable", "")) for one in constraints]
    for index, one in enumerate(constraints):
        here = (*path, index)
        skew = one.get("maxSkew", 0)
        if skew <= 0:
            report.invalid((*here, "maxSkew"), skew, "must be at least 1")
        key = one.get("topologyKey", "")
        if not key:
            report.required((*here, "topologyKey"))
        action = one.get("whenUnsatisfiable", "")
        if action not in ("DoNotSchedule", "ScheduleAnyway"):
            report.not_supported((*here, "whenUnsatisfiable"), action, ("DoNotSchedule", "ScheduleAnyway"))
        if kinds[index] in kinds[index + 1 :]:
            report.duplicate((*here, "{topologyKey, whenUnsatisfiable}"), f"{key}, {action}")
        domains = one.get("minDomains")
        if domains is not None:
            if domains <= 0:
                report.invalid((*here, "minDomains"), domains, "must be at least 1")
            if action != "DoNotSchedule":
                report.invalid(
                    (*here, "minDomains"), domains, "must not be set without whenUnsatisfiable: DoNotSchedule"
                )
        for field in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            policy = one.get(field)
            if policy is not None and policy not in ("Honor", "Ignore"):
                report.not_supported((*here, field), policy, ("Honor", "Ignore"))
        _spread_keys(one, labels, report, here)
        validate_label_selector(one.get("labelSelector"), report, (*here, "labelSelector"))


def _spread_keys(one: dict[str, Any], labels: dict[str, str] | None, report: Report, path: Path) -> None:
    keys = one.get("matchLabelKeys", [])
    if not keys:
        return
    selector = one.get("labelSelector")
    if selector is None:
        report.forbidden((*path, "matchLabelKeys"), "must not be set without a labelSelector")
    repeated = _repeated(keys, selector, labels)
    for index, key in enumerate(keys):
        for problem in is_qualified_name(key):
            report.invalid((*path, "matchLabelKeys", index), key, problem)
        if index in repeated:
            report.invalid((*path, "matchLabelKeys", index), key, "must not be in the labelSelector too")
