"""What a class of Pods asks of the nodes of an :class:`ArrayScheduler` whatever Pods stand there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from kubelens.kube import fields
from kubelens.kube.node import HOSTNAME
from kubelens.kube.selector import NOTHING, Selector
from kubelens.predict.scheduler.array_classes import HardSpread, PodClass, Prepared, SoftSpread
from kubelens.predict.scheduler.array_counts import Counter, Domains
from kubelens.predict.scheduler.array_nodes import NodeGroups
from kubelens.predict.scheduler.columns import np
from kubelens.predict.scheduler.plugins.image_locality import score_on as image_score
from kubelens.predict.scheduler.plugins.inter_pod_affinity import term_matches
from kubelens.predict.scheduler.plugins.node_affinity import matches_required, matches_term
from kubelens.predict.scheduler.plugins.node_unschedulable import fits as schedulable
from kubelens.predict.scheduler.plugins.pod_topology_spread import system_defaults
from kubelens.predict.scheduler.plugins.taint_toleration import intolerable, untolerated
from kubelens.predict.scheduler.pod_info import AffinityTerm, PodInfo, SpreadConstraint
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

if TYPE_CHECKING:
    from kubelens.predict.scheduler.columns import Bools, Ints


class Counting(Protocol):
    """What is counted on the nodes of a cluster."""

    state: ClusterState
    groups: NodeGroups

    def counter(self, key: Any, selector: Selector, matches: Callable[[PodInfo], bool]) -> Counter:
        """The placed Pods that satisfy a predicate; ``key`` tells predicates apart, ``selector`` is a part of it."""

    def domains(self, key: str) -> Domains:
        """The domains of a label."""


def prepare(one: PodClass, nodes: Counting) -> Prepared:
    """Filters and scores that other Pods do not change, and the counts that the rest asks for."""
    pod, groups = one.example, nodes.groups
    affine = groups.by_labels(_selected_keys(pod)).bools(lambda i: matches_required(pod, i.node))
    tolerated = groups.by_taints.bools(lambda i: untolerated(pod, i) is None)
    taints = groups.by_taints.ints(lambda i: intolerable(pod, i))
    spread = _Spread(pod, nodes, affine, tolerated)
    affinity = [nodes.domains(term.topology_key) for term in pod.affinity]
    keyed = np.ones(len(affine), np.bool_)
    for domains in affinity:
        keyed &= domains.labelled
    near = _about_all(pod, nodes) if pod.affinity else None
    soft = spread.soft()
    return Prepared(
        affine & tolerated & groups.by_taints.bools(lambda i: schedulable(pod, i, None) is None),
        taints if taints.any() else None,
        _preferred(pod, groups) if pod.preferred_nodes else None,
        groups.by_images.ints(lambda i: image_score(pod, i, groups.image_sizes)),
        list(spread.hard()),
        soft,
        None if pod.spread is None or not soft or spread.soft_keys.all() else ~spread.soft_keys,
        [near.by_domain(domains) for domains in affinity] if near is not None else [],
        keyed,
        bool(pod.affinity) and all(term_matches(t, pod, pod, nodes.state) for t in pod.affinity),
        [_about(t, pod, nodes).by_domain(nodes.domains(t.topology_key)) for t in pod.anti_affinity],
        [
            (_about(term, pod, nodes).by_domain(nodes.domains(term.topology_key)), sign * term.weight)
            for terms, sign in ((pod.preferred_affinity, 1), (pod.preferred_anti_affinity, -1))
            for term in terms
        ],
    )


def _selected_keys(pod: PodInfo) -> list[str]:
    """The labels that a Pod's node selector and required affinity read."""
    keys = list(pod.node_selector)
    for _, term in fields.items(pod.node_affinity or {}, "nodeSelectorTerms"):
        keys.extend(_keys(term))
    return keys


def _keys(term: Mapping[str, Any]) -> list[str]:
    return [fields.text(expression, "key") for _, expression in fields.items(term, "matchExpressions")]


def _preferred(pod: PodInfo, groups: NodeGroups) -> Ints:
    total = np.zeros(len(groups.by_taints.ids), np.int64)
    for one in pod.preferred_nodes:
        term = fields.mapping(one, "preference")
        alike = groups.by_name if term.get("matchFields") else groups.by_labels(_keys(term))
        total += (fields.integer(one, "weight") or 0) * alike.bools(partial(_matches, term))
    return total


def _matches(term: Mapping[str, Any], info: NodeInfo) -> bool:
    return matches_term(term, info.node)


def _about_all(pod: PodInfo, nodes: Counting) -> Counter:
    """The Pods that all required terms are about."""
    return nodes.counter(
        ("affinity", pod.namespace, pod.affinity),
        pod.affinity[0].selector,
        lambda p: all(term_matches(t, pod, p, nodes.state) for t in pod.affinity),
    )


def _about(term: AffinityTerm, pod: PodInfo, nodes: Counting) -> Counter:
    return nodes.counter(
        ("term", pod.namespace, term), term.selector, lambda p: term_matches(term, pod, p, nodes.state)
    )


class _Spread:
    """The spread constraints of a Pod, its own or the system's, over the nodes that count for each."""

    def __init__(self, pod: PodInfo, nodes: Counting, affine: Bools, tolerated: Bools) -> None:
        self._pod, self._nodes = pod, nodes
        self._affine, self._tolerated = affine, tolerated
        own = pod.spread
        self._hard = [c for c in own or () if c.hard]
        self._soft = list(system_defaults(pod, nodes.state)) if own is None else [c for c in own if not c.hard]
        self._hard_keys = self._labelled(self._hard)
        self.soft_keys = self._labelled(self._soft if own is not None else [])

    def _labelled(self, constraints: list[SpreadConstraint]) -> Bools:
        """The nodes that have the labels of all constraints."""
        out = np.ones(len(self._affine), np.bool_)
        for constraint in constraints:
            out &= self._nodes.domains(constraint.topology_key).labelled
        return out

    def _included(self, constraint: SpreadConstraint, keys: Bools) -> Bools:
        mask = keys & self._affine if constraint.honor_affinity else keys
        return mask & self._tolerated if constraint.honor_taints else mask

    def _counter(self, constraint: SpreadConstraint) -> Counter:
        selector, namespace = constraint.selector, self._pod.namespace
        if not selector.requirements:
            return self._nodes.counter("nothing", NOTHING, lambda _: False)
        return self._nodes.counter(
            ("spread", namespace, selector),
            selector,
            lambda p: not p.terminating and p.namespace == namespace and selector.matches(p.labels),
        )

    def hard(self) -> Iterator[HardSpread]:
        """Those that filter."""
        for one in self._hard:
            domains = self._nodes.domains(one.topology_key)
            included = self._included(one, self._hard_keys)
            present = np.unique(domains.ids[included])
            counts = self._counter(one).by_domain(domains, included)
            yield HardSpread(one, counts, present, one.selector.matches(self._pod.labels))

    def soft(self) -> list[SoftSpread]:
        """Those that score."""
        found: list[SoftSpread] = []
        for one in self._soft:
            domains, counter = self._nodes.domains(one.topology_key), self._counter(one)
            by_domain = None
            if one.topology_key != HOSTNAME:
                by_domain = counter.by_domain(domains, self._included(one, self.soft_keys))
            found.append(SoftSpread(one, counter, by_domain, None if domains.everywhere else domains.labelled))
        return found
