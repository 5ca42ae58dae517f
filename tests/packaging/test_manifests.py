"""Manifests of krew, Homebrew, Scoop and winget, filled from the binaries of a release."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
BINARIES = tuple(
    f"kubelens-{name}" for name in ("linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64", "windows-amd64.exe")
)


def filled(dist: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "packaging" / "fill.py"), "1.2.3", str(dist)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    for name in BINARIES:
        (tmp_path / name).write_text(f"the binary {name}")
    (tmp_path / "kubelens-1.2.3-py3-none-any.whl").write_text("the wheel")
    return tmp_path


def test_every_manifest_names_the_files_by_their_digests(dist: Path) -> None:
    assert filled(dist).returncode == 0
    for platform in YAML(typ="safe").load((dist / "krew.yaml").read_text())["spec"]["platforms"]:
        archive = dist / platform["uri"].rpartition("/")[2]
        assert hashlib.sha256(archive.read_bytes()).hexdigest() == platform["sha256"]
        with tarfile.open(archive) as opened:
            (member,) = opened.getmembers()
        assert (member.name, member.mode) == (platform["bin"], 0o755)
    windows = hashlib.sha256((dist / "kubelens-windows-amd64.exe").read_bytes()).hexdigest()
    assert json.loads((dist / "scoop.json").read_text())["architecture"]["64bit"]["hash"] == windows
    (installer,) = YAML(typ="safe").load((dist / "winget.yaml").read_text())["Installers"]
    assert installer["InstallerSha256"] == windows
    formula = (dist / "kubelens.rb").read_text()
    for name in ("linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64"):
        assert hashlib.sha256((dist / f"kubelens-{name}").read_bytes()).hexdigest() in formula
    assert hashlib.sha256((ROOT / "packaging" / "kubelens.1").read_bytes()).hexdigest() in formula
    assert "$" not in formula.replace("$schema", "")


def test_checksums_are_of_every_file_and_the_same_again(dist: Path) -> None:
    assert filled(dist).returncode == 0
    first = (dist / "SHA256SUMS").read_text()
    told = dict(reversed(line.split("  ")) for line in first.splitlines())
    assert set(told) == {path.name for path in dist.iterdir()} - {"SHA256SUMS"}
    assert all(hashlib.sha256((dist / name).read_bytes()).hexdigest() == digest for name, digest in told.items())
    assert filled(dist).returncode == 0
    assert (dist / "SHA256SUMS").read_text() == first


def test_a_missing_binary_is_an_error(dist: Path) -> None:
    (dist / BINARIES[3]).unlink()
    seen = filled(dist)
    assert seen.returncode == 1
    assert "darwin_arm64" in seen.stderr
