"""NodeAffinity: node selectors and affinity, required and preferred."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.go_int import parse_int
from kubelens.kube.node import Node
from kubelens.predict.apiserver.formats import is_valid_label_value
from kubelens.predict.scheduler.framework import SKIP, Plugin, PreFilterResult, ScoreResult, Status, refused, scaled
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_TOO_LONG: Final = "must be no more than 63 characters"
_NO_LABEL: Final = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


def prefilter(pod: PodInfo, state: ClusterState) -> PreFilterResult:
    """(scheduler, NodeAffinity.PreFilter): terms that name nodes leave only these."""
    del state
    if pod.node_affinity is None:
        return PreFilterResult() if pod.node_selector else SKIP
    names: set[str] = set()
    terms = fields.items(pod.node_affinity, "nodeSelectorTerms")
    if not terms:
        return PreFilterResult()
    for _, term in terms:
        own: set[str] | None = None
        for _, requirement in fields.items(term, "matchFields"):
            if requirement.get("key") == "metadata.name" and requirement.get("operator") == "In":
                values = set(fields.texts(requirement, "values"))
                own = values if own is None else own & values
        if own is None:
            return PreFilterResult()
        names |= own
    if not names:
        return PreFilterResult(refusal=refused("pod affinity terms conflict", resolvable=False))
    return PreFilterResult(nodes=frozenset(names))


def matches_required(pod: PodInfo, node: Node) -> bool:
    """Whether a node is one the Pod may go to (``GetRequiredNodeAffinity``)."""
    if any(node.labels.get(key) != value for key, value in pod.node_selector.items()):
        return False
    return pod.node_affinity is None or matches_selector(pod.node_affinity, node)


def matches_selector(selector: Mapping[str, Any], node: Node) -> bool:
    """Whether one of the terms of a node selector fits a node."""
    return any(matches_term(term, node) for _, term in fields.items(selector, "nodeSelectorTerms"))


def matches_term(term: Mapping[str, Any], node: Node) -> bool:
    """Whether all expressions of a term fit; an empty term fits nothing, and one that cannot be parsed neither."""
    expressions, names = fields.items(term, "matchExpressions"), fields.items(term, "matchFields")
    if not expressions and not names:
        return False
    if any(not _parses(fields.text(e, "operator"), fields.texts(e, "values")) for _, e in expressions):
        return False
    return all(_holds(e, node.labels) for _, e in expressions) and all(
        _holds(e, {"metadata.name": node.name}) for _, e in names
    )


def _holds(requirement: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, operator, values = (
        fields.text(requirement, "key"),
        fields.text(requirement, "operator"),
        fields.texts(requirement, "values"),
    )
    present = key in labels
    if operator == "In":
        return present and labels[key] in values
    if operator == "NotIn":
        return not present or labels[key] not in values
    if operator == "Exists":
        return present
    if operator == "DoesNotExist":
        return not present
    if operator in ("Gt", "Lt") and present and len(values) == 1:
        one, other = parse_int(labels[key]), parse_int(values[0])
        if one is None or other is None:
            return False
        return one > other if operator == "Gt" else one < other
    return False


def preference_errors(pod: PodInfo) -> list[str]:
    """What of the preferred terms cannot be parsed; any of it fails the scoring (``NewPreferredSchedulingTerms``)."""
    return [
        error
        for index, preferred in enumerate(pod.preferred_nodes)
        for number, requirement in fields.items(fields.mapping(preferred, "preference"), "matchExpressions")
        for error in _errors(requirement, f"[{index}].matchExpressions[{number}].values")
    ]


@cache
def _parses(operator: str, values: tuple[str, ...]) -> bool:
    return not _errors({"operator": operator, "values": list(values)}, "")


def _errors(requirement: Mapping[str, Any], where: str) -> list[str]:
    """What is wrong with a requirement's values (``labels.NewRequirement``)."""
    values = fields.texts(requirement, "values")
    found = []
    if requirement.get("operator") in ("Gt", "Lt"):
        found = [
            f"{where}[{at}]: Invalid value: \"{text}\": for 'Gt', 'Lt' operators, the value must be an integer"
            for at, text in enumerate(values)
            if parse_int(text) is None
        ]
    for at, text in enumerate(values):
        faults = [_TOO_LONG if "63" in fault else _NO_LABEL for fault in is_valid_label_value(text)]
        if faults:
            found.append(f'{where}[{at}][{requirement.get("key")}]: Invalid value: "{text}": {"; ".join(faults)}')
    return found


def fits(pod: PodInfo, info: NodeInfo, _: Any) -> Status | None:
    """(scheduler, NodeAffinity.Filter)."""
    if matches_required(pod, info.node):
        return None
    return refused("node(s) didn't match Pod's node affinity/selector", resolvable=False)


def score(pod: PodInfo, nodes: list[NodeInfo], _: ClusterState) -> ScoreResult | None:
    """(scheduler, NodeAffinity.Score): the weights of the preferred terms that fit."""
    if not pod.preferred_nodes:
        return None
    if errors := preference_errors(pod):
        return ScoreResult(error=errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]")
    raw = {
        info.node.name: sum(
            fields.integer(p, "weight") or 0
            for p in pod.preferred_nodes
            if matches_term(fields.mapping(p, "preference"), info.node)
        )
        for info in nodes
    }
    return ScoreResult(scaled(raw))


PLUGIN = Plugin("NodeAffinity", prefilter, fits, score, 2)
