"""The worked example of a plugin, installed for real."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: cart\n"


def test_installed_plugin_adds_its_rule(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling builds the plugin; it is in the extra 'dev'")
    pytest.importorskip("pip", reason="pip installs the plugin")
    site = tmp_path / "site"
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "-q"]
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        *options,
        "--target",
        str(site),
        str(ROOT / "examples" / "plugin"),
    ]
    subprocess.run(install, check=True, capture_output=True)
    manifest = tmp_path / "cart.yaml"
    manifest.write_text(DEPLOYMENT)
    paths = [str(ROOT), str(ROOT / "lsp"), str(site)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "COLUMNS": "200"}

    def kubelens(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kubelens", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    found = kubelens("check", "--select", "acme-team-label", "--output", "concise", "cart.yaml")
    assert found.returncode == 1, found.stdout + found.stderr
    assert "cart.yaml:4:" in found.stdout
    assert "[acme-team-label]" in found.stdout
    (line,) = [line for line in kubelens("rules").stdout.splitlines() if "acme-team-label" in line]
    assert "(kubelens-acme)" in line
