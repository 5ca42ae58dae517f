"""Fetch what the playground of the documentation needs, and put it where its page looks for it.

    python tools/build_playground.py

Fills ``docs/playground/vendor`` with Pyodide (from npm, as ``packaging/playground/package-lock.json`` says), the wheels
that ``packaging/playground/wheels.txt`` names, and a wheel of this very kubelens; ``mkdocs build`` takes it from there.
Needs npm, pip and hatchling.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
WANTED: Final = ROOT / "packaging" / "playground"
VENDOR: Final = ROOT / "docs" / "playground" / "vendor"
FILES: Final = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip")


def main() -> int:
    """Exit code 0 where all of it is in place."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as place:
        lock = _python(Path(place))
        _wheels(lock)
    names = sorted(path.name for path in VENDOR.glob("*.whl"))
    (VENDOR / "wheels.json").write_text(json.dumps(names, indent=1), encoding="utf-8")
    size = sum(path.stat().st_size for path in VENDOR.rglob("*") if path.is_file())
    print(f"{VENDOR.relative_to(ROOT)}: {len(names)} wheels, {size / 1e6:.1f} MB")
    return 0


def _python(place: Path) -> dict[str, str]:
    """Python for browsers; gives what it says of itself (``python``, ``abi_version``)."""
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(WANTED / name, place / name)
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed")
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=place, check=True)
    target = VENDOR / "pyodide"
    target.mkdir()
    package = place / "node_modules" / "pyodide"
    for name in FILES:
        shutil.copyfile(package / name, target / name)
    info: dict[str, str] = json.loads((package / "pyodide-lock.json").read_text(encoding="utf-8"))["info"]
    return info


def _wheels(info: dict[str, str]) -> None:
    """Wheels for that Python, and one of what is checked out here."""
    release = ".".join(info["python"].split(".")[:2])
    pip = [sys.executable, "-m", "pip"]
    command = [*pip, "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(VENDOR)]
    command += ["--platform", f"pyemscripten_{info['abi_version']}_wasm32", "--implementation", "cp"]
    command += ["--python-version", release, "--abi", f"cp{release.replace('.', '')}"]
    subprocess.run([*command, "--require-hashes", "--requirement", str(WANTED / "wheels.txt")], check=True)
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(VENDOR)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
