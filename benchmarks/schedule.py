"""Pods placed per second over growing clusters, against the recorded speed of a real scheduler.

    python benchmarks/schedule.py [WORKLOAD ...] [--most SECONDS]

The real scheduler places about 220 Pods per second of the second workload (every node scored).
"""

from __future__ import annotations

import argparse
import gzip
import resource
import sys
import time
from pathlib import Path

from kubelens.kube.bundle import NEWEST
from kubelens.predict.apiserver.admission import Admission
from kubelens.predict.chain.admitted import entering_pod, standing_pod
from kubelens.predict.scheduler.pod_info import read_pod
from kubelens.predict.scheduler.state import cluster_state

FOLDER = Path(__file__).parents[2] / "shared" / "workloads"
REAL = 220.0


def main() -> None:
    """Place the Pods of each workload and print the speed."""
    from ruamel.yaml import YAML

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", type=Path)
    parser.add_argument("--most", type=float, default=60.0, help="seconds to spend on one workload")
    options = parser.parse_args()
    paths = options.workloads or sorted(FOLDER.glob("*.yaml.gz"), key=lambda p: p.stat().st_size)
    if not paths:
        sys.exit(f"{FOLDER} is not there: name a workload")
    from kubelens.predict.scheduler.arrays import ArrayScheduler

    for path in paths:
        text = gzip.decompress(path.read_bytes()).decode()
        objects = [o for o in YAML(typ="safe").load_all(text) if isinstance(o, dict)]
        classes = tuple(o for o in objects if o.get("kind") in ("PriorityClass", "RuntimeClass"))
        admission = Admission(classes, NEWEST, complete=False)
        pods = [o for o in objects if o.get("kind") == "Pod" and not o.get("spec", {}).get("nodeName")]
        waiting = {id(o) for o in pods}
        state = cluster_state(
            standing_pod(o, NEWEST) if o.get("kind") == "Pod" else o for o in objects if id(o) not in waiting
        )
        scheduler = ArrayScheduler(state)
        begin = time.perf_counter()
        placed = done = 0
        for pod in pods:
            placed += scheduler.place(read_pod(entering_pod(pod, admission)[0])) is not None
            done += 1
            if done % 50 == 0 and time.perf_counter() - begin > options.most:
                break
        speed = done / (time.perf_counter() - begin)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{path.name}: {len(state.nodes)} nodes, {done} of {len(pods)} Pods ({placed} placed): {speed:.0f} Pods/s, {speed / REAL:.1f} times the real scheduler, {memory:.0f} MB"
        )


if __name__ == "__main__":
    main()
