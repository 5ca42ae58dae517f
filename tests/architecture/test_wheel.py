"""The wheel: two packages, typed, small, without tests."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_wheel_holds_two_packages_and_little_data(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling builds the wheel; it is in the extra 'dev'")
    pytest.importorskip("hatch_fancy_pypi_readme", reason="rewrites the links of the README; it is in the extra 'dev'")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        files = archive.infolist()
        (metadata,) = [archive.read(f).decode() for f in files if f.filename.endswith(".dist-info/METADATA")]
    names = [f.filename for f in files]
    assert {n.split("/")[0] for n in names if ".dist-info/" not in n and ".data/" not in n} == {
        "kubelens",
        "kubelens_lsp",
    }
    assert "kubelens/py.typed" in names
    assert not [n for n in names if "tests/" in n or "/test_" in n]
    sizes = {f.filename: f.compress_size for f in files if f.filename.startswith("kubelens/kube/data/")}
    assert sizes["kubelens/kube/data/catalog.zip"] <= 800_000
    assert sum(sizes.values()) < 1_500_000
    assert [n for n in names if ".data/" in n] == ["kubelens-0.1.0.data/data/share/man/man1/kubelens.1"]
    assert any(name.endswith("/licenses/NOTICE") for name in names)
    relative = re.findall(r"\]\((?!https?:|#)[^)]*\)", metadata)
    assert not relative, "what is relative in the repository is dead on PyPI"
    assert "](https://github.com/kubelens/kubelens/blob/main/SECURITY.md)" in metadata
