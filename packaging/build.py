"""Build wheel and sdist twice from clean copies, and keep them where both builds are the same byte for byte.

    python packaging/build.py DIST

``SOURCE_DATE_EPOCH`` is taken from the environment, else from the last commit, else it is the first of January 1980.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
ZIP_EPOCH: Final = "315532800"


def main() -> int:
    """Exit code 0 where both builds agree, else 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("dist", type=Path)
    dist: Path = parser.parse_args().dist
    with tempfile.TemporaryDirectory() as place:
        first, second = (built(Path(place, name)) for name in ("one", "two-with-a-longer-name"))
        differing = sorted(name for name in first.keys() | second.keys() if digest(first, name) != digest(second, name))
        for name in differing:
            print(f"{name} is not the same in both builds", file=sys.stderr)
        if differing:
            return 1
        dist.mkdir(parents=True, exist_ok=True)
        for name, path in sorted(first.items()):
            shutil.copyfile(path, dist / name)
            print(f"{digest(first, name)}  {name}")
    return 0


def built(place: Path) -> dict[str, Path]:
    """The path of each artefact by its name, built below ``place`` from a copy of the files that git knows."""
    sources = place / "sources"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (sources / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, sources / name)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch()}
    command = [sys.executable, "-m", "build", "--outdir", str(place / "dist"), str(sources)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    return {path.name: path for path in (place / "dist").iterdir() if path.is_file()}


def digest(artefacts: dict[str, Path], name: str) -> str | None:
    """SHA-256 in hexadecimal; None where the build did not make it."""
    return hashlib.sha256(artefacts[name].read_bytes()).hexdigest() if name in artefacts else None


def epoch() -> str:
    """Seconds since 1970, as text."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return given
    command = ["git", "log", "-1", "--format=%ct"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip() or ZIP_EPOCH


if __name__ == "__main__":
    sys.exit(main())
