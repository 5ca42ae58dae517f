"""Joint scenarios of a real control plane, tick by tick: everything acts on everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.cluster.cluster import Cluster
from tests.agreement.cluster_replay import owner_text, play, revision_of, row, state_of
from tests.agreement.suite import RECORDINGS, Disagreement, SuiteResult, read_records

DEFAULT: Final = RECORDINGS / "cluster"
MESSAGES: Final = "messages of Pods tried"
VICTIMS: Final = "victims of preemption"
FIELDS: Final = ("pods", "workloads", "services", "budgets", "quotas", "evictions", "nodes", "autoscalers")
FIELDS_AT_REST: Final = tuple(f for f in FIELDS if f not in ("evictions", "autoscalers"))


def run(cases: Path = DEFAULT) -> SuiteResult:
    """Play every scenario and compare every state."""
    result = SuiteResult("cluster", headline="scenarios")
    for _, record in read_records(cases):
        _compare(record, result)
    return result


def _compare(record: dict[str, Any], result: SuiteResult) -> None:
    """A scenario agrees where it does with one of its recordings at every tick."""
    best: dict[int, dict[str, tuple[Any, Any]]] | None = None
    ticks, counts = 0, _Counts()
    for timeline in (record["timeline"], *record.get("others", ())):
        counted = _Counts()
        try:
            found = dict(_differences(record, timeline, counted))
        except Exception as error:  # noqa: BLE001 - a scenario that cannot be played is one that disagrees
            found = {0: dict.fromkeys(FIELDS, ("", repr(error)))}
        if best is None or _worth(found) < _worth(best):
            best, ticks, counts = found, timeline[-1]["tick"] + 1, counted
        if not found:
            break
    assert best is not None
    for name, (agreeing, all_) in counts.items():
        right, total = result.figures.get(name, (0, 0))
        result.figures[name] = (right + agreeing, total + all_)
    for name in record["feature"]:
        result.count("by", f"feature {name}", not best)
    for tick in range(ticks):
        for field in FIELDS:
            agrees = field not in best.get(tick, {})
            result.count("figures", f"states: {field}", agrees)
        result.count("figures", "states", not best.get(tick))
        for name in record["feature"]:
            result.count("by", f"states of {name}", not best.get(tick))
    result.count("figures", "scenarios", not best)
    if best:
        tick = min(best)
        for field, (theirs, mine) in best[tick].items():
            why = (
                f"recordings of it part at tick {record['parts'][0]} by {record['parts'][1]}"
                if record.get("parts")
                else ""
            )
            if record.get("lags"):
                why = f"{why}; a status lagged in it: {', '.join(record['lags'])}".removeprefix("; ")
            result.disagreements.append(Disagreement(record["id"], f"tick {tick} {field}", theirs, mine, why))


class _Counts(dict[str, tuple[int, int]]):
    """What agrees, and of how many, by what is counted."""

    def add(self, name: str, right: int, total: int) -> None:
        """Count more."""
        before = self.get(name, (0, 0))
        self[name] = (before[0] + right, before[1] + total)


def _worth(found: Mapping[int, Mapping[str, Any]]) -> tuple[int, int]:
    return (sum(map(len, found.values())), -min(found, default=0))


def _differences(
    record: Mapping[str, Any], timeline: Sequence[Mapping[str, Any]], counted: _Counts
) -> Iterator[tuple[int, dict[str, tuple[Any, Any]]]]:
    """(tick, what differs in it) along one recorded timeline; ``counted`` takes what is counted beside.

    After the last tick nothing moves any more, unless the recording was cut there.
    """
    nodes: Any = None
    removed = {a["node"]: a["tick"] for a in record["actions"] if a["do"] == "remove-node"}
    last = timeline[-1]["tick"]
    recorded = {state["tick"]: state for state in timeline}
    goes_on = last < record["max_ticks"]
    for tick, cluster in enumerate(play(record, timeline, last + goes_on)):
        state = recorded.get(tick)
        if tick > last:
            state = {k: v for k, v in recorded[last].items() if k not in ("evictions", "decisions", "autoscalers")}
        if state is None:
            continue
        _count_messages(state, cluster, counted)
        _count_victims(state, cluster, counted)
        nodes = state.get("nodes", nodes)
        theirs = recorded_state(state, nodes, last=tick >= last)
        mine = state_of(cluster)
        for workload in mine["workloads"].values():
            if tick < last:
                workload.pop("conditions")
        for service in _unseen(cluster, removed, tick):
            mine["services"][service] = theirs["services"].get(service)
        mine["quotas"] = {name: _amounts(used) for name, used in mine["quotas"].items()}
        for quota in set(mine["quotas"]) & set(record.get("lags", ())):
            mine["quotas"][quota] = theirs["quotas"].get(quota)
        fields = FIELDS if tick <= last else FIELDS_AT_REST
        found = {f: _narrowed(theirs[f], mine[f]) for f in fields if theirs[f] != mine[f]}
        if found:
            yield tick, found


def _count_messages(state: Mapping[str, Any], cluster: Cluster, counted: _Counts) -> None:
    """Count the sentences about Pods that were tried and found no node, each way of saying it once."""
    theirs = {(d["owner"], d.get("rev") or 0, d["failed"]) for d in state.get("decisions", ()) if "failed" in d}
    mine = {
        (owner_text(o.record.owner, o.record.key), revision_of(o.record), o.failed)
        for o in cluster.scheduler.outcomes
        if o.failed
    }
    counted.add(MESSAGES, len(theirs & mine), len(theirs))


def _count_victims(state: Mapping[str, Any], cluster: Cluster, counted: _Counts) -> None:
    """Count the Pods that were sent away: whose, from which node, and for whom."""
    theirs = Counter(
        (d["owner"], d.get("rev") or 0, d["node"], d["preempted_by"])
        for d in state.get("decisions", ())
        if "preempted_by" in d
    )
    mine = Counter(
        (owner_text(v.owner, v.key), revision_of(v), v.pod.node, owner_text(o.record.owner, o.record.key))
        for o in cluster.scheduler.outcomes
        for v in o.preempted
    )
    counted.add(VICTIMS, sum((theirs & mine).values()), sum((theirs | mine).values()))


def _unseen(cluster: Cluster, removed: Mapping[str, int], tick: int) -> set[str]:
    """Services with a Pod on a removed node that their controller has had no reason to look at since: a matter of luck."""
    found: set[str] = set()
    for key, looked in cluster.endpoints.looked.items():
        gone = {node for node, since in removed.items() if looked <= since <= tick}
        if gone and any(r.pod.node in gone and r.running for r in cluster.endpoints.behind(key)):
            found.add(f"{key.namespace}/{key.name}")
    return found


def _narrowed(theirs: Any, mine: Any) -> tuple[Any, Any]:
    """Of two maps what is not the same."""
    return (
        {k: v for k, v in theirs.items() if mine.get(k) != v},
        {k: v for k, v in mine.items() if theirs.get(k) != v},
    )


def recorded_state(state: Mapping[str, Any], nodes: Any, *, last: bool) -> dict[str, Any]:
    """A recorded state as it is compared."""
    pods: Counter[str] = Counter()
    for p in state["pods"]:
        index = p.get("index", "") if p.get("index") is not None else ""
        key = row(
            p["owner"],
            p.get("rev") or "",
            p.get("name") or "",
            index,
            p["node"],
            p["state"],
            p.get("terminating", False),
        )
        pods[key] += p["count"]
    workloads: dict[str, dict[str, Any]] = {}
    for name, status in state["workloads"].items():
        counters = {k: v for k, v in status.items() if k != "conditions" and (v or k == "replicasets")}
        workloads[name] = {"status": counters}
        if last:
            workloads[name]["conditions"] = sorted(status.get("conditions", ()))
    return {
        "pods": dict(pods),
        "workloads": workloads,
        "services": {
            n: [s[k] for k in ("ready", "serving", "terminating", "total")]
            for n, s in state.get("services", {}).items()
        },
        "budgets": {
            n: [b[k] for k in ("allowed", "current", "desired", "expected")]
            for n, b in state.get("budgets", {}).items()
        },
        "quotas": {n: _amounts(q) for n, q in state.get("quotas", {}).items()},
        "evictions": dict(
            Counter(
                f"{e['owner']} {e.get('rev') or ''} {e['node']} {e['ready']} {e['code']}"
                for e in state.get("evictions", ())
            )
        ),
        "nodes": {
            n: {**s, **({"taints": sorted(s["taints"])} if "taints" in s else {})} for n, s in (nodes or {}).items()
        },
        "autoscalers": {
            n: [a.get("current"), a.get("desired"), (a.get("utilization") or [None])[0]]
            for n, a in state.get("autoscalers", {}).items()
        },
    }


def _amounts(used: Mapping[str, str]) -> dict[str, int]:
    return {name: q.nanos for name, value in used.items() if (q := read_quantity(value)) is not None}
