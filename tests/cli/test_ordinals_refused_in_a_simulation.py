"""A simulation makes the Pods that a policy lets in, and tells of those that it refuses by their ordinals."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from kubelens.cli.simulate import command
from tests.predict.chain.test_numbers_refused import POLICY, RULES, SET


def test_a_simulation_lacks_what_a_policy_refuses(tmp_path: Path) -> None:
    policy = POLICY.replace("RULES", RULES).replace("EXPRESSION", "object.metadata.name != 'cask-2'")
    path = tmp_path / "m.yaml"
    path.write_text(policy + SET.replace("POLICY", "OrderedReady"))
    run = CliRunner().invoke(command, ["rollout", str(path), "--nodes", "2x4cpu,16Gi"])
    assert "cask-2 is refused" in run.stdout
    assert run.stdout.splitlines()[0].strip() == "0:00  2 ready"
