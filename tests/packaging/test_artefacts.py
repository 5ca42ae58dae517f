"""The artefacts of a release, built and tried (``KUBELENS_TEST_RELEASE=1``: minutes, and packages from PyPI)."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
SHOP = ROOT / "examples" / "shop"

pytestmark = pytest.mark.skipif("KUBELENS_TEST_RELEASE" not in os.environ, reason="KUBELENS_TEST_RELEASE is not set")


def needs(module: str) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.fail(f"KUBELENS_TEST_RELEASE is set, and {module} is not installed")


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheel and sdist; :file:`build.py` keeps them only where two builds are the same."""
    needs("build")
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, str(PACKAGING / "build.py"), str(folder)], check=True, timeout=900)
    return folder


def test_two_builds_are_the_same(dist: Path) -> None:
    assert sorted(path.suffix for path in dist.iterdir()) == [".gz", ".whl"]


def test_the_bill_of_materials_lists_what_the_wheel_brings(dist: Path) -> None:
    needs("cyclonedx_py")
    subprocess.run([sys.executable, str(PACKAGING / "sbom.py"), str(dist)], check=True, timeout=600)
    (file,) = dist.glob("*.cdx.json")
    told = json.loads(file.read_text(encoding="utf-8"))
    assert {"kubelens", "click", "msgspec", "pygls"} <= {one["name"] for one in told["components"]}
    assert not {"pip", "pytest", "numpy"} & {one["name"] for one in told["components"]}


def test_the_image_runs_without_its_engine(dist: Path, tmp_path: Path) -> None:
    """What the Dockerfile's two stages do: everything in one folder, and an interpreter that has nothing else."""
    (wheel,) = dist.glob("*.whl")
    place = tmp_path / "opt"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-cache-dir", "--compile", "--target", str(place)]
    subprocess.run([*command, str(wheel)], check=True, timeout=300)
    entry = [sys.executable, "-S", "-m", "kubelens", "check", "-o", "concise", "."]
    environment = {"PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1", "PATH": ""}
    seen = subprocess.run(entry, cwd=SHOP, env=environment, capture_output=True, text=True, check=False)
    assert (seen.returncode, seen.stderr) == (1, "")
    assert "[path-type]" in seen.stdout


def test_one_file_answers_without_python(tmp_path: Path) -> None:
    needs("PyInstaller")
    subprocess.run([sys.executable, str(PACKAGING / "binary.py"), str(tmp_path)], check=True, timeout=1200)
    (binary,) = tmp_path.iterdir()
    for words, code, told in (
        (["predict", "--help"], 0, "rollout"),
        (["predict", "schedule", str(SHOP)], 0, "3 Pods on 3 nodes: all fit"),
        (["explain", "path-type"], 0, "path-type"),
        (["check", "--jobs", "2", "-o", "sarif", str(ROOT / "examples")], 1, '"path-type"'),
        (["check", "-o", "html", str(SHOP)], 1, "</html>"),
    ):
        seen = subprocess.run([str(binary), *words], capture_output=True, text=True, check=False, env={"PATH": ""})
        assert (seen.returncode, told in seen.stdout) == (code, True), seen.stderr
