"""``predict schedule``, with and without a what-if, ends where a scenario of the same ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

NODES = "".join(
    f"""---
apiVersion: v1
kind: Node
metadata: {{name: {name}, labels: {{kubernetes.io/hostname: {name}}}}}
status: {{allocatable: {{cpu: {cpu}, memory: 8Gi, pods: 20}}}}
"""
    for name, cpu in (("oak", 4), ("ash", 1))
)
CLASSES = "".join(
    f"""---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {{name: {name}}}
value: {value}
{more}
"""
    for name, value, more in (("first", 90, ""), ("polite", 60, "preemptionPolicy: Never"))
)
WORKLOAD = """---
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      {more}
      containers: [{{name: c, image: "x:1", resources: {{requests: {{cpu: {cpu}}}}}}}]
"""
FIRST, POLITE = "priorityClassName: first", "priorityClassName: polite"
BESIDE = "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: %s}}}]}}"


def some(kind: str, name: str, replicas: int, cpu: int, more: str = "restartPolicy: Always") -> str:
    return WORKLOAD.format(kind=kind, name=name, replicas=replicas, cpu=cpu, more=more)


SET, WEB = "StatefulSet", "Deployment"
WORLDS = {
    "turns and others": some(SET, "ink", 3, 1) + some(WEB, "web", 4, 1),
    "two in turn": some(SET, "ink", 3, 1) + some(SET, "pen", 3, 1),
    "urgent turns": some(SET, "ink", 2, 2, FIRST) + some(WEB, "web", 3, 1),
    "beside one that comes later": some(WEB, "tail", 2, 1, BESIDE % "head") + some(WEB, "head", 1, 2),
    "who waits is behind all that is new": some(WEB, "tail", 2, 1, f"{BESIDE % 'head'}\n      {FIRST}")
    + some(WEB, "head", 1, 2)
    + some(WEB, "rest", 2, 1),
    "waiting": some(WEB, "web", 1, 4) + some(WEB, "big", 1, 4),
    "waiting politely": some(WEB, "web", 1, 4, FIRST) + some(WEB, "big", 1, 4, POLITE) + some(WEB, "last", 1, 4),
    "a set on one node": some(SET, "ink", 3, 1) + some(WEB, "web", 1, 1),
}
CHANGES = {
    "nothing": ((), ""),
    "drain": (("drain=oak",), "{at: 0, drain: oak}"),
    "add and drain": (("add=1x4cpu,8Gi", "drain=oak"), "{at: 0, add-nodes: '1x4cpu,8Gi'}, {at: 0, drain: oak}"),
}
TOLD_OTHERWISE = {("two in turn", "add and drain"), ("who waits is behind all that is new", "add and drain")}
"""What depends on how fast Pods start and evictions follow one another: assumptions say it."""
CASES = [(world, change) for world in WORLDS for change in CHANGES if (world, change) not in TOLD_OTHERWISE]


def counted(pods: list[tuple[str, bool]]) -> dict[str, tuple[int, int]]:
    """By workload: its Pods with a node, and those without."""
    found: dict[str, tuple[int, int]] = {}
    for owner, has in pods:
        placed, waiting = found.get(owner, (0, 0))
        found[owner] = (placed + has, waiting + (not has))
    return found


@pytest.mark.parametrize(("world", "change"), CASES)
def test_where_pods_go_and_where_they_are_in_the_end(world: str, change: str, tmp_path: Path) -> None:
    what_ifs, events = CHANGES[change]
    file, cluster, scenario = tmp_path / "all.yaml", tmp_path / "cluster.yaml", tmp_path / "scenario.yaml"
    file.write_text(CLASSES + WORLDS[world], encoding="utf-8")
    cluster.write_text(NODES, encoding="utf-8")
    scenario.write_text(f"scenario: s\nworld: []\nevents: [{events}]\n", encoding="utf-8")
    over = (str(file), "--cluster", str(cluster), "--format", "json")
    asked = [word for one in what_ifs for word in ("--what-if", one)]
    schedule = json.loads(CliRunner().invoke(cli, ["predict", "schedule", *over, *asked]).stdout)
    schedule = schedule["what_if"] if asked else schedule
    played = json.loads(CliRunner().invoke(cli, ["simulate", str(scenario), *over]).stdout)
    told = counted([(one["owner"].split("/")[1].rstrip("'"), bool(one["node"])) for one in schedule["placements"]])
    seen = counted([(one["owner"].split("/")[-1], bool(one["node"])) for one in played["states"][-1]["pods"]])
    assert told == seen
