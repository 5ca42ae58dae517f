"""A Pod that gets its node by sending others away: the schedule, the rollout and `check` ask one placement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

MILL = """
apiVersion: v1
kind: Node
metadata: {name: mill}
status: {allocatable: {cpu: 4, memory: 8Gi, pods: 110}, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: grind-0, namespace: flour}
spec:
  nodeName: mill
  priority: PRIORITY
  containers: [{name: stone, image: "flour/stone:1", resources: {requests: {cpu: 3}}}]
"""
BAKERY = """
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: bread}
value: 500
preemptionPolicy: POLICY
globalDefault: true
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: oven, namespace: flour}
spec:
  replicas: 1
  selector: {matchLabels: {app: oven}}
  template:
    metadata: {labels: {app: oven}}
    spec: {containers: [{name: fire, image: "flour/oven:1", resources: {requests: {cpu: CPU}}}]}
"""


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, [*words, "--isolated"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def world(folder: Path, priority: int, policy: str, cpu: int) -> tuple[str, str]:
    (folder / "here").mkdir()
    (folder / "there").mkdir()
    new, there = folder / "here" / "new.yaml", folder / "there" / "cluster.yaml"
    new.write_text(BAKERY.replace("POLICY", policy).replace("CPU", str(cpu)), encoding="utf-8")
    there.write_text(MILL.replace("PRIORITY", str(priority)), encoding="utf-8")
    return str(new), str(there)


@pytest.mark.parametrize(
    ("priority", "policy", "cpu", "pushes"),
    [
        (0, "PreemptLowerPriority", 2, True),
        (0, "PreemptLowerPriority", 1, False),  # there is room
        (900, "PreemptLowerPriority", 2, False),  # what runs is more important
        (0, "Never", 2, False),
    ],
)
def test_all_three_tell_it_or_none(tmp_path: Path, priority: int, policy: str, cpu: int, pushes: bool) -> None:
    new, there = world(tmp_path, priority, policy, cpu)
    scheduled = json.loads(run("predict", "schedule", new, "--cluster", there, "--format", "json")[1])
    assert [one["victims"] for one in scheduled["placements"]] == [["flour/grind-0"] if pushes else []]
    told = json.loads(run("predict", "rollout", new, "--cluster", there, "--format", "json")[1])["rollouts"][0]
    expected = [{"pod": "flour/oven-0", "victims": ["flour/grind-0"]}] if pushes else []
    assert told["sendsAway"] == expected
    sentence = "gets its node by sending away flour/grind-0"
    assert (sentence in run("predict", "rollout", new, "--cluster", there)[1]) == pushes
    checked = run("check", new, "--cluster", there, "--select", "preempts-running-pods")[1]
    assert ("only by sending away flour/grind-0" in checked) == pushes


def test_pods_that_are_made_to_be_sent_away_are_not_told_by_check(tmp_path: Path) -> None:
    new, there = world(tmp_path, -10, "PreemptLowerPriority", 2)
    assert "sending away" in run("predict", "rollout", new, "--cluster", there)[1]
    assert run("check", new, "--cluster", there)[0] == 0


def test_the_cluster_given_is_the_one_that_is_meant_wherever_its_file_lies(tmp_path: Path) -> None:
    new, there = world(tmp_path, 900, "PreemptLowerPriority", 40)
    assert run("predict", "schedule", new, "--cluster", there)[0] == 1
    code, said = run("check", new, "--cluster", there)
    assert code == 1
    assert "fits on no node" in said
