"""``rules`` lists those of the configuration, ``upgrade`` takes the release from there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.commands import cli
from kubelens.kube.bundle import NEWEST

SETTINGS = """\
kubernetes-version = "1.31"

[[custom-rules]]
name = "team-named"
match = ["Deployment"]
expression = "has(object.metadata.labels)"
message = "a team is named"
"""
OLD_FLOW = """\
apiVersion: flowcontrol.apiserver.k8s.io/v1beta3
kind: FlowSchema
metadata: {name: slow}
spec:
  priorityLevelConfiguration: {name: global-default}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flow.yaml").write_text(OLD_FLOW)
    return tmp_path


def asked(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def test_rules_of_the_configuration_are_listed(folder: Path) -> None:
    assert "team-named" not in asked("rules").stdout
    (folder / "kubelens.toml").write_text(SETTINGS)
    assert "a team is named  (configuration)" in " ".join(asked("rules").stdout.replace("\n", " ").split(" "))
    found = {rule["name"]: rule for rule in json.loads(asked("rules", "--format", "json").stdout)}
    assert found["team-named"]["distribution"] == "configuration"
    assert found["team-named"]["page"] is None
    assert found["wrong-type"]["page"]
    assert "| team-named | error |" in asked("rules", "--format", "markdown").stdout


def test_rules_of_a_configuration_that_cannot_be_read(folder: Path) -> None:
    (folder / "kubelens.toml").write_text(SETTINGS.replace("has(", "has(("))
    done = asked("rules")
    assert (done.exit_code, "is no CEL expression" in done.stderr) == (2, True)


def test_an_upgrade_begins_at_the_release_of_the_configuration(folder: Path) -> None:
    (folder / "kubelens.toml").write_text(SETTINGS)
    whole = asked("upgrade")
    assert (whole.exit_code, f"removed in {NEWEST} (1)" in whole.stdout) == (1, True)
    assert "removed in 1.32 (1)" in asked("upgrade", "1.32", "flow.yaml").stdout
    assert "removed in 1.32 (1)" in asked("upgrade", "1.31", "1.32", ".").stdout
    assert "is the newest release" in asked("upgrade", "--kubernetes-version", NEWEST).stdout


def test_an_upgrade_from_nowhere_asks_for_the_release(folder: Path) -> None:
    done = asked("upgrade")
    assert done.exit_code == 2
    assert "say which release the cluster runs: 'kubelens upgrade 1.33 1.37 PATHS'" in done.stderr
