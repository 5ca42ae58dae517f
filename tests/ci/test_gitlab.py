"""The jobs for GitLab: what their inputs come to, and what their script writes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
HEAD, JOBS = YAML(typ="safe").load_all(ROOT.joinpath("ci", "gitlab.yml").read_text(encoding="utf-8"))


def filled(value: str, **inputs: str) -> str:
    known = {name: str(one.get("default", "")) for name, one in HEAD["spec"]["inputs"].items()} | inputs
    for name, text in known.items():
        value = value.replace(f"$[[ inputs.{name} ]]", text)
    assert "$[[" not in value, "an input that is not declared"
    return value


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    return [text for one in value for text in texts(one)] if isinstance(value, list) else [str(value)]


def test_every_input_that_a_job_asks_for_is_declared() -> None:
    for text in texts(JOBS):
        filled(text)
    used = {name for name in HEAD["spec"]["inputs"] if any(f"inputs.{name} " in text for text in texts(JOBS))}
    assert used == set(HEAD["spec"]["inputs"])


@pytest.mark.skipif(shutil.which("bash") is None, reason="runners have bash")
@pytest.mark.parametrize(("args", "code"), [("", 1), ("--fail-on never", 0)])
def test_the_check_writes_the_report_that_the_job_keeps(tmp_path: Path, args: str, code: int) -> None:
    job = JOBS["kubelens"]
    shutil.copytree(ROOT / "examples" / "shop", tmp_path / "shop")
    variables = {name: filled(text, paths="shop", args=args) for name, text in job["variables"].items()}
    variables |= {"KUBELENS_CACHE_DIR": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", "-e", "-c", job["script"][-1]]
    seen = subprocess.run(
        command, cwd=tmp_path, env={**variables, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert (seen.returncode, seen.stderr) == (code, "")
    report = json.loads((tmp_path / job["artifacts"]["reports"]["codequality"]).read_text(encoding="utf-8"))
    assert {one["check_name"] for one in report} == {"path-type", "service-selects-nothing"}
