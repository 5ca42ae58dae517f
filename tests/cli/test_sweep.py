"""``kubelens sweep``: every node loss, every pair, every order of drains."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      nodeSelector: {topology.kubernetes.io/zone: a}
      containers: [{name: main, image: "web:1", resources: {requests: {cpu: 100m}}}]
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""
PROMISE = """
scenario: two are always ready
promises:
- min-ready: {service: web, count: 2}
"""


@pytest.fixture
def manifests(tmp_path: Path) -> Path:
    (tmp_path / "web.yaml").write_text(WEB)
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["sweep", *words, "--nodes", "4x2cpu,8Gi", "--zones", "a,b", "--isolated"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout


def found(*words: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(run(*words, "--format", "json")[1])
    return data


def test_every_node_is_lost_once(manifests: Path) -> None:
    data = found("lose-node", str(manifests))
    assert [case["title"] for case in data["cases"]] == ["node-a", "node-b", "node-c", "node-d"]
    assert data["total"] == 4
    broken = {case["title"] for case in data["cases"] if case["broken"]}
    assert broken == set()
    assert {case["title"]: case["lowest"] for case in data["cases"]} == {
        "node-a": ["default/web", 1, 2],
        "node-b": ["default/web", 2, 2],
        "node-c": ["default/web", 1, 2],
        "node-d": ["default/web", 2, 2],
    }


def test_the_pair_that_takes_all_endpoints_is_the_worst(manifests: Path) -> None:
    code, output = run("lose-two-nodes", str(manifests))
    assert code == 1
    assert "BROKEN  lose-two-nodes node-a and node-c" in output
    assert "worst   lose-two-nodes node-a and node-c" in output
    assert "all 6 cases played, 1 broken" in output


def test_the_promises_are_those_of_a_scenario(manifests: Path) -> None:
    (manifests / "two.yaml").write_text(PROMISE)
    data = found("lose-node", "--scenario", str(manifests / "two.yaml"))
    assert {case["title"] for case in data["cases"] if case["broken"]} == {"node-a", "node-c"}


def test_orders_of_drains_are_drawn_where_there_are_too_many(manifests: Path) -> None:
    data = found("drain-orders", str(manifests), "--most", "3")
    assert data["total"] == 24
    titles = [case["title"] for case in data["cases"]]
    assert len(set(titles)) == 3
    assert all(sorted(title.split(", ")) == ["node-a", "node-b", "node-c", "node-d"] for title in titles)
    assert titles == [case["title"] for case in found("drain-orders", str(manifests), "--most", "3")["cases"]]


def test_processes_come_to_the_same(manifests: Path) -> None:
    assert found("lose-node", str(manifests), "--jobs", "2") == found("lose-node", str(manifests))


def test_a_place_that_is_none_is_said(manifests: Path) -> None:
    assert run("lose-node", str(manifests), "--on", "nowhere")[0] == 2


def test_a_case_is_as_a_simulation_that_begins_from_nothing(manifests: Path) -> None:
    """Cases share the cluster that they begin with: that is to change nothing of what becomes of it."""
    alone = []
    for node in ("node-a", "node-b", "node-c", "node-d"):
        events = f"[{{at: 0, lose-node: {node}}}, {{at: 900, find-node: {node}}}]"
        (manifests / "alone.yaml").write_text(f"scenario: a\nworld: [web.yaml]\nevents: {events}\n")
        words = ["simulate", str(manifests / "alone.yaml"), "--runs", "3", "--seed", "7", "--format", "json"]
        result = CliRunner().invoke(cli, [*words, "--nodes", "4x2cpu,8Gi", "--zones", "a,b", "--isolated"])
        runs = json.loads(result.stdout)["runs"]
        alone.append((max(run["seconds"] for run in runs), all(run["finished"] for run in runs)))
    web = str(manifests / "web.yaml")
    for jobs in ("1", "2"):
        cases = found("lose-node", web, "--runs", "3", "--seed", "7", "--jobs", jobs)["cases"]
        assert [(case["seconds"], case["finished"]) for case in cases] == alone


def test_what_cases_leave_behind_is_taken_away(manifests: Path) -> None:
    gc.collect()
    frozen = gc.get_freeze_count()
    gc.disable()
    try:
        run("lose-node", str(manifests))
        assert not any(type(left).__name__ == "Cluster" for left in gc.get_objects())
        assert not gc.isenabled()
    finally:
        gc.enable()
    run("lose-node", str(manifests))
    assert gc.isenabled()
    assert gc.get_freeze_count() == frozen
