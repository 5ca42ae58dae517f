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


SHELF = """\
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: shelf, namespace: market}
spec:
  serviceName: shelf
  selector: {matchLabels: {app: shelf}}
  template:
    metadata: {labels: {app: shelf}}
    spec:
      containers: [{name: shelf, image: "shelf:1", resources: {requests: {cpu: "9"}}}]
  volumeClaimTemplates:
  - metadata: {name: goods}
    spec: {accessModes: [ReadWriteOnce], storageClassName: none, resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: cellar}
spec: {capacity: {storage: 2Gi}, accessModes: [ReadWriteOnce], storageClassName: other, hostPath: {path: /x}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: none}
provisioner: kubernetes.io/no-provisioner
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: till, namespace: market}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: till}
  maxReplicas: 5
  metrics: [{type: Resource, resource: {name: cpu, target: {type: AverageValue, averageValue: 1}}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shut, namespace: market}
spec:
  podSelector: {matchLabels: {app: shelf}}
  policyTypes: [Ingress]
"""


@pytest.fixture
def lines(asked: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The lines of an answer about all of it."""
    monkeypatch.setattr(f"{__name__}.MANIFESTS", MANIFESTS + SHELF)
    return lambda *words: asked(*words).stdout.splitlines()


def test_claims_and_volumes(lines: Any) -> None:
    told = lines("volumes")
    assert told[0] == "1 claim: it gets no volume"
    assert told[1].endswith(f"-> none  (till.yaml:{line_of('- metadata: {name: goods}')})")
    assert any(
        line.startswith("volume cellar ") and line.endswith(f"(till.yaml:{line_of('metadata: {name: cellar}') - 2})")
        for line in told
    )


def test_autoscalers(lines: Any) -> None:
    at = f"(till.yaml:{line_of('kind: HorizontalPodAutoscaler') - 1})"
    told = lines("hpa")
    assert told[0] == "1 autoscaler: it scales"
    assert told[1].endswith(at)
    assert lines("hpa", "--usage", "cpu=2")[0] == f"market/till: 2 -> 4 replicas  {at}"
    assert lines("hpa", "--usage", "cpu=2,3@2m")[0] == f"market/till: 2 -> 5 replicas in 17:00, in syncs of 15 s  {at}"


def test_names(lines: Any) -> None:
    service, shelf = (line_of(f"kind: {kind}") - 1 for kind in ("Service", "StatefulSet"))
    told = lines("dns", "till", "--from", "market/shelf")
    assert told[0] == f"till from market/shelf: till.market.svc.cluster.local. answers  (till.yaml:{service})"
    assert told[1].endswith(f"(till.yaml:{shelf})")
    assert lines("dns", "gone", "--from", "market/shelf")[0] == "gone from market/shelf: never found"
    records = lines("dns", "--records")
    assert records[0].endswith(" names")
    assert any(line.startswith("till.market.") and line.endswith(f"(till.yaml:{service})") for line in records)


def test_connections(lines: Any) -> None:
    shelf, shut = line_of("kind: StatefulSet") - 1, line_of("kind: NetworkPolicy") - 1
    told = lines("connect", "--from", "market/till", "--to", "market/shelf")
    assert told[0].endswith(f"(till.yaml:1, till.yaml:{shelf})")
    assert any("'shut' isolates" in line and line.endswith(f"(till.yaml:{shut})") for line in told)
    matrix = lines("connect", "--matrix")
    assert matrix[0] == "3 workloads, 6 ways between them: 4 open, 2 blocked"
    assert any("market/shelf[StatefulSet]" in line and line.endswith(f"till.yaml:{shelf}") for line in matrix)


def test_placements(lines: Any) -> None:
    told = [" ".join(line.split()) for line in lines("schedule")]
    shelf = line_of("kind: StatefulSet") - 1
    assert "Pod goes to written at" in told
    assert f"market/shelf-0 none till.yaml:{shelf}" in told
    assert lines("schedule", "--explain", "shelf-0")[0] == f"market/shelf-0 -> none  (till.yaml:{shelf})"


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
