"""The VS Code extension compiles and packages."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.conftest import ENVIRONMENT

EXTENSION = Path(__file__).parents[2] / "lsp" / "editors" / "vscode"
NPM = shutil.which("npm")
NODE = shutil.which("node")


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
    steps = json.loads((EXTENSION / "package.json").read_text())["contributes"]["walkthroughs"][0]["steps"]
    assert {f"extension/{step['media']['markdown']}" for step in steps} <= names
    assert not [name for name in names if "node_modules" in name or name.endswith(".ts")]


def run_outside(folder: Path, programs: Path, **settings: str) -> dict[str, Any]:
    """What the extension did when it was activated for a folder, with only ``programs`` to find some in."""
    assert NODE is not None
    environment = {**os.environ, **ENVIRONMENT, "PATH": f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin"}
    given = json.dumps({"test.name": "café", **{f"kubelens.{k}": v for k, v in settings.items()}})
    command = [NODE, "test/run.cjs", "out/extension.js", str(folder), given]
    done = subprocess.run(  # noqa: S603
        command, cwd=EXTENSION, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def program(file: Path, *, skip: int = 0) -> Path:
    """A program that starts the server of this tree and notes that it did."""
    file.parent.mkdir(parents=True, exist_ok=True)
    shift = f"shift {skip}\n" if skip else ""
    file.write_text(f'#!/bin/sh\necho "$0 $@" >> "{file}.ran"\n{shift}exec "{sys.executable}" -m kubelens "$@"\n')
    file.chmod(0o755)
    return file


def ran(file: Path) -> bool:
    return file.with_name(f"{file.name}.ran").exists()


def test_it_runs_and_finds_the_program(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    if NODE is None or not (EXTENSION / "node_modules").is_dir():
        pytest.skip("node or lsp/editors/vscode/node_modules is absent")
    run(NPM or "npm", "run", "build")
    home = tmp_path_factory.mktemp("home")
    uvx = program(home / "bin" / "uvx", skip=1)
    seen = run_outside(folder, uvx.parent)
    assert ran(uvx)
    assert not seen["messages"]
    assert [(p["sort"], p["title"]) for p in seen["panels"]] == [
        ("kubelens.topology", "Topology"),
        ("kubelens.rollout", "Rollout of Deployment/café"),
        ("kubelens.text", "Rule unknown-field"),
    ]
    assert all("<svg" in p["html"] for p in seen["panels"][:2])
    assert "café" in seen["panels"][0]["html"]
    uvx.with_name("uvx.ran").unlink()
    on_path = program(home / "bin" / "kubelens")
    run_outside(folder, uvx.parent)
    assert ran(on_path)
    assert not ran(uvx)
    on_path.with_name("kubelens.ran").unlink()
    local = program(folder / ".venv" / "bin" / "kubelens")
    run_outside(folder, uvx.parent)
    assert ran(local)
    assert not ran(on_path)
    local.with_name("kubelens.ran").unlink()
    chosen = program(home / "chosen")
    run_outside(folder, uvx.parent, path=str(chosen))
    assert ran(chosen)
    assert not ran(local)


def test_a_program_that_is_not_there_is_said(folder: Path) -> None:
    if NODE is None or not (EXTENSION / "out" / "extension.js").is_file():
        pytest.skip("node is absent or the extension is not built")
    seen = run_outside(folder, folder, path=str(folder / "nowhere"))
    (message,) = [m for m in seen["messages"] if "did not start" in m]
    assert "uv tool install kubelens" in message


def test_manifest_and_code_name_the_same_commands_and_settings() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text())
    code = (EXTENSION / "src" / "extension.ts").read_text()
    declared = {command["command"] for command in manifest["contributes"]["commands"]}
    assert declared == set(re.findall(r'registerCommand\("([\w.]+)"', code))
    settings = set(manifest["contributes"]["configuration"]["properties"])
    assert {f"kubelens.{name}" for name in re.findall(r'settings\.get<[^>]+>\("(\w+)"', code)} <= settings
    assert "kubelens.trace.server" in settings
