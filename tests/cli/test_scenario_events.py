"""Events of scenarios: each does what is written at the state it meets, and is told where it does nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

WORLD = """
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: main, image: "web:1", resources: {requests: {cpu: 100m}}}
      - {name: side, image: "side:1", resources: {requests: {cpu: 100m}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 1
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: main, image: "db:1", resources: {requests: {cpu: 100m}}}]}
---
apiVersion: shop.example/v1
kind: Stall
metadata: {name: web}
"""
HEAD = 'scenario: it happens\ncluster: {nodes: ["2x2cpu,8Gi"]}\n'


def run(folder: Path, events: str, command: str = "simulate", *words: str, more: str = "") -> tuple[int, str]:
    file = folder / "it.yaml"
    promises = 'promises: [{at-some-time: "pods.size() >= 0"}]\n'
    file.write_text(f"{HEAD}{more}events:\n{events}\n{promises if 'promises' not in more else ''}{WORLD}")
    result = CliRunner().invoke(cli, [command, str(file), *words, "--isolated"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def ending(folder: Path, events: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The last state, and the run it is of."""
    code, output = run(folder, events, "simulate", "--format", "json")
    assert code == 0, output
    found = json.loads(output)
    return found["states"][-1], found["runs"][0]


def revisions(state: dict[str, Any]) -> list[int]:
    return [pod["revision"] for pod in state["pods"] if pod["owner"] == "default/Deployment/web"]


def test_every_rollout_makes_pods_anew(tmp_path: Path) -> None:
    state, _ = ending(tmp_path, "- {at: 0, rollout: Deployment web}\n- {when: settled, rollout: Deployment web}")
    assert revisions(state) == [3]


def test_an_image_changes_the_template_as_it_is_then(tmp_path: Path) -> None:
    first = '- {at: 0, image: {target: Deployment web, image: "web:2"}}\n'
    second = '- {when: settled, image: {target: Deployment web, container: side, image: "side:2"}}\n'
    back = '- {when: settled, image: {target: Deployment web, container: side, image: "side:1"}}'
    state, _ = ending(tmp_path, first + second + back)
    assert revisions(state) == [2], "the third template is that of the first change: web:2 stays"


def test_nodes_that_join_later_take_nobodys_name(tmp_path: Path) -> None:
    state, _ = ending(tmp_path, '- {at: 0, add-nodes: "1x2cpu,8Gi"}\n- {at: 20, add-nodes: "2x2cpu,8Gi"}')
    assert set(state["nodes"]) == {"node-a", "node-b", "added-a", "added-b", "added-c"}


def test_a_node_that_joins_can_be_drained(tmp_path: Path) -> None:
    state, _ = ending(tmp_path, '- {at: 0, add-nodes: "1x2cpu,8Gi"}\n- {at: 20, drain: added-a}')
    assert state["nodes"]["added-a"]["unschedulable"] is True


def test_an_object_of_a_custom_kind_is_deleted_once(tmp_path: Path) -> None:
    assert ending(tmp_path, "- {at: 0, delete: Stall web}")[1]["refused"] == []
    refused = ending(tmp_path, "- {at: 0, delete: Stall web}\n- {at: 20, delete: Stall web}")[1]["refused"]
    assert [one["why"] for one in refused] == ["not found"]


def test_a_rollback_to_nothing_is_refused(tmp_path: Path) -> None:
    (refused,) = ending(tmp_path, "- {at: 0, rollback: Deployment web}")[1]["refused"]
    assert "no rollout history found" in refused["why"]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("{at: 0, drain: added-z}", "node 'added-z' is not there"),
        ("{at: -1, drain: node-a}", "$.events[0].at"),
        ("{at: 4000, drain: node-a}", "never reached"),
        ("{at: 30, when: settled, drain: node-a}", "not both"),
        ("{at: 0, rollback: StatefulSet db}", "is to be a Deployment"),
        ("{at: 0, rollout: Stall web}", "is to be a Deployment or StatefulSet or DaemonSet"),
        ("{at: 0, load: {workload: web, cpu: -5}}", "$.events[0].load.cpu"),
    ],
)
def test_events_that_cannot_happen_are_refused(event: str, told: str, tmp_path: Path) -> None:
    code, output = run(tmp_path, f"- {event}")
    assert (code, told in output) == (2, True), output


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("tick: 0\n", "$.tick"),
        ("limit: 0\n", "$.limit"),
        ("lasts: -1\n", "$.lasts"),
        ("pace: {startup: -1}\n", "$.pace.startup"),
        ("pace: {images: [{image: a, ready: -1}]}\n", "$.pace.images[0].ready"),
        ("pace: {images: [{image: a, succeeds: 1, fails: 2}]}\n", "$.pace.images[0]"),
        ("promises: [{min-ready: {service: web, count: 0}}]\n", "$.promises[0].min-ready.count"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(written: str, place: str, tmp_path: Path) -> None:
    code, output = run(tmp_path, "- {at: 0, drain: node-a}", more=written)
    assert (code, place in output) == (2, True), output


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("{when: 'podz.size() == 9', drain: node-a}", "never happened: drain node-a (when podz.size() == 9: no such"),
        ("{when: 'pods.size()', drain: node-a}", "it is 2, neither true nor false"),
        ("{when: 'pods.size() == 9', drain: node-a}", "never happened: drain node-a\n"),
        ("{at: 0, scale: {target: Deployment web, replicas: -1}}", "refused: default/Deployment/web: spec.replicas"),
    ],
)
def test_a_test_tells_what_did_not_happen(event: str, told: str, tmp_path: Path) -> None:
    code, output = run(tmp_path, f"- {event}", "test")
    assert code == 0
    assert told in output
    suite = Xml.fromstring(run(tmp_path, f"- {event}", "test", "--format", "junit")[1]).find("testsuite")
    assert suite is not None
    assert told.strip() in str(suite.findtext("system-out"))


def test_the_events_that_are_enough_are_told_of_the_promise_they_break(tmp_path: Path) -> None:
    promises = "promises: [{max-pods: {target: Deployment web, count: 0}}, {finishes-within: 1}]\n"
    events = "- {at: 0, cordon: node-a}\n- {at: 20, uncordon: node-a}"
    code, output = run(tmp_path, events, "test", "--format", "junit", more=promises)
    cases = Xml.fromstring(output).findall("testsuite/testcase")
    assert code == 1
    assert [case.findtext("failure") for case in cases] == ["already before anything happens", ""]
    lines = run(tmp_path, events, "test", more=promises)[1].splitlines()
    assert "already before anything happens" in lines[2], lines


@pytest.mark.parametrize("event", ["drain", "lose-node", "cordon"])
def test_what_is_done_to_a_node_that_has_gone_is_refused(event: str, tmp_path: Path) -> None:
    _, found = ending(tmp_path, f"- {{at: 0, remove-node: node-a}}\n- {{at: 20, {event}: node-a}}")
    assert found["refused"] == [{"object": "Node/node-a", "why": "not found"}]


@pytest.mark.parametrize(
    "patch", ["{metadata: {name: other}}", "{metadata: {namespace: other}}", "{kind: StatefulSet}"]
)
def test_a_patch_makes_no_other_object(patch: str, tmp_path: Path) -> None:
    _, found = ending(tmp_path, f"- {{at: 0, patch: {{target: Deployment web, patch: {patch}}}}}")
    assert ["does not match" in one["why"] for one in found["refused"]] == [True]


def test_a_patch_finds_the_defaults_that_are_stored(tmp_path: Path) -> None:
    recreate = "{at: 0, patch: {target: Deployment web, patch: {spec: {strategy: {type: Recreate}}}}}"
    (refused,) = ending(tmp_path, f"- {recreate}")[1]["refused"]
    assert "strategy.rollingUpdate" in refused["why"]
    whole = recreate.replace("Recreate", "Recreate, rollingUpdate: null")
    state, found = ending(tmp_path, f"- {whole}\n- {{at: 20, rollout: Deployment web}}")
    assert (found["refused"], revisions(state)) == ([], [2])


def test_a_name_that_several_have_is_refused(tmp_path: Path) -> None:
    (tmp_path / "it.yaml").write_text(
        f"{HEAD}events: [{{at: 0, delete: Stall web}}]\npromises: [{{fits: true}}]\n{WORLD}"
        "---\napiVersion: shop.example/v1\nkind: Stall\nmetadata: {name: web, namespace: other}\n"
    )
    result = CliRunner().invoke(cli, ["simulate", str(tmp_path / "it.yaml"), "--isolated"])
    assert (result.exit_code, "'Stall web' may be any of" in result.output) == (2, True), result.output
