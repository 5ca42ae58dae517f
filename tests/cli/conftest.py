"""Running the command line as a user does: a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Kubelens = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def kubelens(tmp_path: Path) -> Kubelens:
    """``kubelens(*arguments, stdin="", env={}, cwd=None)`` in an empty folder, or another."""

    def call(
        *arguments: str, stdin: str | bytes = "", env: dict[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        environment = {
            k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "GITHUB_STEP_SUMMARY")
        }
        environment |= {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'lsp'}", **(env or {})}
        done = subprocess.run(
            [sys.executable, "-m", "kubelens", *arguments],
            input=data,
            capture_output=True,
            cwd=cwd or tmp_path,
            env=environment,
            timeout=300,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        )

    return call
