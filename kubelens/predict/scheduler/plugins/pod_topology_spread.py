"""PodTopologySpread: Pods spread over zones, hosts or any other label of nodes."""

from __future__ import annotations

from math import log
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.node import HOSTNAME, ZONE
from kubelens.kube.selector import Selector
from kubelens.predict.scheduler.framework import SKIP, Plugin, PreFilterResult, ScoreResult, Status, refused
from kubelens.predict.scheduler.plugins.node_affinity import matches_required
from kubelens.predict.scheduler.plugins.taint_toleration import untolerated
from kubelens.predict.scheduler.pod_info import PodInfo, SpreadConstraint
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_UNEVEN: Final = "node(s) didn't match pod topology spread constraints"


class _Counted(Struct, frozen=True):
    constraint: SpreadConstraint
    counts: dict[str, int]

    @property
    def lowest(self) -> int:
        """The smallest count, 0 where there are fewer domains than wanted."""
        if len(self.counts) < self.constraint.min_domains:
            return 0
        return min(self.counts.values(), default=0)


def _counts_here(info: NodeInfo, namespace: str, selector: Selector) -> int:
    """Pods of a namespace on a node that a selector matches; an empty selector counts none."""
    if not selector.requirements:
        return 0
    return sum(1 for p in info.pods if not p.terminating and p.namespace == namespace and selector.matches(p.labels))


def _included(constraint: SpreadConstraint, pod: PodInfo, info: NodeInfo) -> bool:
    if constraint.honor_affinity and not matches_required(pod, info.node):
        return False
    return not (constraint.honor_taints and untolerated(pod, info) is not None)


def prefilter(pod: PodInfo, state: ClusterState) -> PreFilterResult:
    """(scheduler, PodTopologySpread.PreFilter): counts by domain for every hard constraint."""
    hard = [c for c in pod.spread or () if c.hard]
    if not hard:
        return SKIP
    counted = [_Counted(c, {}) for c in hard]
    for info in state.nodes.values():
        labels = info.node.labels
        if any(c.topology_key not in labels for c in hard):
            continue
        for one in counted:
            if _included(one.constraint, pod, info):
                domain = labels[one.constraint.topology_key]
                one.counts[domain] = one.counts.get(domain, 0) + _counts_here(
                    info, pod.namespace, one.constraint.selector
                )
    return PreFilterResult(counted)


def fits(pod: PodInfo, info: NodeInfo, counted: Any) -> Status | None:
    """(scheduler, PodTopologySpread.Filter)."""
    for one in counted:
        constraint: SpreadConstraint = one.constraint
        domain = info.node.labels.get(constraint.topology_key)
        if domain is None:
            return refused(f"{_UNEVEN} (missing required label)", resolvable=False)
        own = 1 if constraint.selector.matches(pod.labels) else 0
        if one.counts.get(domain, 0) + own - one.lowest > constraint.max_skew:
            return refused(_UNEVEN, resolvable=True)
    return None


def system_defaults(pod: PodInfo, state: ClusterState) -> tuple[SpreadConstraint, ...]:
    """The constraints of a Pod that writes none (``buildDefaultConstraints``, ``helper.DefaultSelector``)."""
    services = state.services.get(pod.namespace)
    matching = services.matching(pod.labels) if services is not None else []
    requirements = [requirement for selector in matching for requirement in selector.requirements]
    owner = state.owners.get((pod.owner[0], pod.namespace, pod.owner[1]))
    if owner is not None:
        requirements.extend(owner.requirements)
    if not requirements:
        return ()
    selector = Selector(tuple(requirements))
    return (
        SpreadConstraint(3, HOSTNAME, False, selector, 1, True, False),
        SpreadConstraint(5, ZONE, False, selector, 1, True, False),
    )


def score(pod: PodInfo, nodes: list[NodeInfo], state: ClusterState) -> ScoreResult | None:
    """(scheduler, PodTopologySpread.Score and NormalizeScore)."""
    own = pod.spread is not None
    soft = [c for c in pod.spread or () if not c.hard] if own else list(system_defaults(pod, state))
    if not soft:
        return None
    ignored = {info.node.name for info in nodes if own and any(c.topology_key not in info.node.labels for c in soft)}
    domains: list[set[str]] = [set() for _ in soft]
    for info in nodes:
        if info.node.name in ignored:
            continue
        for number, constraint in enumerate(soft):
            if constraint.topology_key != HOSTNAME:
                domains[number].add(info.node.labels.get(constraint.topology_key, ""))
    weights = [
        log((len(nodes) - len(ignored) if c.topology_key == HOSTNAME else len(domains[n])) + 2)
        for n, c in enumerate(soft)
    ]
    counts = _soft_counts(pod, soft, domains, state, own=own)
    raw: dict[str, int] = {}
    for info in nodes:
        if info.node.name in ignored:
            continue
        total = 0.0
        for number, constraint in enumerate(soft):
            if constraint.topology_key not in info.node.labels:
                continue
            if constraint.topology_key == HOSTNAME:
                count = _counts_here(info, pod.namespace, constraint.selector)
            else:
                count = counts[number].get(info.node.labels[constraint.topology_key], 0)
            total += count * weights[number] + (constraint.max_skew - 1)
        raw[info.node.name] = _round(total)
    return ScoreResult(_normalised(raw, nodes, ignored))


def _round(value: float) -> int:
    """Go's math.Round for values that are not negative."""
    return int(value + 0.5)


def _soft_counts(
    pod: PodInfo, soft: list[SpreadConstraint], domains: list[set[str]], state: ClusterState, *, own: bool
) -> list[dict[str, int]]:
    counts: list[dict[str, int]] = [{} for _ in soft]
    for info in state.nodes.values():
        if own and any(c.topology_key not in info.node.labels for c in soft):
            continue
        for number, constraint in enumerate(soft):
            if not _included(constraint, pod, info) or constraint.topology_key == HOSTNAME:
                continue
            domain = info.node.labels.get(constraint.topology_key, "")
            if domain in domains[number]:
                counts[number][domain] = counts[number].get(domain, 0) + _counts_here(
                    info, pod.namespace, constraint.selector
                )
    return counts


def _normalised(raw: dict[str, int], nodes: list[NodeInfo], ignored: set[str]) -> dict[str, int]:
    lowest, highest = min(raw.values(), default=0), max(raw.values(), default=0)
    out: dict[str, int] = {}
    for info in nodes:
        name = info.node.name
        if name in ignored:
            out[name] = 0
        elif highest == 0:
            out[name] = 100
        else:
            out[name] = 100 * (highest + lowest - raw[name]) // highest
    return out


PLUGIN = Plugin("PodTopologySpread", prefilter, fits, score, 2)
