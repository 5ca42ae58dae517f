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
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.predict.scheduler.pod_info import PodInfo, PodReader, read_pod
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
    for path in (*paths, *([] if options.workloads else [None])):
        objects = _made_up() if path is None else list(YAML(typ="safe").load_all(gzip.decompress(path.read_bytes())))
        name = "made up, with spread and affinity" if path is None else path.name
        classes = tuple(o for o in objects if o.get("kind") in ("PriorityClass", "RuntimeClass"))
        admission = Admission(classes, NEWEST, complete=False)
        pods = [o for o in objects if o.get("kind") == "Pod" and not o.get("spec", {}).get("nodeName")]
        state = _state(objects)
        begin = time.process_time()
        scheduler, reader = ArrayScheduler(state), PodReader()
        placed = done = 0
        for value in pods:
            placed += scheduler.place(reader.read(entering_pod(value, admission)[0])) is not None
            done += 1
            if time.process_time() - begin > options.most:
                break
        speed = done / (time.process_time() - begin)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{name}: {len(state.nodes)} nodes, {done} of {len(pods)} Pods ({placed} placed): {speed:.0f} Pods per CPU "
            f"second, {speed / REAL:.1f} times the real scheduler, {memory:.0f} MB",
            flush=True,
        )
        if options.held and not _hold(objects, pods[:done], admission, options.held):
            sys.exit(1)


def _made_up(nodes: int = 5000, apps: int = 500, replicas: int = 100) -> list[dict[str, Any]]:
    """Pods that are spread over zones, and over nodes where they can be."""
    objects = made_up_nodes([f"{nodes}x16cpu,64Gi"], "a,b,c")
    for app in range(apps):
        labels = {"app": f"app-{app}"}
        about = {"labelSelector": {"matchLabels": labels}}
        away = {"weight": 100, "podAffinityTerm": {"topologyKey": "kubernetes.io/hostname", **about}}
        even = {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule"}
        spec = {
            "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [away]}},
            "topologySpreadConstraints": [{**even, **about}],
            "containers": [
                {"name": "c", "image": "a:1", "resources": {"requests": {"cpu": "500m", "memory": "512Mi"}}}
            ],
        }
        for number in range(replicas):
            metadata = {"name": f"app-{app}-{number}", "namespace": "default", "labels": labels}
            objects.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    return objects


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
