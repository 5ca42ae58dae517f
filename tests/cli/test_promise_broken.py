"""The rule ``promise-broken`` in ``kubelens check``: who asks for it has scenario files played."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from kubelens.engine import scenario_runs

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "example.com/web:1", resources: {requests: {cpu: 100m}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""
SCENARIO = """scenario: the web rolls out
world: [../deploy]
cluster: {nodes: ["2x2cpu,8Gi"], zones: [a, b]}
events:
- {at: 0, rollout: Deployment web}
promises:
- min-ready: {service: web, count: 2}
- {name: never three, max-pods: {target: Deployment web, count: 2}}
"""
ASKED = ("--extend-select", "promise-broken")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    for name, text in (("deploy/web.yaml", WEB), ("scenarios/rollout.yaml", SCENARIO)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*words: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(cli, ["check", "--no-daemon", "--output", "json", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    findings: list[dict[str, Any]] = json.loads(result.stdout)["findings"]
    return [one for one in findings if one["rule"] == "promise-broken"]


def test_nothing_is_played_unless_somebody_asks_for_it(repository: Path) -> None:
    assert found(".") == []
    assert len(found(".", *ASKED)) == 1
    assert len(found(".", "--profile", "strict")) == 1


def test_a_broken_promise_is_told_where_it_stands(repository: Path) -> None:
    (one,) = found("scenarios", *ASKED)
    assert (one["file"], one["line"]) == ("scenarios/rollout.yaml", 8)
    assert "the promise 'never three' is broken" in one["message"]
    assert "default/Deployment/web has 3 Pods" in one["message"]


def test_what_it_rests_on_may_lie_outside_of_what_is_checked(repository: Path) -> None:
    """So no earlier run's answer is taken for it."""
    assert len(found("scenarios", *ASKED)) == 1
    careful = "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}\n  replicas: 2"
    (repository / "deploy/web.yaml").write_text(WEB.replace("replicas: 2", careful))
    said = [one["message"] for one in found("scenarios", *ASKED)]
    assert any("Service default/web has 1 ready endpoints" in message for message in said)


def test_a_folder_of_scenarios_is_something_to_look_at(repository: Path) -> None:
    def code(*words: str) -> int:
        return CliRunner().invoke(cli, ["check", "--no-daemon", "scenarios", *words]).exit_code

    assert code() == 3
    assert code(*ASKED) == 1
    quiet = SCENARIO.replace(
        "max-pods: {target: Deployment web, count: 2}", "max-pods: {target: Deployment web, count: 5}"
    )
    (repository / "scenarios/rollout.yaml").write_text(quiet)
    assert code(*ASKED) == 0


def test_it_is_silenced_like_any_other_rule(repository: Path) -> None:
    path = repository / "scenarios/rollout.yaml"
    path.write_text(
        SCENARIO.replace("- {name: never", "# kubelens: ignore[promise-broken] a third is fine\n- {name: never")
    )
    assert found(".", *ASKED) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("../deploy", "../elsewhere"), "is not there"),
        (("../deploy", "../../.."), "leads out of"),
        (("Deployment web}", "Deployment api}"), "'Deployment api' is not among the manifests"),
        (("2x2cpu,8Gi", "many"), "describes no nodes"),
        (("min-ready", "most-ready"), "most-ready"),
    ],
)
def test_a_scenario_that_cannot_be_played_is_told(change: tuple[str, str], said: str, repository: Path) -> None:
    (repository / "scenarios/rollout.yaml").write_text(SCENARIO.replace(*change))
    (one,) = found(".", *ASKED)
    assert "cannot be played" in one["message"]
    assert said in one["message"]


def test_a_check_plays_only_so_long(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenario_runs, "MOST_WORK", 2000)
    (one,) = found(".", *ASKED)
    assert one["severity"] == "info"
    assert "longer is not played" in one["message"]
