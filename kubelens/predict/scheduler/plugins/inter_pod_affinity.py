"""InterPodAffinity: near some Pods, away from others, and the wishes of those that are there."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct, field

from kubelens.predict.scheduler.framework import SKIP, Plugin, PreFilterResult, ScoreResult, Status, refused
from kubelens.predict.scheduler.pod_info import AffinityTerm, PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_HARD_WEIGHT: Final = 1

Pairs = dict[tuple[str, str], int]


def term_matches(term: AffinityTerm, owner: PodInfo, other: PodInfo, state: ClusterState) -> bool:
    """Whether a term of ``owner`` is about ``other`` (``AffinityTerm.Matches``)."""
    if not _namespace_fits(term, owner.namespace, other.namespace, state):
        return False
    return term.selector.matches(other.labels)


def _namespace_fits(term: AffinityTerm, owner: str, other: str, state: ClusterState) -> bool:
    if not term.namespaces and term.namespace_selector is None:
        return other == owner
    if other in term.namespaces:
        return True
    return term.namespace_selector is not None and term.namespace_selector.matches(state.namespace_labels(other))


class _Data(Struct):
    existing_anti: Pairs = field(default_factory=dict)
    affinity: Pairs = field(default_factory=dict)
    anti: Pairs = field(default_factory=dict)
    self_affine: bool = False


def prefilter(pod: PodInfo, state: ClusterState) -> PreFilterResult:
    """(scheduler, InterPodAffinity.PreFilter): matching Pods by label pair of their nodes."""
    data = _Data()
    data.self_affine = bool(pod.affinity) and all(term_matches(t, pod, pod, state) for t in pod.affinity)
    for info, other in state.pods():
        labels = info.node.labels
        for term in other.anti_affinity:
            if term.topology_key in labels and term_matches(term, other, pod, state):
                _count(data.existing_anti, term.topology_key, labels[term.topology_key])
        if pod.affinity and all(term_matches(t, pod, other, state) for t in pod.affinity):
            for term in pod.affinity:
                if term.topology_key in labels:
                    _count(data.affinity, term.topology_key, labels[term.topology_key])
        for term in pod.anti_affinity:
            if term.topology_key in labels and term_matches(term, pod, other, state):
                _count(data.anti, term.topology_key, labels[term.topology_key])
    if not data.existing_anti and not pod.affinity and not pod.anti_affinity:
        return SKIP
    return PreFilterResult(data)


def _count(pairs: Pairs, key: str, value: str) -> None:
    pairs[key, value] = pairs.get((key, value), 0) + 1


def fits(pod: PodInfo, info: NodeInfo, data: Any) -> Status | None:
    """(scheduler, InterPodAffinity.Filter)."""
    labels = info.node.labels
    if not _affine(pod, labels, data):
        return refused("node(s) didn't match pod affinity rules", resolvable=False)
    for term in pod.anti_affinity:
        if term.topology_key in labels and data.anti.get((term.topology_key, labels[term.topology_key]), 0) > 0:
            return refused("node(s) didn't match pod anti-affinity rules", resolvable=True)
    if any(data.existing_anti.get(pair, 0) > 0 for pair in labels.items()):
        return refused("node(s) didn't satisfy existing pods anti-affinity rules", resolvable=True)
    return None


def _affine(pod: PodInfo, labels: Any, data: _Data) -> bool:
    """Whether every required term has its Pod nearby; the first Pod of a self-affine group is let through."""
    found = True
    for term in pod.affinity:
        if term.topology_key not in labels:
            return False
        if data.affinity.get((term.topology_key, labels[term.topology_key]), 0) <= 0:
            found = False
    return found or (not data.affinity and data.self_affine)


def score(pod: PodInfo, nodes: list[NodeInfo], state: ClusterState) -> ScoreResult | None:
    """(scheduler, InterPodAffinity.PreScore, Score and NormalizeScore)."""
    wishes = bool(pod.preferred_affinity or pod.preferred_anti_affinity)
    weights: dict[str, dict[str, int]] = {}

    def add(term: AffinityTerm, weight: int, labels: Any) -> None:
        if term.topology_key in labels and weight:
            values = weights.setdefault(term.topology_key, {})
            values[labels[term.topology_key]] = values.get(labels[term.topology_key], 0) + weight

    for info, other in state.pods():
        labels = info.node.labels
        if wishes:
            for term in pod.preferred_affinity:
                if term_matches(term, pod, other, state):
                    add(term, term.weight, labels)
            for term in pod.preferred_anti_affinity:
                if term_matches(term, pod, other, state):
                    add(term, -term.weight, labels)
        for term in other.affinity:
            if term_matches(term, other, pod, state):
                add(term, _HARD_WEIGHT, labels)
        for term in other.preferred_affinity:
            if term_matches(term, other, pod, state):
                add(term, term.weight, labels)
        for term in other.preferred_anti_affinity:
            if term_matches(term, other, pod, state):
                add(term, -term.weight, labels)
    if not weights:
        return None
    raw = {
        info.node.name: sum(
            values.get(info.node.labels[key], 0) for key, values in weights.items() if key in info.node.labels
        )
        for info in nodes
    }
    lowest, highest = min(raw.values()), max(raw.values())
    spread = highest - lowest
    return ScoreResult(
        {name: int(100 * ((value - lowest) / spread)) if spread > 0 else 0 for name, value in raw.items()}
    )


PLUGIN = Plugin("InterPodAffinity", prefilter, fits, score, 2)
