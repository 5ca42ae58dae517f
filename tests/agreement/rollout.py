"""Agreement with recorded rollouts, edits, drains, budgets, CronJob runs and the Deployment controller's tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from kubelens.kube.bundle import Bundle
from kubelens.kube.identity import ResourceKey, read_gvk
from kubelens.kube.resource import Resource
from kubelens.kube.workload import workloads
from kubelens.predict.api import Oracle
from kubelens.predict.apiserver.judge import judge_update, stored_before
from kubelens.predict.apiserver.options import Options
from kubelens.predict.controllers.cronjob import due_run
from kubelens.predict.controllers.disruption import (
    BudgetPod,
    BudgetStatus,
    Controller,
    PodState,
    budget_status,
    judge_eviction,
    read_budget,
)
from kubelens.predict.controllers.rollout.change import StartsRollout
from kubelens.predict.controllers.ticks.timeline import State, Timeline
from kubelens.syntax.place import Place
from kubelens.testing import bundle_from_text
from tests.agreement.rollout_in_cluster import can_play, played
from tests.agreement.rollout_replay import late_timelines, predicted
from tests.agreement.rollout_tables import TABLES
from tests.agreement.standing_in_cluster import budget_numbers, drained
from tests.agreement.suite import RECORDINGS, Disagreement, SuiteResult, read_records

DEFAULT = RECORDINGS / "rollout"
SECOND = RECORDINGS / "rollout-second"
LATE = "one state was recorded before the controller had looked: with one look late, in some order of nodes, each tick agrees"


def as_recorded(state: State, kind: str) -> dict[str, Any]:
    """A state in the recordings' form, as far as it is compared."""
    revisions = {}
    for name, counts in state.revisions.items():
        revisions[name] = {"pods": counts.pods, "ready": counts.ready, "terminating": counts.terminating}
        if counts.finished:
            revisions[name]["finished"] = counts.finished
    form: dict[str, Any] = {"revisions": revisions, "status": dict(state.status)}
    if kind == "Deployment":
        form["replicasets"] = dict(state.replicasets)
    if kind == "StatefulSet":
        form["pods"] = [list(pod) for pod in state.pods]
        if state.claims:
            form["claims"] = [[name, list(owners), going] for name, owners, going in state.claims]
    if kind == "Job" and state.phases:
        form["phases"] = dict(state.phases)
    return form


def of_recording(state: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """A recorded state, zeros and empty parts left out."""
    form: dict[str, Any] = {
        "revisions": {n: {k: v for k, v in c.items() if v or k != "finished"} for n, c in state["revisions"].items()},
        "status": {k: v for k, v in state["status"].items() if v},
    }
    if kind == "Deployment":
        form["replicasets"] = state.get("replicasets", {})
    if kind == "StatefulSet":
        form["pods"] = state.get("pods", [])
        if state.get("claims"):
            form["claims"] = state["claims"]
    if kind == "Job" and state.get("phases"):
        form["phases"] = state["phases"]
    return form


def compare_timeline(record: dict[str, Any], result: SuiteResult) -> None:
    """States at every tick, highest and lowest figures, and the end."""
    kind, feature = record["kind"], f"{record['kind']} {record['feature']}"
    timeline = predicted(record)
    if timeline is None:
        result.count("figures", f"{kind} timelines", False)
        return
    expected = [s for s in record["timeline"] if not s.get("before")]
    while len(expected) > 1 and {**expected[-1], "tick": 0} == {**expected[-2], "tick": 0}:
        expected.pop()
    settled = [s for s in record["timeline"] if s.get("before")]
    why = _difference(settled, expected, timeline, kind)
    result.count("figures", f"{kind} timelines", not why)
    result.count("by", feature, not why)
    if kind == "DaemonSet":
        late = why is not None and any(
            _difference(settled, expected, other, kind) is None for other in late_timelines(record)
        )
        result.count("figures", "DaemonSet timelines with at most one late look", why is None or late)
    if why:
        reason = LATE if kind == "DaemonSet" and late else ""
        result.disagreements.append(Disagreement(record["id"], f"{feature}: {why[0]}", why[1], why[2], reason))
    if can_play(record):
        why = _difference(settled, expected, played(record), kind)
        result.count("figures", f"{kind} timelines in the virtual cluster", not why)
        if why:
            what = f"{feature} in the virtual cluster: {why[0]}"
            result.disagreements.append(Disagreement(record["id"], what, why[1], why[2]))
    outcome = record["outcome"]
    if "max_pods" in outcome:
        mine: dict[str, Any] = {
            "max_pods": timeline.max_pods,
            "max_with_terminating": timeline.max_with_terminating,
            "min_ready": timeline.min_ready,
            "last_tick": timeline.last.tick,
            "last": as_recorded(timeline.last, kind)["revisions"],
        }
        theirs = {name: outcome[name] for name in mine if name in outcome}
        theirs["last_tick"] = expected[-1]["tick"]
        if "end" in outcome:
            mine["end"], theirs["end"] = str(timeline.end), outcome["end"]
        mine = {name: mine[name] for name in theirs}
        extremes = {name: mine[name] for name in mine if name != "last_tick"}
        result.count("figures", "outcomes", extremes == {name: theirs[name] for name in extremes})
        result.count("figures", "last ticks", mine["last_tick"] == theirs["last_tick"])
        if mine != theirs:
            result.disagreements.append(Disagreement(record["id"], f"{feature}: outcome", theirs, mine))
    if kind in ("Deployment", "Job"):
        agrees = sorted(record["timeline"][-1]["conditions"]) == sorted(timeline.last.conditions)
        result.count("figures", f"{kind} last conditions", agrees)
        if not agrees:
            result.disagreements.append(
                Disagreement(
                    record["id"],
                    f"{feature}: conditions",
                    record["timeline"][-1]["conditions"],
                    timeline.last.conditions,
                )
            )


def _difference(
    settled: list[dict[str, Any]], expected: list[dict[str, Any]], timeline: Timeline, kind: str
) -> tuple[str, Any, Any] | None:
    if settled:
        theirs = of_recording(settled[0], kind)
        mine = as_recorded(timeline.before, kind) if timeline.before else {}
        if mine != theirs:
            return ("settled state", theirs, mine)
    states = {s.tick: s for s in timeline.states}
    for recorded in expected:
        state = states.get(recorded["tick"], timeline.last)
        mine, theirs = as_recorded(state, kind), of_recording(recorded, kind)
        for part in theirs:
            if mine.get(part) != theirs[part]:
                return (f"tick {recorded['tick']} {part}", theirs[part], mine.get(part))
    if timeline.last.tick > expected[-1]["tick"]:
        return ("goes on", expected[-1]["tick"], timeline.last.tick)
    return None


def _settle(result: SuiteResult, figure: str, record: Mapping[str, Any], theirs: Any, mine: Any) -> None:
    agrees = bool(theirs == mine)
    result.count("figures", figure, agrees)
    result.count("by", f"{figure} {record.get('feature', '')}".strip(), agrees)
    if not agrees:
        what = f"{figure} {record.get('change', record.get('spec', ''))}"
        result.disagreements.append(Disagreement(record["id"], what, theirs, mine))


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def compare_cronjob(record: dict[str, Any], result: SuiteResult) -> None:
    """Which run was due."""
    since, now = _time(record["lastScheduleTime"]), _time(record["now"])
    assert since is not None and now is not None
    due = due_run(record["spec"], since, now)
    _settle(result, "cronjobs", record, str(_time(record["expected"]["scheduled"])), str(due))


WHOLE = frozenset({"changes", "cronjobs", "budgets", "evictions", "tables"})
FOUR = ("expectedPods", "desiredHealthy", "currentHealthy", "disruptionsAllowed")


def _four(status: BudgetStatus) -> dict[str, int]:
    return dict(zip(FOUR, (status.expected, status.desired, status.healthy, status.allowed), strict=True))


def compare_budget(record: dict[str, Any], result: SuiteResult) -> None:
    """A budget's four numbers."""
    owner = None if record["owner"] == "bare" else Controller(record["owner"], "web", record["replicas"])
    states = [PodState.READY if n < record["ready"] else PodState.UNREADY for n in range(record["replicas"])]
    pods = [BudgetPod(f"web-{n}", {"app": "web"}, state, owner) for n, state in enumerate(states)]
    status = budget_status(read_budget(record["pdb"]), pods)
    _settle(result, "budgets", record, {n: record["expected"][n] for n in FOUR}, _four(status))
    played = dict(zip(FOUR, budget_numbers(record), strict=True))
    _settle(result, "budgets in the virtual cluster", record, {n: record["expected"][n] for n in FOUR}, played)


def compare_drain(record: dict[str, Any], result: SuiteResult) -> None:
    """Every budget's numbers and every eviction's code."""
    bundle = bundle_from_text(record["objects"])
    scales = {
        (r.kind, r.name): int(r.spec.get("replicas", 1))
        if r.kind in ("Deployment", "ReplicaSet", "StatefulSet")
        else None
        for r in bundle
    }
    pods = []
    for name, pod in record["pods"].items():
        pods.append(BudgetPod(name, pod["labels"], PodState(pod["state"]), _owner_of(pod, bundle, scales)))
    budgets = [(b, budget_status(b, pods)) for b in (read_budget(r.value) for r in bundle.all("PodDisruptionBudget"))]
    mine = {b.name: _four(s) for b, s in budgets}
    theirs = {n: {k: b[k] for k in FOUR} for n, b in record["expected"]["budgets"].items()}
    _settle(result, "drain budgets", record, theirs, mine)
    verdicts = {p.name: judge_eviction(p, budgets) for p in pods}
    expected = record["expected"]["evictions"]
    _settle(
        result,
        "evictions",
        record,
        {n: e["code"] for n, e in expected.items()},
        {n: v.code for n, v in verdicts.items()},
    )
    theirs_text = {n: (e["message"] or "", *e["causes"]) for n, e in expected.items()}
    mine_text = {n: (v.message, *((v.cause,) if v.cause else ())) for n, v in verdicts.items()}
    _settle(result, "eviction texts", record, theirs_text, mine_text)
    numbers, said = drained(record)
    _settle(
        result,
        "evictions in the virtual cluster",
        record,
        (theirs, {n: e["code"] for n, e in expected.items()}),
        ({n: dict(zip(FOUR, four, strict=True)) for n, four in numbers.items()}, {n: v.code for n, v in said.items()}),
    )


def _owner_of(
    pod: Mapping[str, Any], bundle: Bundle, scales: Mapping[tuple[str, str], int | None]
) -> Controller | None:
    if pod["owner"] is None:
        return None
    for workload in workloads(bundle):
        if pod["owner"] not in (workload.kind, {"Deployment": "ReplicaSet"}.get(workload.kind)):
            continue
        if all(pod["labels"].get(k) == v for k, v in workload.pod.labels.items()):
            return Controller(workload.kind, workload.name, scales[workload.kind, workload.name])
    return Controller(pod["owner"], "?", None)


def compare_change(record: dict[str, Any], result: SuiteResult) -> None:
    """Whether an edit starts a rollout, and whether the server takes it, which was sent a replacement (``kubectl replace``).

    What kubelens says elsewhere is about an apply, which leaves in what the server filled in: see ``keep_rolling_update``.
    """
    new, old = resource_of(record["after"]), resource_of(record["before"])
    change = Oracle(Bundle([new], "1.36"))(StartsRollout(new, old)).answer
    options = Options(release="1.36")
    stored = stored_before(old.value, old.gvk, options)
    replaced = judge_update(new.value, stored, new.gvk, options) if stored is not None else None
    rejected = new.key != old.key or replaced is None or not replaced.accepted
    _settle(result, "changes rejected", record, bool(record["rejected"]), rejected)
    if record["rejected"] is None:
        _settle(result, "changes", record, record["new_revision"], change.rolls_out)
    else:
        result.count("figures", "changes", rejected)


def resource_of(value: Mapping[str, Any]) -> Resource:
    """An object without a file."""
    gvk = read_gvk(value["apiVersion"], value["kind"])
    assert gvk is not None
    return Resource(ResourceKey(gvk, "default", value["metadata"]["name"]), value, Place("record", 0))


def compare_tables(tables: Mapping[str, Any], result: SuiteResult) -> None:
    """The Deployment controller's own test tables."""
    for table, rows in tables.items():
        check = TABLES.get(table)
        for number, row in enumerate(rows):
            theirs, mine = check(row) if check else ("known table", "unknown")
            _settle(result, "tables", {"id": f"{table}-{number}", "change": row.get("name", "")}, theirs, mine)


def run(cases: Path) -> SuiteResult:
    """Compare every record below ``cases``; by default of both recordings."""
    result = SuiteResult("rollout", headline="all")
    folders = (DEFAULT, SECOND) if cases == DEFAULT else (cases,)
    for stem, record in chain.from_iterable(map(read_records, folders)):
        if stem.startswith("timelines"):
            compare_timeline(record, result)
        elif stem.startswith("cronjobs"):
            compare_cronjob(record, result)
        elif stem.startswith("disruption"):
            compare_budget(record, result)
        elif stem.startswith("evictions"):
            compare_drain(record, result)
        elif stem.startswith("changes"):
            compare_change(record, result)
    tables = cases / "tables.json" if cases.is_dir() else cases
    if tables.name == "tables.json" and tables.is_file():
        compare_tables(json.loads(tables.read_text()), result)
    compared = [result.figures[name] for name in result.figures if name.endswith("timelines") or name in WHOLE]
    result.figures["all"] = (sum(right for right, _ in compared), sum(total for _, total in compared))
    return result


if __name__ == "__main__":
    import sys

    found = run(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
    for name, (right, total) in found.figures.items():
        print(f"{name}: {right}/{total}")
    for name, (right, total) in sorted(found.by.items()):
        if right < total:
            print(f"  {name}: {right}/{total}")
    for d in found.disagreements:
        print(json.dumps([d.case, d.what, d.expected, d.predicted]))
