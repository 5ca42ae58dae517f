"""``kubelens snapshot``: kubectl is asked kind by kind, what it refuses is named, values of Secrets stay behind."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

KUBECTL = """#!/bin/sh
echo "$*" >> "$LOG"
case "$*" in
*secrets) echo '{"items": [{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "keys", "managedFields": [{}],
  "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "hunter2", "team": "shop"}}, "data": {"token": "aHVudGVyMg=="}}]}';;
*nodes) echo '{"items": [{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "a"}}]}';;
*) echo "Warning: old" >&2; echo 'Error from server (Forbidden): pods is forbidden' >&2; exit 1;;
esac
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "bin" / "kubectl"
    program.parent.mkdir()
    program.write_text(KUBECTL)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    return tmp_path / "log"


def test_what_can_be_read_is_written_without_secrets(log: Path, tmp_path: Path) -> None:
    file = tmp_path / "cluster.json"
    words = ["snapshot", "--context", "prod", "--kinds", "nodes,secrets,pods", "-o", str(file)]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0
    assert "not in the snapshot: pods: Error from server (Forbidden): pods is forbidden" in done.output
    assert "hunter2" not in file.read_text()
    assert "aHVudGVyMg" not in file.read_text()
    node, secret = json.loads(file.read_text())["items"]
    assert node["metadata"]["name"] == "a"
    assert secret["data"] == {"token": ""}
    assert secret["metadata"] == {"name": "keys", "annotations": {"team": "shop"}}
    asked = log.read_text().splitlines()
    assert asked[0] == "--context prod get --all-namespaces --output json -- nodes"
    assert len(asked) == 3


def test_one_namespace_alone(log: Path) -> None:
    done = CliRunner().invoke(cli, ["snapshot", "-n", "shop", "--kinds", "nodes"])
    assert json.loads(done.stdout)["kind"] == "List"
    assert log.read_text().splitlines() == ["get --namespace shop --output json -- nodes"]


def test_nothing_to_read_is_no_success(log: Path) -> None:
    assert CliRunner().invoke(cli, ["snapshot", "--kinds", "pods"]).exit_code == 3


def test_without_kubectl_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    done = CliRunner().invoke(cli, ["snapshot"])
    assert done.exit_code == 2
    assert "kubectl is not on PATH" in done.output


def test_what_fails_alike_is_said_once(log: Path) -> None:
    done = CliRunner().invoke(cli, ["snapshot", "--kinds", "nodes,pods,services,roles,jobs,leases"])
    assert done.exit_code == 0
    told = [line for line in done.stderr.splitlines() if "not in the snapshot" in line]
    assert told == [
        "kubelens: not in the snapshot: pods, services, roles, jobs and 1 more: Error from server (Forbidden): pods is forbidden"
    ]
