"""Answers of ``predict`` name file and line of the field that decides, and say first what they come to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from kubelens.cli.commands import cli
from kubelens.cli.predict import command

MANIFESTS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: till, namespace: market}
spec:
  replicas: 2
  strategy:
    rollingUpdate: {maxSurge: 0}
  selector: {matchLabels: {app: till}}
  template:
    metadata: {labels: {app: till}}
    spec:
      containers:
      - name: till
        image: till:3
        env:
        - {name: MODE, value: fast}
        ports: [{containerPort: 80, name: http}]
        livenessProbe: {httpGet: {path: /, port: http}, initialDelaySeconds: 3}
        readinessProbe: {httpGet: {path: /, port: http}, initialDelaySeconds: 40}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: till, namespace: market}
spec:
  minAvailable: MIN
  selector: {matchLabels: {app: till}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: idle, namespace: market}
spec:
  minAvailable: 1
  selector: {matchLabels: {app: gone}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: books, namespace: market}
spec:
  schedule: "0 2 * * *"
  suspend: SUSPEND
  concurrencyPolicy: Forbid
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "a:1"}]}}}}
---
apiVersion: v1
kind: Service
metadata: {name: till, namespace: market}
spec:
  selector: {app: till}
  ports: [{port: 80, targetPort: htttp}]
"""


def line_of(text: str, after: str = "") -> int:
    """The line, from 1, that holds a text first, behind another."""
    start = MANIFESTS.index(after)
    return MANIFESTS.count("\n", 0, MANIFESTS.index(text, start)) + 1


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)

    def ask(*words: str, least: int = 2, suspend: bool = False) -> Result:
        text = MANIFESTS.replace("MIN", str(least)).replace("SUSPEND", str(suspend).lower())
        Path("till.yaml").write_text(text, encoding="utf-8")
        return CliRunner().invoke(command, [*words, "till.yaml"])

    return ask


def test_a_drain_that_waits(asked: Any) -> None:
    lines = asked("drain").stdout.splitlines()
    assert lines[0] == "a drain waits for ever for 1 of 1 workload"
    assert lines[1].startswith("  STAYS  market/Deployment till")
    assert lines[1].endswith(f"(till.yaml:{line_of('minAvailable')})")
    assert lines[2].endswith(f"(till.yaml:{line_of('selector', 'name: idle')})")


def test_a_drain_that_goes_says_what_the_budget_counts(asked: Any) -> None:
    lines = asked("drain", least=1).stdout.splitlines()
    assert lines[0] == "a drain goes through: 1 workload"
    assert "budget till: 2 healthy, 1 needed, 1 may go at a time" in lines[1]
    data = json.loads(asked("drain", "--format", "json", least=1).stdout)
    assert data["evictions"][0]["places"] == [f"till.yaml:{line_of('minAvailable')}"]
    assert data["evictions"][0]["budgets"][0]["allowed"] == 1


def test_runs_of_a_cron_job(asked: Any) -> None:
    out = asked("cron", "--now", "2026-01-01T00:00:00Z").stdout
    assert f"market/books  0 2 * * *  (till.yaml:{line_of('schedule')})" in out
    assert f"earlier one is active  (till.yaml:{line_of('concurrencyPolicy')})" in out
    assert f"is suspended  (till.yaml:{line_of('suspend:')})" in asked("cron", suspend=True).stdout


def test_services_name_their_selector_and_what_keeps_pods_away(asked: Any) -> None:
    at, labels = line_of("selector", "name: till, namespace: market}\nspec:\n  selector"), line_of("metadata: {labels")
    for words in (("endpoints",), ("endpoints", "--service", "till")):
        out = " ".join(asked(*words).stdout.split())
        assert f"declares no TCP port named 'htttp' (till.yaml:{labels})" in out
        assert f"(till.yaml:{at})" in out
    data = json.loads(asked("endpoints", "--format", "json").stdout)["services"][0]
    assert (data["place"], data["ports"][0]["places"]) == (f"till.yaml:{at}", [f"till.yaml:{labels}"])


def test_a_life_names_the_probe(asked: Any) -> None:
    out = asked("lifecycle", "till").stdout
    assert f"(till.yaml:{line_of('containers')})" in out.splitlines()[0]
    assert "start, from when it has a node: ready after 40 to 51 s" in out
    assert f"s to stop  (till.yaml:{line_of('livenessProbe')})" in out
    contradiction = next(line for line in out.splitlines() if line.startswith("may contradict"))
    assert contradiction.endswith(f"(till.yaml:{line_of('livenessProbe')})")


def test_variables_say_first_what_is_seen(asked: Any) -> None:
    lines = asked("variables", "till").stdout.splitlines()
    at = f"(till.yaml:{line_of('- {name: MODE')})"
    assert lines[:2] == [f"Deployment 'market/till'  container till sees 1 variable  {at}", "  MODE=fast"]


def test_every_command_is_called_by_its_name() -> None:
    """The reference and the man page are written from these names."""
    for group in (cli, command):
        context = click.Context(group)
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            assert found is not None
            assert found.name == name


def test_a_rollout_names_its_strategy(asked: Any) -> None:
    out = asked("rollout").stdout
    assert f"(till.yaml:{line_of('rollingUpdate')})" in out.splitlines()[0]
    data = json.loads(asked("rollout", "--format", "json").stdout)
    assert data["rollouts"][0]["place"] == f"till.yaml:{line_of('rollingUpdate')}"
    assert f"till.yaml:{line_of('rollingUpdate')}</p>" in asked("rollout", "--format", "html").stdout


def test_rules_of_the_configuration_explain_themselves(asked: Any) -> None:
    Path("kubelens.toml").write_text(
        '[[custom-rules]]\nname = "few-tills"\nmatch = "Deployment"\nexpression = "object.spec.replicas < 3"\n'
        'message = "too many tills"\n'
    )
    told = CliRunner().invoke(cli, ["explain", "few-tills"])
    assert told.exit_code == 0
    assert "too many tills" in told.stdout
    assert "object.spec.replicas < 3" in told.stdout
    assert CliRunner().invoke(cli, ["explain", "few-till"]).exit_code == 2
