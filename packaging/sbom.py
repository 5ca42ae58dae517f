"""Write the software bill of materials (CycloneDX 1.6, JSON) of what an installation of the wheel brings.

    python packaging/sbom.py DIST

The wheel in DIST is installed into an environment of its own, and CycloneDX' own tool looks at that.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import venv
from pathlib import Path


def main() -> int:
    """Exit code 0, or that of the tool."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("dist", type=Path)
    dist: Path = parser.parse_args().dist
    (wheel,) = dist.glob("kubelens-*.whl")
    with tempfile.TemporaryDirectory() as place:
        builder = venv.EnvBuilder(with_pip=True)
        builder.create(place)
        python = builder.ensure_directories(place).env_exe
        subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True)
        subprocess.run([python, "-m", "pip", "uninstall", "--quiet", "--yes", "pip", "setuptools"], check=True)
        output = dist / f"{wheel.name.split('-py3')[0]}.cdx.json"
        command = ["cyclonedx_py", "environment", "--output-reproducible", "--spec-version", "1.6"]
        return subprocess.run(
            [sys.executable, "-m", *command, "--output-file", str(output), python], check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
