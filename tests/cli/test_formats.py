"""One option names the form of what is printed, however it is spelled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

LAMP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: lamp, namespace: hall}
spec:
  selector: {matchLabels: {app: lamp}}
  template:
    metadata: {labels: {app: lamp}}
    spec: {containers: [{name: c, image: "lamp:1"}]}
"""
ASKED = (
    ["check"],
    ["predict", "rollout"],
    ["predict", "schedule", "--nodes", "1x4cpu,8Gi"],
    ["predict", "volumes"],
    ["predict", "apply"],
    ["sets"],
)


@pytest.mark.parametrize("words", ASKED, ids=lambda words: " ".join(words[:2]))
@pytest.mark.parametrize("spelled", ["-o", "--output", "--format"])
def test_every_command_takes_every_spelling(tmp_path: Path, words: list[str], spelled: str) -> None:
    (tmp_path / "lamp.yaml").write_text(LAMP)
    done = CliRunner().invoke(cli, [*words, str(tmp_path), spelled, "json"])
    assert done.exit_code in (0, 1), done.output
    assert json.loads(done.stdout)


@pytest.mark.parametrize("said", ["shown.json", "json=shown.json"])
def test_a_rollout_is_written_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lamp.yaml").write_text(LAMP)
    words = ["predict", "rollout", "lamp.yaml", "-o", said, *([] if "=" in said else ["--format", "json"])]
    assert CliRunner().invoke(cli, words).exit_code == 0
    assert json.loads(Path("shown.json").read_text())
