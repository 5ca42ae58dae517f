"""``predict lifecycle``: the time line in words, times that are given, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.predict import command

JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: load, namespace: kiosk}
spec:
  backoffLimit: 2
  activeDeadlineSeconds: 90
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: x}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: desk, namespace: kiosk}
spec:
  minReadySeconds: 3
  selector: {matchLabels: {app: desk}}
  template:
    metadata: {labels: {app: desk}}
    spec:
      terminationGracePeriodSeconds: 12
      containers:
      - name: main
        image: x
        livenessProbe: {tcpSocket: {port: 80}}
"""
OF_AN_INDEX = """
apiVersion: batch/v1
kind: Job
metadata: {name: sort, namespace: kiosk}
spec:
  completionMode: Indexed
  completions: 3
  backoffLimitPerIndex: LIMIT
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: x}]}}
"""
SIDECAR = "      initContainers: [{name: mesh, image: x, restartPolicy: Always}]\n"


def ask(tmp_path: Path, *words: str, text: str = JOB) -> Result:
    (tmp_path / "all.yaml").write_text(text)
    return CliRunner().invoke(command, ["lifecycle", words[0], str(tmp_path), *words[1:]])


def test_the_time_line_of_a_deployments_pod(tmp_path: Path) -> None:
    result = ask(tmp_path, "desk", "--pull", "main=2..8")
    assert result.exit_code == 0
    assert result.stdout.startswith("Pod of Deployment 'kiosk/desk'   restartPolicy Always, 12 s to stop")
    for line in (
        "2 to 8 s  main  starts",
        "5 to 11 s        Pod available (minReadySeconds 3)",
        "main: its liveness probe stops it after 20 to 31 s, with 12 s to stop",
        "0 s  main  SIGTERM",
        "12 s  main  SIGKILL, if it still runs",
        "assuming: containers answer their probes as soon as they run (--starts-in 15, --starts-in web=10..30)",
    ):
        assert line in result.stdout


def test_a_job_goes_on_after_failures(tmp_path: Path) -> None:
    said = ask(tmp_path, "load").stdout
    assert "main: not started again: the Pod has succeeded or failed once all have ended" in said
    assert "the Job makes 2 more tries, 10, 20 s after the failure before; then it fails" in said
    assert "the Job fails 90 s after its start in any case" in said


def test_a_sidecar_ends_with_its_job(tmp_path: Path) -> None:
    with_sidecar = JOB.replace("      restartPolicy: Never\n", "      restartPolicy: Never\n" + SIDECAR)
    said = ask(tmp_path, "load", text=with_sidecar).stdout
    assert "once the app containers have ended for good, mesh is stopped, and the Pod has ended" in said
    assert "for good" not in ask(tmp_path, "load").stdout


def test_a_start_that_takes_too_long(tmp_path: Path) -> None:
    result = ask(tmp_path, "desk", "--starts-in", "main=60..", "--format", "json")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    (found,) = data["contradictions"]
    assert found["path"] == ["spec", "template", "spec", "containers", 0, "livenessProbe"]
    assert ask(tmp_path, "desk", "--starts-in", "5..40").exit_code == 0


def test_a_deployment_that_reports_failure_before_its_pods_are_up(tmp_path: Path) -> None:
    text = JOB.replace("minReadySeconds: 3", "minReadySeconds: 3\n  progressDeadlineSeconds: 20").replace(
        "livenessProbe: {tcpSocket: {port: 80}}", "readinessProbe: {tcpSocket: {port: 80}, initialDelaySeconds: 17}"
    )
    result = ask(tmp_path, "desk", text=text)
    assert result.exit_code == 1
    assert "contradiction: the Deployment reports ProgressDeadlineExceeded after 20 s" in result.stdout
    assert ask(tmp_path, "desk", text=text.replace("Seconds: 17", "Seconds: 10")).exit_code == 0


@pytest.mark.parametrize("text", ["main=x", "7..3", "other=4", "-4"])
def test_times_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    assert ask(tmp_path, "desk", "--starts-in", text).exit_code == 2


def test_a_pod_that_is_not_let_in_has_no_life(tmp_path: Path) -> None:
    space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: kiosk, labels: {pod-security.kubernetes.io/enforce: restricted}}\n"
    result = ask(tmp_path, "desk", text=f"{space}---{JOB}")
    assert result.exit_code == 1
    assert result.stdout.startswith("refused: no Pod of Deployment 'kiosk/desk' is created")
    assert "SIGTERM" not in result.stdout


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("0", "an index fails, and the Job once the others have ended"),
        (
            "2",
            "an index has 2 more tries, 10, 20 s after the failure before; then it fails, and the Job once the others",
        ),
        ("1\n  backoffLimit: 4", "with more than 4 failures of all together it fails at once"),
    ],
)
def test_the_limit_of_an_index_is_its_own(tmp_path: Path, limit: str, said: str) -> None:
    (tmp_path / "a.yaml").write_text(OF_AN_INDEX.replace("LIMIT", limit))
    done = CliRunner().invoke(command, ["lifecycle", "kiosk/sort", str(tmp_path / "a.yaml"), "--isolated"])
    assert said in done.output
    assert "the Job makes" not in done.output
