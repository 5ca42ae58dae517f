"""Objects as a cluster returned them: those that a controller made are applied by nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: keel
  OWNED
spec:
  containers:
    - name: keel
      image: keel:1
      volumeMounts: [{name: hold, mountPath: /hold}]
REST
"""
UID = "uid: 56ed9f01-e5a7-4342-8bee-d220bb7b947e"
OWNED = f"ownerReferences: [{{apiVersion: v1, kind: Yard, name: yard, {UID}, controller: true}}]"


@pytest.mark.parametrize(
    ("owned", "rest", "told"),
    [
        (f"{UID}\n  {OWNED}", "status: {phase: Running}", False),
        (UID, "status: {phase: Running}", True),
        (f"{UID}\n  {OWNED}", "", True),
        ("labels: {a: b}", "", True),
    ],
)
def test_recordings_of_what_controllers_made_are_judged_by_nobody(
    tmp_path: Path, owned: str, rest: str, told: bool
) -> None:
    (tmp_path / "keel.yaml").write_text(POD.replace("OWNED", owned).replace("REST", rest))
    done = CliRunner().invoke(cli, ["check", str(tmp_path), "-o", "concise", "--isolated", "--no-cache"])
    assert ("[admission]" in done.output) is told, done.output
