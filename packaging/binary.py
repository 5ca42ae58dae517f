"""Build kubelens as one file that needs no Python, by PyInstaller, and try it on the example.

    python packaging/binary.py DIST

Makes ``DIST/kubelens-SYSTEM-MACHINE`` (with ``.exe`` on Windows). To be run where kubelens and PyInstaller are installed.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
MACHINES: Final = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def name() -> str:
    """``kubelens-linux-amd64``, in the words of krew and Homebrew."""
    machine = platform.machine().lower()
    suffix = ".exe" if sys.platform == "win32" else ""
    return f"kubelens-{platform.system().lower()}-{MACHINES.get(machine, machine)}{suffix}"


def main() -> int:
    """Exit code 0 where the file was built and finds what there is to find in the example."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("dist", type=Path)
    dist: Path = parser.parse_args().dist.resolve()
    with tempfile.TemporaryDirectory() as place:
        entry = Path(place, "entry.py")
        entry.write_text("from kubelens.cli.main import main\nmain()\n", encoding="utf-8")
        command = [sys.executable, "-m", "PyInstaller", "--onefile", "--noconfirm", "--log-level", "WARN"]
        command += ["--name", name().removesuffix(".exe"), "--distpath", str(dist)]
        command += ["--workpath", place, "--specpath", place]
        for package in ("kubelens", "kubelens_lsp"):
            command += ["--collect-submodules", package, "--collect-data", package]
        command += ["--collect-data", "tzdata", "--copy-metadata", "kubelens", str(entry)]
        subprocess.run(command, check=True)
    seen = subprocess.run(
        [str(dist / name()), "check", "--isolated", "-o", "concise", str(ROOT / "examples" / "shop")],
        capture_output=True,
        text=True,
        check=False,
    )
    print(seen.stdout, seen.stderr)
    return 0 if seen.returncode == 1 and "[path-type]" in seen.stdout else 1


if __name__ == "__main__":
    sys.exit(main())
