"""What the other tests of this folder list goes on here: drains, in yards with quotas, budgets and several workloads.

43. The Pods of a workload that budgets and drains meet on nodes are those that the schedule puts there, and as many of them are
    healthy as its rollout ends with ready Pods.
44. They are those of a cluster that is played (`simulate`) once it is at rest, Pod by Pod as healthy; so are the numbers of each
    budget, and what is said to the first eviction of each. Where workloads contend for a quota only the sums are compared:
    who comes first to its room is a race.
45. A budget of which `check` says that it lets no Pod go is one that a drain waits for, and the other way round.
47. A Pod that a what-if of a drain says stays for a budget stays for as many healthy Pods as the budget's own numbers ask.
46. What is there before an edit is what the rollout of its creation ended with, by the objects of then.
"""

from __future__ import annotations

import os
import re
from collections import Counter

import pytest

from kubelens.kube.workload import workloads
from kubelens.predict.api import Oracle
from kubelens.predict.chain.moved import Moved
from kubelens.predict.chain.placed import Placed
from kubelens.predict.chain.quota_room import CutShort
from kubelens.predict.cluster.budgets import budget_pod
from kubelens.predict.cluster.cluster import Cluster
from kubelens.predict.cluster.scenario import Scenario
from kubelens.predict.cluster.starting import at_rest
from kubelens.predict.controllers.budget_pods import BudgetPods
from kubelens.predict.controllers.disruption import ACCEPTED, PodState, judge_eviction
from kubelens.predict.controllers.drain import DrainOf
from kubelens.predict.controllers.rollout.before import PodsBefore
from kubelens.predict.controllers.rollout.rollout import KINDS, RolloutOf
from kubelens.rules.catalogue import kubelens_rules
from kubelens.testing import analysis_of, bundle_from_text
from tests.world.yards import NODES, YARD, yard

YARDS = int(os.environ.get("KUBELENS_YARDS", "120"))
BLOCKS = [rule for rule in kubelens_rules() if rule.name == "pdb-blocks-drain"]


class _Seen:
    def __init__(self, seed: int) -> None:
        made = yard(seed)
        self.text = made.text
        self.told = (seed, *made.told)
        self.analysis = analysis_of(BLOCKS, made.text)
        self.bundle = self.analysis.snapshot.bundle
        self.ask = Oracle(self.bundle)
        self.shared = self.bundle.get("PodDisruptionBudget", YARD, "all") is not None
        """Whether Pods have several budgets: their controller keeps the numbers of one of them for each Pod."""
        self.owners = [w for w in workloads(self.bundle) if w.namespace == YARD]
        self.met = [p for p in self.ask(BudgetPods(YARD)).answer if not p.without_node]

    def played(self) -> Cluster:
        objects = [r for r in self.bundle if r.kind != "Node"]
        nodes = [r.value for r in self.bundle.all("Node")]
        return at_rest(Scenario("still", ()), objects, nodes, release=self.bundle.release, seed=1, number=0)


@pytest.fixture(scope="module", params=range(0, YARDS, 20), ids=lambda first: f"from {first}")
def yards(request: pytest.FixtureRequest) -> list[_Seen]:
    return [_Seen(seed) for seed in range(request.param, min(request.param + 20, YARDS))]


def test_43_drains_meet_the_pods_that_are_placed(yards: list[_Seen]) -> None:
    for one in yards:
        placed = Counter(p.owner.key for p in one.ask(Placed()).answer.placements if p.chosen and p.owner is not None)
        for workload in one.owners:
            why = (one.told, workload.resource.key)
            mine = [p for p in one.met if p.owner == f"{workload.kind} {workload.name}"]
            assert len(mine) == placed[workload.resource.key], why
            if workload.kind in KINDS:
                rollout = one.ask(RolloutOf(workload.resource, on_nodes=True)).answer
                healthy = sum(p.seen.state is PodState.READY for p in mine)
                ready = rollout.timeline.last.ready if rollout.timeline is not None else 0
                assert healthy == ready, why


def test_44_drains_meet_the_pods_that_a_played_cluster_has(yards: list[_Seen]) -> None:
    for one in yards:
        cluster = one.played()
        contested = len(one.owners) > 1 and bool(one.ask(CutShort()).answer)
        there = [r for r in cluster.world.pods.values() if r.pod.bound]
        states: Counter[tuple[str, str]] = Counter()
        for record in there:
            assert record.owner is not None
            owner = "" if contested else f"{record.owner.kind} {record.owner.name}"
            states[owner, budget_pod(record).state.value] += 1
        met: Counter[tuple[str, str]] = Counter()
        for pod in one.met:
            met["" if contested else pod.owner, pod.seen.state.value] += 1
        assert met.total() == states.total(), one.told
        if contested:
            continue
        assert met == states, one.told
        drained = one.ask(DrainOf(YARD)).answer.drained
        guards = {guard.budget: guard.status for row in drained for guard in row.guards}
        for key, status in cluster.budgets.statuses.items():
            if key.name in guards and not status.failed and not one.shared:
                assert guards[key.name] == status, (one.told, key)
        answers: dict[str, set[int]] = {}
        for record in there:
            if record.owner is not None and record.owner.kind != "DaemonSet":
                code = judge_eviction(budget_pod(record), cluster.budgets.of(record)).code
                answers.setdefault(f"{record.owner.kind} {record.owner.name}", set()).add(code)
        told: dict[str, set[int]] = {}
        for row in drained:
            if not row.left:
                told.setdefault(row.owner, set()).add(row.eviction.code)
        assert told == answers, one.told


def test_45_budgets_that_let_no_pod_go_are_told_by_both(yards: list[_Seen]) -> None:
    for one in yards:
        told = {finding.at.document for finding in one.analysis.findings if "lets no Pod go" in finding.message}
        blocking = set()
        for row in one.ask(DrainOf(YARD)).answer.drained:
            if not row.left and row.eviction.code not in (ACCEPTED, 500):
                blocking |= {guard.budget for guard in row.guards}
        for budget in one.bundle.all("PodDisruptionBudget"):
            alone = len([b for b in one.bundle.all("PodDisruptionBudget") if b.name in (budget.name, "all")]) == 1
            if alone and budget.name != "all":
                assert (budget.place.document in told) == (budget.name in blocking), (one.told, budget.name)


def test_46_edits_start_from_what_was_there(yards: list[_Seen]) -> None:
    for number, one in enumerate(yards):
        text = one.text.replace(':1"', ':2"')
        if number % 3 == 0:
            text = text.replace('"ResourceQuota"', '"ConfigMap"').replace('"enforce": "baseline"', "")
        ask = Oracle(bundle_from_text(text))
        for workload in one.owners:
            new = ask.bundle.get(workload.kind, YARD, workload.name)
            if workload.kind not in KINDS or new is None:
                continue
            created = one.ask(RolloutOf(workload.resource)).answer.timeline
            before = one.ask(PodsBefore(workload.resource)).answer
            edited = ask(RolloutOf(new, workload.resource, before=before)).answer.timeline
            why = (one.told, workload.resource.key)
            assert created is not None, why
            assert edited is not None, why
            assert edited.before is not None, why
            assert (edited.before.total, edited.before.ready) == (created.last.total, created.last.ready), why


def test_47_what_if_counts_as_budgets_do(yards: list[_Seen]) -> None:
    for one in yards:
        drained = one.ask(DrainOf(YARD)).answer.drained
        needed = {guard.budget: guard.status.desired for row in drained for guard in row.guards}
        for node in NODES:
            for stay in one.ask(Moved(drained=(node,))).answer.stays:
                told = re.search(r"The disruption budget (\S+) needs (\d+) healthy", stay.why)
                if told is not None and told[1] in needed and not one.shared:
                    assert int(told[2]) == needed[told[1]], (one.told, stay)
