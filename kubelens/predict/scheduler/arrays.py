"""The same decisions as :mod:`cycle`, over arrays: nodes are columns, and only what a placement changes is counted anew.

Pods of equal specs share what does not depend on other Pods. Pods with host ports, claims, a node of their own or
nominations are left to the plain cycle.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from math import log
from typing import TYPE_CHECKING, Any, Final

from kubelens.kube import fields
from kubelens.kube.selector import Selector
from kubelens.kube.selector_index import Pair, pairs_of, required_pair
from kubelens.predict.scheduler.array_classes import CarriedTerm, Crowd, Feasible, PodClass, Prepared, Standing
from kubelens.predict.scheduler.array_counts import Counter, DomainCounts, Domains, read_domains
from kubelens.predict.scheduler.array_nodes import NodeGroups
from kubelens.predict.scheduler.array_prepare import prepare
from kubelens.predict.scheduler.array_scores import balanced_allocation, least_allocated
from kubelens.predict.scheduler.columns import np
from kubelens.predict.scheduler.node_subset import NodeSubset
from kubelens.predict.scheduler.plugins.inter_pod_affinity import term_matches
from kubelens.predict.scheduler.plugins.node_affinity import preference_errors
from kubelens.predict.scheduler.plugins.node_declared_features import required_features
from kubelens.predict.scheduler.plugins.node_resources_balanced_allocation import score as balanced
from kubelens.predict.scheduler.plugins.node_resources_fit import fits as has_room
from kubelens.predict.scheduler.plugins.node_resources_fit import score as emptiness
from kubelens.predict.scheduler.pod_info import AffinityTerm, PodInfo, encoded, read_pod
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

if TYPE_CHECKING:
    from kubelens.predict.scheduler.columns import Bools, Ints


_STANDARD: Final = ("cpu", "memory", "ephemeral-storage")


class ArrayScheduler:
    """Places Pods one by one on a cluster, changing it."""

    def __init__(self, state: ClusterState) -> None:
        self.state = state
        self.infos: list[NodeInfo] = list(state.nodes.values())
        self.names = [info.node.name for info in self.infos]
        self.groups = NodeGroups(self.infos)
        self._index = {name: number for number, name in enumerate(self.names)}
        self.size = len(self.infos)
        resources = dict.fromkeys((*_STANDARD, *(r for i in self.infos for r in (*i.node.allocatable, *i.requested))))
        self._room = {r: np.array([i.node.allocatable.get(r, 0) for i in self.infos], np.int64) for r in resources}
        self._unsized = np.array([not i.node.sized for i in self.infos], np.bool_)
        self._used = {r: np.array([i.requested.get(r, 0) for i in self.infos], np.int64) for r in resources}
        self._pods = np.array([len(i.pods) for i in self.infos], np.int64)
        self._most_pods = np.array([i.node.allocatable.get("pods", 0) for i in self.infos], np.int64)
        self._score_cpu = np.array([i.score_cpu for i in self.infos], np.int64)
        self._score_memory = np.array([i.score_memory for i in self.infos], np.int64)
        self._filled: list[int] = []
        """The nodes that got a Pod, in order."""
        self._domains: dict[str, Domains] = {}
        self._classes: dict[bytes, PodClass] = {}
        self._crowds: dict[bytes, Crowd] = {}
        self._last: tuple[PodInfo, PodClass] | None = None
        self._counters: dict[Any, Counter] = {}
        self._carried: dict[Any, CarriedTerm] = {}
        self._crowds_by: dict[Pair, list[Crowd]] = defaultdict(list)
        self._classes_by: dict[Pair, list[PodClass]] = defaultdict(list)
        self._counters_by: dict[Pair, list[Counter]] = defaultdict(list)
        self._carried_by: dict[Pair, list[CarriedTerm]] = defaultdict(list)
        for number, info in enumerate(self.infos):
            for pod in info.pods:
                self._count(self._crowd(pod), number)

    def supports(self, pod: PodInfo) -> bool:
        """Whether a Pod is one that arrays decide."""
        return self._class(pod).supported

    def _class(self, pod: PodInfo) -> PodClass:
        if self._last is not None and self._last[0] is pod:
            return self._last[1]
        owners = fields.mapping(pod.value, "metadata").get("ownerReferences")
        key = encoded((pod.namespace, pod.labels, owners, pod.value.get("spec")))
        found = self._classes.get(key)
        if found is None:
            found = self._classes[key] = PodClass(pod, _supported(pod), self._crowd(pod))
            for pair in pairs_of(pod.labels):
                self._classes_by[pair].append(found)
                found.about.extend(term for term in self._carried_by[pair] if self._is_about(term, pod))
        self._last = (pod, found)
        return found

    def _crowd(self, pod: PodInfo) -> Crowd:
        key = encoded((pod.namespace, pod.terminating, pod.labels, fields.mapping(pod.value, "spec").get("affinity")))
        found = self._crowds.get(key)
        if found is None:
            carried = [self._carry(pod, term, weight) for term, weight in _carried_terms(pod)]
            found = self._crowds[key] = Crowd(pod, np.zeros(self.size, np.int64), carried)
            for pair in pairs_of(pod.labels):
                self._crowds_by[pair].append(found)
                found.counters.extend(counter for counter in self._counters_by[pair] if counter.matches(pod))
        return found

    def _carry(self, pod: PodInfo, term: AffinityTerm, weight: int | None) -> CarriedTerm:
        key = (pod.namespace, term, weight)
        found = self._carried.get(key)
        if found is None:
            domains = self.domains(term.topology_key)
            near = DomainCounts(domains, None, np.zeros(domains.size + 1, np.int64))
            found = self._carried[key] = CarriedTerm(pod, term, weight, near)
            pair = required_pair(term.selector)
            self._carried_by[pair].append(found)
            for one in self._classes_by[pair]:
                if self._is_about(found, one.example):
                    one.about.append(found)
        return found

    def _is_about(self, carried: CarriedTerm, pod: PodInfo) -> bool:
        return term_matches(carried.term, carried.owner, pod, self.state)

    def _count(self, crowd: Crowd, node: int) -> None:
        """One more Pod of a crowd stands on a node."""
        crowd.placed[node] += 1
        for counter in crowd.counters:
            counter.add(node)
        for carried in crowd.carried:
            carried.near.add(node)

    def counter(self, key: Any, selector: Selector, matches: Callable[[PodInfo], bool]) -> Counter:
        """The placed Pods that satisfy a predicate; ``key`` tells predicates apart, ``selector`` is a part of it."""
        found = self._counters.get(key)
        if found is None:
            found = self._counters[key] = Counter(matches, np.zeros(self.size, np.int64))
            pair = required_pair(selector)
            self._counters_by[pair].append(found)
            for crowd in self._crowds_by[pair]:
                if matches(crowd.example):
                    found.counts += crowd.placed
                    crowd.counters.append(found)
        return found

    def domains(self, key: str) -> Domains:
        """The domains of a label."""
        found = self._domains.get(key)
        if found is None:
            found = self._domains[key] = read_domains(key, self.infos)
        return found

    def decide(self, pod: PodInfo) -> tuple[Bools, Ints | None]:
        """(feasible nodes, total scores of all nodes; None with fewer than two feasible)."""
        one = self._class(pod)
        prepared = one.prepared
        if prepared is None:
            prepared = one.prepared = prepare(one, self)
        standing = self._standing(one, prepared)
        feasible = standing.fits.copy()
        for spread in prepared.hard:
            sums, constraint = spread.counts.sums, spread.constraint
            enough = len(spread.present) >= constraint.min_domains
            lowest = int(sums[spread.present].min()) if enough and len(spread.present) else 0
            even = sums + int(spread.own) - lowest <= constraint.max_skew
            even[-1] = False
            feasible &= even[spread.counts.domains.ids]
        if prepared.affinity:
            feasible &= prepared.keyed
            if any(near.total for near in prepared.affinity) or not prepared.self_affine:
                for near in prepared.affinity:
                    feasible &= (near.sums > 0)[near.domains.ids]
        for far in (*prepared.anti, *(t.near for t in one.about if t.weight is None)):
            if far.total:
                feasible &= (far.sums == 0)[far.domains.ids]
        known = self._feasible(one, prepared, feasible)
        if known.count < 2:
            return feasible, None
        totals = standing.scores + known.scores
        if prepared.soft:
            totals += 2 * _spread_scores(prepared, known)
        wishes = [(near, weight) for near, weight in prepared.wishes if near.total]
        wishes += [(t.near, t.weight) for t in one.about if t.weight and t.near.total]
        if wishes:
            totals += 2 * _affinity_scores(wishes, feasible)
        return feasible, totals

    def _standing(self, one: PodClass, prepared: Prepared) -> Standing:
        """Room and its scores for a class, counted anew for the nodes that were filled since it was last asked."""
        standing = one.standing
        filled = len(self._filled)
        if standing is None or filled - standing.seen > self.size // 16:
            fits, scores = self._everywhere(one.example, prepared)
            standing = one.standing = Standing(fits, scores, filled)
        elif standing.seen < filled:
            for node in set(self._filled[standing.seen :]):
                self._count_anew(standing, one.example, prepared, node)
            standing.seen = filled
        return standing

    def _count_anew(self, standing: Standing, pod: PodInfo, prepared: Prepared, node: int) -> None:
        info, name = self.infos[node], self.names[node]
        standing.fits[node] = prepared.allowed[node] and has_room(pod, info, self.state.devices) is None
        balance = balanced(pod, [info], self.state)
        standing.scores[node] = (
            prepared.images[node]
            + emptiness(pod, [info], self.state).scores[name]
            + (balance.scores[name] if balance is not None else 0)
        )

    def _everywhere(self, pod: PodInfo, prepared: Prepared) -> tuple[Bools, Ints]:
        fits = self._pods < self._most_pods
        for name, wanted in pod.requests.items():
            if wanted > 0:
                room = self._room.get(name)
                fits &= (wanted <= room - self._used[name]) if room is not None else False
        fits = prepared.allowed & (fits | self._unsized)
        rooms = self._room["cpu"], self._room["memory"]
        scores = prepared.images + least_allocated(
            (rooms[0], self._score_cpu + pod.score_cpu), (rooms[1], self._score_memory + pod.score_memory)
        )
        if any(pod.requests.get(name, 0) > 0 for name in ("cpu", "memory")):
            scores += balanced_allocation(
                (rooms[0], self._used["cpu"], pod.requests.get("cpu", 0)),
                (rooms[1], self._used["memory"], pod.requests.get("memory", 0)),
            )
        return fits, scores

    def _feasible(self, one: PodClass, prepared: Prepared, feasible: Bools) -> Feasible:
        mask = feasible.tobytes()
        if one.feasible is None or one.feasible.mask != mask:
            one.feasible = _read_feasible(prepared, feasible, mask)
        return one.feasible

    def place(self, pod: PodInfo) -> str | None:
        """Put a Pod on the first of the best nodes; None where none fits."""
        feasible, totals = self.decide(pod)
        if not feasible.any():
            return None
        node = int(np.argmax(np.where(feasible, totals, -1))) if totals is not None else int(np.argmax(feasible))
        self.add(pod, self.names[node])
        return self.names[node]

    def choose(self, feasible: Bools, totals: Ints | None) -> tuple[NodeSubset, str]:
        """The nodes that tie for the first place, and of these the first with the fewest Pods."""
        mask = feasible
        if totals is not None:
            best = np.where(feasible, totals, -1)
            mask = best == best.max()
        tied = np.flatnonzero(mask)
        return NodeSubset(self.names, mask), self.names[tied[self._pods[tied].argmin()]]

    def add(self, pod: PodInfo, name: str) -> None:
        """A Pod stands on a node from now on."""
        node = self._index[name]
        placed = read_pod(pod.value, placed=True) if fields.mapping(pod.value, "spec").get("resources") else pod
        self.infos[node].add(placed)
        self._fill(node, placed, self._class(pod).crowd)

    def stands(self, pod: PodInfo, name: str) -> None:
        """A Pod that the cluster's state has on a node already counts there from now on."""
        placed = self.state.nodes[name].pods[-1]
        self._fill(self._index[name], placed, self._crowd(pod))

    def _fill(self, node: int, placed: PodInfo, crowd: Crowd) -> None:
        for resource, value in placed.requests.items():
            if resource not in self._used:
                self._used[resource] = np.zeros(self.size, np.int64)
                self._room[resource] = np.zeros(self.size, np.int64)
            self._used[resource][node] += value
        self._pods[node] += 1
        self._score_cpu[node] += placed.score_cpu
        self._score_memory[node] += placed.score_memory
        self._filled.append(node)
        self._count(crowd, node)


def _carried_terms(pod: PodInfo) -> Iterator[tuple[AffinityTerm, int | None]]:
    """What a Pod's terms weigh for other Pods near it: None keeps them away, a required affinity weighs 1."""
    yield from ((term, None) for term in pod.anti_affinity)
    yield from ((term, 1) for term in pod.affinity)
    yield from ((term, term.weight) for term in pod.preferred_affinity)
    yield from ((term, -term.weight) for term in pod.preferred_anti_affinity)


def _read_feasible(prepared: Prepared, feasible: Bools, mask: bytes) -> Feasible:
    """Normalised scores of taints and preferred nodes, and the weights of soft constraints by their domains."""
    count = int(np.count_nonzero(feasible))
    if count < 2:
        return Feasible(mask, count, 0, None, [])
    scores: Ints | int = 300
    worst = int(prepared.taints[feasible].max()) if prepared.taints is not None else 0
    if prepared.taints is not None and worst:
        scores = 3 * (100 - 100 * prepared.taints // worst)
    if prepared.preferred is not None:
        highest = int(prepared.preferred[feasible].max())
        scores = scores + 2 * (100 * prepared.preferred // highest if highest else prepared.preferred)
    inside = feasible if prepared.unspread is None else feasible & ~prepared.unspread
    counted = np.flatnonzero(inside)
    weights: list[float] = []
    for soft in prepared.soft:
        domains = (
            len(counted) if soft.counts is None else np.count_nonzero(np.bincount(soft.counts.domains.ids[counted] + 1))
        )
        weights.append(log(int(domains) + 2))
    return Feasible(mask, count, scores, None if len(counted) == len(feasible) else counted, weights)


def _spread_scores(prepared: Prepared, known: Feasible) -> Ints:
    """PodTopologySpread over all nodes, normalised over the feasible ones."""
    raw = np.zeros(len(prepared.images), np.float64)
    for soft, weight in zip(prepared.soft, known.weights, strict=True):
        skew = soft.constraint.max_skew - 1
        if soft.counts is None:
            here = soft.counter.counts * weight + skew
            raw += here if soft.labelled is None else np.where(soft.labelled, here, 0.0)
        else:
            table = soft.counts.sums * weight + skew
            table[-1] = 0.0
            raw += table[soft.counts.domains.ids]
    rounded = (raw + 0.5).astype(np.int64)
    counted = rounded if known.counted is None else rounded[known.counted]
    if not len(counted):
        return np.zeros(len(rounded), np.int64)
    lowest, highest = int(counted.min()), int(counted.max())
    if highest == 0:
        out = np.full(len(rounded), 100, np.int64)
    else:
        out = 100 * (highest + lowest - rounded) // highest
    if prepared.unspread is not None:
        out[prepared.unspread] = 0
    return out


def _affinity_scores(wishes: Iterable[tuple[DomainCounts, int]], feasible: Bools) -> Ints:
    """InterPodAffinity over all nodes, normalised over the feasible ones."""
    raw = np.zeros(len(feasible), np.int64)
    for near, weight in wishes:
        raw += (weight * near.sums)[near.domains.ids]
    inside = raw[feasible]
    lowest, highest = int(inside.min()), int(inside.max())
    if highest == lowest:
        return np.zeros(len(raw), np.int64)
    return (100 * ((raw - lowest) / (highest - lowest))).astype(np.int64)


def _supported(pod: PodInfo) -> bool:
    claims = not all(_plain(volume) for volume in pod.volumes)
    named = pod.node_affinity is not None and "matchFields" in json.dumps(pod.node_affinity)
    unread = bool(pod.preferred_nodes and preference_errors(pod))
    asking = bool(pod.resource_claims or required_features(pod.value.get("spec", {})))
    return not (pod.host_ports or claims or pod.node_name or pod.gates or named or unread or asking)


def _plain(volume: Any) -> bool:
    """A volume that no scheduler plugin looks at."""
    return not {
        "persistentVolumeClaim",
        "ephemeral",
        "csi",
        "gcePersistentDisk",
        "awsElasticBlockStore",
        "azureDisk",
        "cinder",
        "portworxVolume",
        "iscsi",
        "rbd",
    } & set(volume)
