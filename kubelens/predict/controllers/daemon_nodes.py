"""On which nodes a DaemonSet's Pods run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.go_int import parse_int
from kubelens.kube.selector import read_labels
from kubelens.predict.controllers.fields import items, part, word

_NO_EXECUTE: Final = "NoExecute"
_HARD: Final = ("NoSchedule", _NO_EXECUTE)
_BUILT_IN: Final = (
    ("node.kubernetes.io/not-ready", _NO_EXECUTE),
    ("node.kubernetes.io/unreachable", _NO_EXECUTE),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)
_HOST_NETWORK: Final = ("node.kubernetes.io/network-unavailable", "NoSchedule")


class Taint(Struct, frozen=True):
    """A taint of a node."""

    key: str
    value: str
    effect: str


class DaemonNode(Struct, frozen=True):
    """What of a node decides: its name, labels and taints."""

    name: str
    labels: Mapping[str, str]
    taints: tuple[Taint, ...]

    def after(self, known: DaemonNode) -> DaemonNode:
        """This node as a change of one known before: labels are added, taints replaced."""
        return DaemonNode(self.name, {**known.labels, **self.labels}, self.taints)


def read_daemon_nodes(nodes: Iterable[Mapping[str, Any]]) -> Iterator[DaemonNode]:
    """Nodes as objects, or in the short form ``{name, labels, taints}``."""
    for node in nodes:
        metadata = part(node, "metadata") or node
        taints = items(part(node, "spec"), "taints") or items(node, "taints")
        yield DaemonNode(
            word(metadata, "name", ""),
            read_labels(metadata.get("labels")),
            tuple(
                Taint(word(t, "key", ""), word(t, "value", ""), word(t, "effect", ""))
                for t in taints
                if isinstance(t, dict)
            ),
        )


def tolerated_by_daemons(*, host_network: bool) -> list[dict[str, str]]:
    """The tolerations that Pods of DaemonSets get (daemon/util, ``AddOrUpdateDaemonPodTolerations``)."""
    taints = (*_BUILT_IN, *((_HOST_NETWORK,) if host_network else ()))
    return [{"key": key, "operator": "Exists", "effect": effect} for key, effect in taints]


def runs_on(pod: Mapping[str, Any], node: DaemonNode) -> tuple[bool, bool]:
    """(a Pod is to run there, one that is there may stay) (daemon, NodeShouldRunDaemonPod)."""
    wanted = pod.get("nodeName")
    if wanted and wanted != node.name:
        return False, False
    labels = {"kubernetes.io/hostname": node.name, **node.labels}
    if any(labels.get(key) != value for key, value in read_labels(pod.get("nodeSelector")).items()):
        return False, False
    required = part(pod, "affinity", "nodeAffinity").get("requiredDuringSchedulingIgnoredDuringExecution")
    if isinstance(required, dict) and not matches_any(required.get("nodeSelectorTerms"), labels, node.name):
        return False, False
    refused = [t for t in node.taints if t.effect in _HARD and not _tolerated(pod, t)]
    if not refused:
        return True, True
    return False, all(t.effect != _NO_EXECUTE for t in refused)


def _tolerated(pod: Mapping[str, Any], taint: Taint) -> bool:
    if (taint.key, taint.effect) in _BUILT_IN:
        return True
    if pod.get("hostNetwork") is True and (taint.key, taint.effect) == _HOST_NETWORK:
        return True
    tolerations = pod.get("tolerations")
    return isinstance(tolerations, list) and any(isinstance(t, dict) and _tolerates(t, taint) for t in tolerations)


def _tolerates(toleration: Mapping[str, Any], taint: Taint) -> bool:
    effect, key = word(toleration, "effect", ""), word(toleration, "key", "")
    if effect and effect != taint.effect:
        return False
    if key and key != taint.key:
        return False
    operator = word(toleration, "operator", "Equal")
    if operator == "Exists":
        return True
    return operator == "Equal" and bool(key) and word(toleration, "value", "") == taint.value


def matches_any(terms: object, labels: Mapping[str, str], name: str) -> bool:
    """Whether a node fits one of the terms of a node selector."""
    if not isinstance(terms, list):
        return False
    return any(isinstance(term, dict) and _matches(term, labels, name) for term in terms)


def _matches(term: Mapping[str, Any], labels: Mapping[str, str], name: str) -> bool:
    expressions = [e for e in items(term, "matchExpressions") if isinstance(e, dict)]
    fields = [f for f in items(term, "matchFields") if isinstance(f, dict)]
    if not expressions and not fields:
        return False
    return all(_holds(e, labels) for e in expressions) and all(_holds(f, {"metadata.name": name}) for f in fields)


def _holds(requirement: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, operator = word(requirement, "key", ""), word(requirement, "operator", "")
    values = [str(v) for v in items(requirement, "values")]
    found = labels.get(key)
    match operator:
        case "In":
            return found is not None and found in values
        case "NotIn":
            return found is None or found not in values
        case "Exists":
            return found is not None
        case "DoesNotExist":
            return found is None
        case "Gt" | "Lt":
            if found is None or len(values) != 1:
                return False
            left, right = parse_int(found), parse_int(values[0])
            if left is None or right is None:
                return False
            return left > right if operator == "Gt" else left < right
    return False
