"""The same decisions as :mod:`cycle`, over arrays: nodes are columns, and only what a placement changes is counted anew.

Pods of equal specs share what does not depend on other Pods. Pods with host ports, claims, a node of their own or
nominations are left to the plain cycle.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from math import log
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kubelens.kube.node import HOSTNAME
from kubelens.predict.scheduler.array_classes import Counter, PodClass, Prepared
from kubelens.predict.scheduler.array_scores import Bools, Ints, balanced_allocation, least_allocated, raw_taints
from kubelens.predict.scheduler.plugins.image_locality import score as image_score
from kubelens.predict.scheduler.plugins.inter_pod_affinity import term_matches
from kubelens.predict.scheduler.plugins.node_affinity import matches_required, matches_term, preference_errors
from kubelens.predict.scheduler.plugins.node_declared_features import required_features
from kubelens.predict.scheduler.plugins.node_unschedulable import fits as schedulable
from kubelens.predict.scheduler.plugins.pod_topology_spread import system_defaults
from kubelens.predict.scheduler.plugins.taint_toleration import untolerated
from kubelens.predict.scheduler.pod_info import AffinityTerm, PodInfo, SpreadConstraint, read_pod
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_STANDARD: Final = ("cpu", "memory", "ephemeral-storage")


class ArrayScheduler:
    """Places Pods one by one on a cluster, changing it."""

    def __init__(self, state: ClusterState) -> None:
        self.state = state
        self.infos: list[NodeInfo] = list(state.nodes.values())
        self.names = [info.node.name for info in self.infos]
        self._index = {name: number for number, name in enumerate(self.names)}
        self.size = len(self.infos)
        resources = dict.fromkeys((*_STANDARD, *(r for i in self.infos for r in (*i.node.allocatable, *i.requested))))
        self._room = {r: np.array([i.node.allocatable.get(r, 0) for i in self.infos], np.int64) for r in resources}
        self._used = {r: np.array([i.requested.get(r, 0) for i in self.infos], np.int64) for r in resources}
        self._pods = np.array([len(i.pods) for i in self.infos], np.int64)
        self._most_pods = np.array([i.node.allocatable.get("pods", 0) for i in self.infos], np.int64)
        self._score_cpu = np.array([i.score_cpu for i in self.infos], np.int64)
        self._score_memory = np.array([i.score_memory for i in self.infos], np.int64)
        self._domains: dict[str, tuple[Ints, int]] = {}
        self._classes: dict[str, PodClass] = {}
        self._counters: dict[Any, Counter] = {}
        self._list: list[Counter] = []
        self._terms: dict[Any, tuple[str, PodInfo, AffinityTerm, int, Ints]] = {}
        for number, info in enumerate(self.infos):
            for pod in info.pods:
                self._count(self._class(pod), number)

    @staticmethod
    def supports(pod: PodInfo) -> bool:
        """Whether a Pod is one that arrays decide."""
        claims = not all(_plain(volume) for volume in pod.volumes)
        named = pod.node_affinity is not None and "matchFields" in json.dumps(pod.node_affinity)
        unread = bool(pod.preferred_nodes and preference_errors(pod))
        asking = bool(pod.resource_claims or required_features(pod.value.get("spec", {})))
        return not (pod.host_ports or claims or pod.node_name or pod.gates or named or unread or asking)

    def _class(self, pod: PodInfo) -> PodClass:
        value = pod.value
        metadata = value.get("metadata", {})
        key = json.dumps(
            [
                pod.namespace,
                metadata.get("labels"),
                metadata.get("ownerReferences"),
                pod.terminating,
                value.get("spec"),
            ],
            sort_keys=True,
        )
        found = self._classes.get(key)
        if found is None:
            found = self._classes[key] = PodClass(pod, np.zeros(self.size, np.int64))
            self._register(pod)
        return found

    def _register(self, pod: PodInfo) -> None:
        """Terms that Pods of a new class carry about others."""
        for sort, terms, sign in (
            ("anti", pod.anti_affinity, 0),
            ("hard", pod.affinity, 1),
            ("soft", pod.preferred_affinity, 1),
            ("soft", pod.preferred_anti_affinity, -1),
        ):
            for term in terms:
                key = (sort, pod.namespace, term, sign)
                if key not in self._terms:
                    weight = 1 if sort == "hard" else term.weight * sign
                    self._terms[key] = (sort, pod, term, weight, np.zeros(self.size, np.int64))
                    for known in self._classes.values():
                        known.prepared = None

    def _carried(self, pod: PodInfo) -> list[Ints]:
        out: list[Ints] = []
        for sort, terms, sign in (
            ("anti", pod.anti_affinity, 0),
            ("hard", pod.affinity, 1),
            ("soft", pod.preferred_affinity, 1),
            ("soft", pod.preferred_anti_affinity, -1),
        ):
            out.extend(self._terms[sort, pod.namespace, term, sign][4] for term in terms)
        return out

    def _count(self, one: PodClass, node: int) -> None:
        """One more Pod of a class stands on a node."""
        one.placed[node] += 1
        if one.seen < len(self._list):
            one.counters.extend(c for c in self._list[one.seen :] if c.matches(one.example))
            one.seen = len(self._list)
        for counter in one.counters:
            counter.counts[node] += 1
        for counts in self._carried(one.example):
            counts[node] += 1

    def _counter(self, key: Any, matches: Callable[[PodInfo], bool]) -> Counter:
        found = self._counters.get(key)
        if found is None:
            counts = np.zeros(self.size, np.int64)
            found = self._counters[key] = Counter(matches, counts)
            for one in self._classes.values():
                if one.seen < len(self._list):
                    one.counters.extend(c for c in self._list[one.seen :] if c.matches(one.example))
                if matches(one.example):
                    counts += one.placed
                    one.counters.append(found)
                one.seen = len(self._list) + 1
            self._list.append(found)
        return found

    def _domain(self, key: str) -> tuple[Ints, int]:
        """Each node's domain under a label as a number, -1 where it has none; how many there are."""
        found = self._domains.get(key)
        if found is None:
            numbers: dict[str, int] = {}
            ids = np.array(
                [
                    numbers.setdefault(i.node.labels[key], len(numbers)) if key in i.node.labels else -1
                    for i in self.infos
                ],
                np.int64,
            )
            found = self._domains[key] = (ids, len(numbers))
        return found

    def _sums(self, key: str, counts: Ints, included: Bools | None = None) -> Ints:
        """Counts by domain."""
        ids, size = self._domain(key)
        mask = ids >= 0 if included is None else (ids >= 0) & included
        return np.bincount(ids[mask], weights=counts[mask], minlength=size).astype(np.int64)

    def _spread_counter(self, pod: PodInfo, constraint: SpreadConstraint) -> Counter:
        selector, namespace = constraint.selector, pod.namespace
        empty = not selector.requirements
        return self._counter(
            ("spread", namespace, selector),
            lambda p: not empty and not p.terminating and p.namespace == namespace and selector.matches(p.labels),
        )

    def _prepare(self, one: PodClass) -> Prepared:
        pod = one.example
        affine = np.array([matches_required(pod, i.node) for i in self.infos], np.bool_)
        tolerated = np.array([untolerated(pod, i) is None for i in self.infos], np.bool_)
        allowed = affine & tolerated & np.array([schedulable(pod, i, None) is None for i in self.infos], np.bool_)
        not_tolerated = raw_taints(pod, self.infos)
        preferred = None
        if pod.preferred_nodes:
            preferred = np.zeros(self.size, np.int64)
            for one_term in pod.preferred_nodes:
                preference = one_term.get("preference") or {}
                weight = one_term.get("weight") or 0
                preferred += weight * np.array([matches_term(preference, i.node) for i in self.infos], np.int64)
        images = image_score(pod, self.infos, self.state).scores
        own = pod.spread is not None
        hard = [c for c in pod.spread or () if c.hard]
        soft = [c for c in pod.spread or () if not c.hard] if own else list(system_defaults(pod, self.state))
        every = np.ones(self.size, np.bool_)
        for constraint in hard:
            every &= self._domain(constraint.topology_key)[0] >= 0
        soft_keys = np.ones(self.size, np.bool_)
        if own:
            for constraint in soft:
                soft_keys &= self._domain(constraint.topology_key)[0] >= 0

        def included(constraint: SpreadConstraint) -> Bools:
            mask = np.ones(self.size, np.bool_)
            if constraint.honor_affinity:
                mask &= affine
            if constraint.honor_taints:
                mask &= tolerated
            return mask

        state = self.state
        affinity_counter = None
        if pod.affinity:
            affinity_counter = self._counter(
                ("affinity", pod.namespace, pod.affinity),
                lambda p: all(term_matches(t, pod, p, state) for t in pod.affinity),
            )

        def about(term: AffinityTerm) -> Counter:
            return self._counter(("term", pod.namespace, term), lambda p: term_matches(term, pod, p, state))

        return Prepared(
            allowed,
            not_tolerated,
            preferred,
            np.array([images[n] for n in self.names], np.int64),
            [
                (
                    c,
                    self._spread_counter(pod, c),
                    self._domain(c.topology_key)[0],
                    every & included(c),
                    c.selector.matches(pod.labels),
                )
                for c in hard
            ],
            [(c, self._spread_counter(pod, c), self._domain(c.topology_key)[0], soft_keys & included(c)) for c in soft],
            own,
            [(t.topology_key, affinity_counter) for t in pod.affinity if affinity_counter is not None],
            bool(pod.affinity) and all(term_matches(t, pod, pod, state) for t in pod.affinity),
            [(t.topology_key, about(t)) for t in pod.anti_affinity],
            [
                *((t.topology_key, about(t), t.weight) for t in pod.preferred_affinity),
                *((t.topology_key, about(t), -t.weight) for t in pod.preferred_anti_affinity),
            ],
        )

    def decide(self, pod: PodInfo) -> tuple[Bools, Ints | None]:
        """(feasible nodes, total scores of all nodes; None with fewer than two feasible)."""
        one = self._class(pod)
        if one.prepared is None:
            one.prepared = self._prepare(one)
        prepared = one.prepared
        feasible = prepared.allowed & (self._pods + 1 <= self._most_pods)
        for name, wanted in pod.requests.items():
            if wanted > 0:
                room = self._room.get(name)
                feasible &= (wanted <= room - self._used[name]) if room is not None else False
        for constraint, counter, ids, included, own in prepared.hard:
            sums = self._sums(constraint.topology_key, counter.counts, included)
            present = np.zeros(len(sums), np.bool_)
            present[ids[included]] = True
            lowest = int(sums[present].min()) if present.any() and present.sum() >= constraint.min_domains else 0
            ok = np.zeros(self.size, np.bool_)
            has = ids >= 0
            ok[has] = sums[ids[has]] + int(own) - lowest <= constraint.max_skew
            feasible &= ok
        feasible &= self._pod_affinity(pod, prepared)
        if int(feasible.sum()) < 2:
            return feasible, None
        return feasible, self._score(pod, prepared, feasible)

    def _at(self, key: str, counts: Ints) -> Ints:
        """For each node the count of its domain, 0 where it has none."""
        ids, _ = self._domain(key)
        sums = self._sums(key, counts)
        out = np.zeros(self.size, np.int64)
        has = ids >= 0
        out[has] = sums[ids[has]]
        return out

    def _pod_affinity(self, pod: PodInfo, prepared: Prepared) -> Bools:
        ok = np.ones(self.size, np.bool_)
        if prepared.affinity:
            keyed = np.ones(self.size, np.bool_)
            near = np.ones(self.size, np.bool_)
            anything = False
            for key, counter in prepared.affinity:
                keyed &= self._domain(key)[0] >= 0
                here = self._at(key, counter.counts)
                near &= here > 0
                anything = anything or bool(here.any())
            ok &= keyed & (near if anything or not prepared.self_affine else True)
        for key, counter in prepared.anti:
            ok &= self._at(key, counter.counts) == 0
        for sort, owner, term, _, counts in self._terms.values():
            if sort == "anti" and counts.any() and term_matches(term, owner, pod, self.state):
                ok &= self._at(term.topology_key, counts) == 0
        return ok

    def _score(self, pod: PodInfo, prepared: Prepared, feasible: Bools) -> Ints:
        total = np.zeros(self.size, np.int64)
        worst = int(prepared.taints[feasible].max())
        total += 3 * (100 - 100 * prepared.taints // worst if worst else 100)
        if prepared.preferred is not None:
            highest = int(prepared.preferred[feasible].max())
            total += 2 * (100 * prepared.preferred // highest if highest else prepared.preferred)
        total += (
            least_allocated(
                (self._room["cpu"], self._score_cpu + pod.score_cpu),
                (self._room["memory"], self._score_memory + pod.score_memory),
            )
            + prepared.images
        )
        if any(pod.requests.get(name, 0) > 0 for name in ("cpu", "memory")):
            cpu, memory = ((self._room[n], self._used[n], pod.requests.get(n, 0)) for n in ("cpu", "memory"))
            total += balanced_allocation(cpu, memory)
        total += 2 * self._spread_score(prepared, feasible)
        total += 2 * self._affinity_score(pod, prepared, feasible)
        return total

    def _spread_score(self, prepared: Prepared, feasible: Bools) -> Ints:
        if not prepared.soft:
            return np.zeros(self.size, np.int64)
        ignored = np.zeros(self.size, np.bool_)
        if prepared.own_spread:
            for _, _, ids, _ in prepared.soft:
                ignored |= ids < 0
        counted = feasible & ~ignored
        raw = np.zeros(self.size, np.float64)
        for constraint, counter, ids, included in prepared.soft:
            if constraint.topology_key == HOSTNAME:
                weight = log(int(counted.sum()) + 2)
                here: npt.NDArray[Any] = counter.counts
            else:
                inside = ids[counted]
                weight = log(len(np.unique(inside)) + 2)
                sums = self._sums(constraint.topology_key, counter.counts, included)
                here = np.zeros(self.size, np.int64)
                has = ids >= 0
                here[has] = sums[ids[has]]
            raw += np.where(ids >= 0, here * weight + (constraint.max_skew - 1), 0.0)
        rounded = (raw + 0.5).astype(np.int64)
        if not counted.any():
            return np.zeros(self.size, np.int64)
        lowest, highest = int(rounded[counted].min()), int(rounded[counted].max())
        out = np.full(self.size, 100, np.int64) if highest == 0 else 100 * (highest + lowest - rounded) // highest
        out[ignored] = 0
        return out

    def _affinity_score(self, pod: PodInfo, prepared: Prepared, feasible: Bools) -> Ints:
        raw = np.zeros(self.size, np.int64)
        for key, counter, weight in prepared.wishes:
            if counter.counts.any():
                raw += weight * self._at(key, counter.counts)
        for sort, owner, term, weight, counts in self._terms.values():
            if sort != "anti" and counts.any() and term_matches(term, owner, pod, self.state):
                raw += weight * self._at(term.topology_key, counts)
        lowest, highest = int(raw[feasible].min()), int(raw[feasible].max())
        if highest == lowest:
            return np.zeros(self.size, np.int64)
        return (100 * ((raw - lowest) / (highest - lowest))).astype(np.int64)

    def place(self, pod: PodInfo) -> str | None:
        """Put a Pod on the first of the best nodes; None where none fits."""
        feasible, totals = self.decide(pod)
        if not feasible.any():
            return None
        node = int(np.argmax(np.where(feasible, totals, -1))) if totals is not None else int(np.argmax(feasible))
        self.add(pod, self.names[node])
        return self.names[node]

    def choose(self, feasible: Bools, totals: Ints | None) -> tuple[tuple[str, ...], str]:
        """The nodes that tie for the first place, and of these the first with the fewest Pods."""
        tied = np.flatnonzero(feasible if totals is None else feasible & (totals == totals[feasible].max()))
        return tuple(self.names[n] for n in tied), self.names[tied[self._pods[tied].argmin()]]

    def add(self, pod: PodInfo, name: str) -> None:
        """A Pod stands on a node from now on."""
        node = self._index[name]
        placed = read_pod(pod.value, placed=True) if pod.value.get("spec", {}).get("resources") else pod
        self.infos[node].add(placed)
        for resource, value in placed.requests.items():
            if resource not in self._used:
                self._used[resource] = np.zeros(self.size, np.int64)
                self._room[resource] = np.zeros(self.size, np.int64)
            self._used[resource][node] += value
        self._pods[node] += 1
        self._score_cpu[node] += placed.score_cpu
        self._score_memory[node] += placed.score_memory
        self._count(self._class(pod), node)


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
