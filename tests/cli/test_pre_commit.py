"""The hook for pre-commit: all files answer references, findings are about the named ones."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  level: info\n"
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: web:1
      env:
        - name: LEVEL
          valueFrom:
            configMapKeyRef:
              name: settings
              key: levle
"""


def test_hook_reports_on_the_named_file_by_what_another_file_says(tmp_path: Path) -> None:
    pytest.importorskip("pre_commit", reason="pre-commit is in the extra 'test'")
    if shutil.which("git") is None:
        pytest.skip("git is not on PATH")
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entry = next(line for line in hooks.splitlines() if "entry:" in line).partition("entry: kubelens ")[2]
    (tmp_path / ".pre-commit-config.yaml").write_text(
        "repos:\n  - repo: local\n    hooks:\n      - id: kubelens\n        name: kubelens\n"
        f"        entry: '{sys.executable} -m kubelens {entry}'\n"
        "        language: system\n        types_or: [yaml, json]\n        require_serial: true\n"
    )
    (tmp_path / "settings.yaml").write_text(SETTINGS.format(name="settings"))
    (tmp_path / "pod.yaml").write_text(POD)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "lsp")]),
        "PRE_COMMIT_HOME": str(tmp_path / ".git" / "cache"),
    }
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    command = [sys.executable, "-m", "pre_commit", "run", "kubelens", "--files", "pod.yaml"]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "key-missing" in run.stdout
    assert "pod.yaml:14" in run.stdout
