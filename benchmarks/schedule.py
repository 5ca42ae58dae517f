"""Pods placed per second of CPU over growing clusters, against the recorded speed of a real scheduler.

    python benchmarks/schedule.py [WORKLOAD ...] [--most SECONDS]

The real scheduler places about 220 Pods per second of the second workload (every node scored). Reading Pods and what
the API server gives them counts as well. Then the Pods are placed once more, and some of the decisions are
held against the plain cycle: the same nodes must be feasible, with the same scores.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import sys
import time
from pathlib import Path
from typing import Any

from kubelens.kube.bundle import NEWEST
from kubelens.predict.apiserver.admission import Admission
from kubelens.predict.chain.admitted import entering_pod, standing_pod
from kubelens.predict.scheduler.arrays import ArrayScheduler
from kubelens.predict.scheduler.cycle import schedule
from kubelens.predict.scheduler.pod_info import PodInfo, read_pod
from kubelens.predict.scheduler.state import ClusterState, cluster_state

FOLDER = Path(__file__).parents[2] / "shared" / "workloads"
REAL = 220.0


def main() -> None:
    """Place the Pods of each workload and print the speed."""
    from ruamel.yaml import YAML

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", type=Path)
    parser.add_argument("--most", type=float, default=60.0, help="seconds of CPU to spend on one workload")
    parser.add_argument("--held", type=int, default=20, help="decisions of each workload held against the plain cycle")
    options = parser.parse_args()
    paths = options.workloads or sorted(FOLDER.glob("*.yaml.gz"), key=lambda p: p.stat().st_size)
    if not paths:
        sys.exit(f"{FOLDER} is not there: name a workload")
    for path in paths:
        text = gzip.decompress(path.read_bytes()).decode()
        objects = [o for o in YAML(typ="safe").load_all(text) if isinstance(o, dict)]
        classes = tuple(o for o in objects if o.get("kind") in ("PriorityClass", "RuntimeClass"))
        admission = Admission(classes, NEWEST, complete=False)
        pods = [o for o in objects if o.get("kind") == "Pod" and not o.get("spec", {}).get("nodeName")]
        state = _state(objects)
        begin = time.process_time()
        scheduler = ArrayScheduler(state)
        placed = done = 0
        for value in pods:
            placed += scheduler.place(read_pod(entering_pod(value, admission)[0])) is not None
            done += 1
            if time.process_time() - begin > options.most:
                break
        speed = done / (time.process_time() - begin)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{path.name}: {len(state.nodes)} nodes, {done} of {len(pods)} Pods ({placed} placed): {speed:.0f} Pods per CPU "
            f"second, {speed / REAL:.1f} times the real scheduler, {memory:.0f} MB",
            flush=True,
        )
        if options.held and not _hold(objects, pods[:done], admission, options.held):
            sys.exit(1)


def _state(objects: list[dict[str, Any]]) -> ClusterState:
    """The cluster before the Pods that wait are placed."""
    standing = (o for o in objects if o.get("kind") != "Pod" or o.get("spec", {}).get("nodeName"))
    return cluster_state(standing_pod(o, NEWEST) if o.get("kind") == "Pod" else o for o in standing)


def _hold(objects: list[dict[str, Any]], pods: list[dict[str, Any]], admission: Admission, most: int) -> bool:
    """Place the Pods once more, and some of them by the plain cycle too; whether the two always agree."""
    scheduler = ArrayScheduler(_state(objects))
    every = max(1, len(pods) // most)
    held = equal = 0
    for number, value in enumerate(pods):
        pod = read_pod(entering_pod(value, admission)[0])
        if number % every == 0:
            held += 1
            equal += _as_the_cycle(scheduler, pod)
        scheduler.place(pod)
    print(f"  {equal} of {held} decisions are the plain cycle's, with every score")
    return equal == held


def _as_the_cycle(scheduler: ArrayScheduler, pod: PodInfo) -> bool:
    """Whether the plain cycle finds the same nodes feasible and gives each the same score."""
    decision = schedule(pod, scheduler.state)
    feasible, totals = scheduler.decide(pod)
    nodes = tuple(name for name, ok in zip(scheduler.names, feasible, strict=True) if ok)
    if nodes != decision.feasible or decision.scores is None or totals is None:
        return nodes == decision.feasible and totals is None and decision.scores is None
    return {name: int(total) for name, total, ok in zip(scheduler.names, totals, feasible, strict=True) if ok} == dict(
        decision.scores
    )


if __name__ == "__main__":
    main()
