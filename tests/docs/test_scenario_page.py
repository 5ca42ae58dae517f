"""The scenario that the page about scenarios shows is one that can be played."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from kubelens.cli.commands import cli

PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""


def test_the_scenario_of_the_page_is_played_to_its_end(tmp_path: Path) -> None:
    shown = PAGE.read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "web.yaml").write_text(WEB)
    (tmp_path / "scenario.yaml").write_text(shown)
    played = CliRunner().invoke(cli, ["simulate", str(tmp_path / "scenario.yaml")])
    assert played.exit_code in (0, 1), played.output
    assert "uncordon node-a" in played.output
