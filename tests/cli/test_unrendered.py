"""Charts without their dependencies, and what a simulation leaves out: one line for many."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

ROLLOUT = """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {{name: web-{0}}}
spec:
  selector: {{matchLabels: {{app: web-{0}}}}}
  template:
    metadata: {{labels: {{app: web-{0}}}}}
    spec: {{containers: [{{name: web, image: "nginx:1.27"}}]}}
---
"""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: 'nginx:1.27'}]}\n"


def chart(folder: Path, name: str, dependency: str) -> None:
    (folder / name).mkdir()
    (folder / name / "Chart.yaml").write_text(
        f"apiVersion: v2\nname: {name}\nversion: 1.0.0\ndependencies:\n"
        f"- {{name: {dependency}, version: 1.0.0, repository: 'https://charts.example.com'}}\n",
        encoding="utf-8",
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("other", "told"), [("library", "'library'"), ("redis", "what Chart.yaml asks for")])
def test_charts_that_lack_dependencies_are_named_together(folder: Path, other: str, told: str) -> None:
    for name in ("ant", "bee", "cat", "dog"):
        chart(folder, name, "library")
    chart(folder, "elk", other)
    done = CliRunner().invoke(cli, ["predict", "schedule"])
    (line,) = [line for line in done.stderr.splitlines() if "not rendered" in line]
    assert line.startswith(
        f"kubelens: charts 'ant', 'bee', 'cat' and 2 more are not rendered: charts/ does not hold {told}"
    )


def test_a_fault_is_one_line(folder: Path) -> None:
    chart(folder, "web", "redis")
    (folder / "web" / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 1.0.0\n", encoding="utf-8")
    (folder / "web" / "templates").mkdir()
    (folder / "web" / "templates" / "a.yaml").write_text('{{ include "gone" . }}\n', encoding="utf-8")
    done = CliRunner().invoke(cli, ["predict", "schedule"])
    (told,) = [line for line in done.stderr.splitlines() if "not rendered" in line]
    assert "gone" in told
    assert "U+000A" not in told


def test_what_is_not_played_is_named_together(folder: Path) -> None:
    (folder / "rollouts.yaml").write_text("".join(ROLLOUT.format(number) for number in range(5)), encoding="utf-8")
    done = CliRunner().invoke(cli, ["simulate", "lose-node"])
    (told,) = [line for line in done.stderr.splitlines() if "not played" in line]
    assert "and 2 more are not played" in told
