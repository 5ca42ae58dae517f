"""The GitHub Action's steps, run by bash as a runner does: outputs, summary, exit codes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
ACTION = YAML(typ="safe").load(ROOT.joinpath("action.yml").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="runners have bash")


@pytest.fixture
def runner(tmp_path: Path) -> dict[str, str]:
    """A checkout of the example as working directory, and the variables that a runner sets."""
    programs = tmp_path / "temp" / "kubelens" / "bin"
    programs.mkdir(parents=True)
    (programs / "kubelens").symlink_to(Path(sys.executable).parent / "kubelens")
    shutil.copytree(ROOT / "examples" / "shop", tmp_path / "checkout")
    event = tmp_path / "event.json"
    event.write_text('{"ref": "refs/heads/main", "repository": {"full_name": "shop/deploy"}}')
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PWD": str(tmp_path / "checkout"),
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_EVENT_PATH": str(event),
    }


def run(name: str, runner: dict[str, str], **variables: str) -> subprocess.CompletedProcess[str]:
    """A step by its name, under the shell options that a runner uses."""
    (step,) = [one for one in ACTION["runs"]["steps"] if one["name"] == name]
    assert set(variables) <= set(step["env"])
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
    environment = {**dict.fromkeys(step["env"], ""), **runner, **variables}
    return subprocess.run(
        command, cwd=runner["PWD"], env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_check_annotates_sums_up_and_writes_sarif(runner: dict[str, str]) -> None:
    seen = run("Check", runner, PATHS=".", ARGS="--fail-on error")
    assert seen.returncode == 1
    assert "::error file=web.yaml,line=13" in seen.stdout
    assert "pathType" in Path(runner["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    sarif = json.loads(Path(runner["RUNNER_TEMP"], "kubelens.sarif").read_text(encoding="utf-8"))
    assert {result["ruleId"] for result in sarif["runs"][0]["results"]} == {"path-type", "service-selects-nothing"}


def test_what_is_named_is_never_an_option_and_no_pattern_is_unfolded(runner: dict[str, str]) -> None:
    seen = run("Check", runner, PATHS="--config=/dev/zero", ARGS="--exclude *.yaml")
    assert seen.returncode == 3
    assert "--config=/dev/zero cannot be read" in seen.stdout


def test_the_plan_goes_to_the_summary_where_there_is_no_request(runner: dict[str, str]) -> None:
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*git, *words], cwd=runner["PWD"], check=True)
    cart = Path(runner["PWD"], "cart.yaml")
    cart.write_text(cart.read_text().replace("app: cart\n", "app: basket\n"))
    comment = str(ROOT / "ci" / "plan_comment.py")
    seen = run("Plan", runner, PLAN="main", FAIL_ON="refused", COMMENT=comment)
    assert seen.returncode == 1, seen.stderr
    assert "immutable" in Path(runner["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    assert run("Plan", runner, PLAN="no-such-revision", FAIL_ON="refused", COMMENT=comment).returncode == 2


def test_steps_use_no_input_but_by_way_of_the_environment() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
