"""The VS Code extension compiles and packages."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

EXTENSION = Path(__file__).parents[2] / "lsp" / "editors" / "vscode"
NPM = shutil.which("npm")


def run(*words: str, timeout: float = 300) -> None:
    done = subprocess.run(words, cwd=EXTENSION, capture_output=True, text=True, timeout=timeout, check=False)  # noqa: S603
    assert done.returncode == 0, f"{' '.join(words)}:\n{done.stdout}{done.stderr}"


def test_compiles_and_packages(tmp_path: Path) -> None:
    if NPM is None:
        pytest.skip("npm is not installed")
    if not (EXTENSION / "node_modules").is_dir():
        if not os.environ.get("KUBELENS_TEST_VSCODE"):
            pytest.skip("lsp/editors/vscode/node_modules is absent; KUBELENS_TEST_VSCODE=1 lets npm fetch it")
        run(NPM, "ci", "--no-audit", "--no-fund")
    run(NPM, "run", "check")
    run(NPM, "run", "package", "--", "--out", str(tmp_path / "kubelens.vsix"))
    with zipfile.ZipFile(tmp_path / "kubelens.vsix") as package:
        names = set(package.namelist())
    assert {"extension/package.json", "extension/out/extension.js", "extension/LICENSE.txt"} <= names
    assert not [name for name in names if "node_modules" in name or name.endswith(".ts")]


def test_manifest_and_code_name_the_same_commands_and_settings() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text())
    code = (EXTENSION / "src" / "extension.ts").read_text()
    declared = {command["command"] for command in manifest["contributes"]["commands"]}
    assert declared == set(re.findall(r'registerCommand\("([\w.]+)"', code))
    settings = set(manifest["contributes"]["configuration"]["properties"])
    assert {f"kubelens.{name}" for name in re.findall(r'settings\.get<[^>]+>\("(\w+)"', code)} <= settings
    assert "kubelens.trace.server" in settings
