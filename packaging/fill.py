"""Fill the manifests of krew, Homebrew, Scoop and winget from the binaries of a release, and write SHA256SUMS.

    python packaging/fill.py VERSION DIST

DIST holds what ``build.py`` and ``binary.py`` made. A platform whose binary is missing is an error: a manifest with a
wrong digest installs nowhere.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import shutil
import sys
import tarfile
from pathlib import Path
from string import Template
from typing import Final

HERE: Final = Path(__file__).resolve().parent
TEMPLATES: Final = HERE / "templates"
MAN_PAGE: Final = HERE / "kubelens.1"
DOWNLOADS: Final = "https://github.com/kubelens/kubelens/releases/download/v{version}"


def digest(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def packed(binary: Path) -> Path:
    """``binary.tar.gz`` beside it, as krew wants it, the same bytes each time."""
    target = binary.with_name(binary.name + ".tar.gz")
    content = binary.read_bytes()
    entry = tarfile.TarInfo(binary.name)
    entry.size, entry.mode = len(content), 0o755
    unpacked = io.BytesIO()
    with tarfile.open(mode="w", fileobj=unpacked) as archive:
        archive.addfile(entry, io.BytesIO(content))
    target.write_bytes(gzip.compress(unpacked.getvalue(), mtime=0))
    return target


def values(version: str, dist: Path) -> dict[str, str]:
    """What the templates ask for: ``version``, ``downloads``, and ``sha256_OS_MACHINE`` with ``_tar`` for the archives, the man page."""
    found = {"version": version, "downloads": DOWNLOADS.format(version=version), "sha256_man_page": digest(MAN_PAGE)}
    for binary in sorted(dist.glob("kubelens-*-*")):
        if binary.suffix in (".gz", ".whl", ".json") or not binary.is_file():
            continue
        key = binary.name.removeprefix("kubelens-").replace("-", "_").replace(".", "_")
        found[f"sha256_{key}"] = digest(binary)
        found[f"sha256_{key}_tar"] = digest(packed(binary))
    return found


def main() -> int:
    """Exit code 0, or 1 where a binary is missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("version")
    parser.add_argument("dist", type=Path)
    given = parser.parse_args()
    known = values(given.version, given.dist)
    shutil.copyfile(MAN_PAGE, given.dist / MAN_PAGE.name)
    for template in sorted(TEMPLATES.iterdir()):
        try:
            text = Template(template.read_text(encoding="utf-8")).substitute(known)
        except KeyError as missing:
            print(f"{template.name} asks for {missing}, and its binary is not in {given.dist}", file=sys.stderr)
            return 1
        (given.dist / template.name).write_text(text, encoding="utf-8")
    files = sorted(path for path in given.dist.iterdir() if path.is_file() and path.name != "SHA256SUMS")
    sums = "".join(f"{digest(path)}  {path.name}\n" for path in files)
    (given.dist / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
