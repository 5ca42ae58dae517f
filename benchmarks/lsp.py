"""How long an editor waits from a keystroke to the diagnostics, and how much memory the server takes.

    python benchmarks/lsp.py [FOLDER] [--strokes N]

The strokes go through the session behind the server (the pause before it starts, which waits for further typing, is
left out). What counts are ratios to a cold check of the same folder in the same process, and to the memory of
``kubelens check`` as a process of its own; not seconds.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

from kubelens_lsp.convert import UTF16, key_of
from kubelens_lsp.diagnostics import diagnostics_of
from kubelens_lsp.session import ROOT, Session

FOLDER = Path(__file__).parents[2] / "shared" / "manifests"
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def cold(folder: Path) -> tuple[Session, float]:
    """A new session that has read and checked everything, and how long that took."""
    session = Session(folders=[folder])
    session.configure()
    gc.collect()
    begin = time.perf_counter()
    session.index()
    for key in session.view.by_file:
        diagnostics_of(session.view, key, UTF16, related=True)
    return session, time.perf_counter() - begin


def stroke(session: Session, uri: str, text: str, version: int) -> tuple[float, float, int, int]:
    """One keystroke: seconds to this file's and to all diagnostics, files parsed, looks of rules."""
    parsed, checks = session.parsed_files, session.checks
    begin = time.perf_counter()
    session.opened(uri, text, version)
    first = session.preview([uri])
    diagnostics_of(first, key_of(uri), UTF16, related=True)
    here = time.perf_counter() - begin
    session.refresh()
    for key in session.view.by_file:
        diagnostics_of(session.view, key, UTF16, related=True)
    return here, time.perf_counter() - begin, session.parsed_files - parsed, session.checks - checks


def peak_of_check(folder: Path) -> int:
    """The most memory a check by the command line held, in kilobytes."""
    command = (sys.executable, "-m", "kubelens", "check", str(folder), "-o", "concise", "--isolated", "--no-cache")
    done = subprocess.run((sys.executable, "-c", PEAK, *command), capture_output=True, text=True, check=True)
    return int(done.stdout)


def peak_of_session(folder: Path) -> int:
    """The most memory a server held, in kilobytes, in a process of its own: everything read, then twenty strokes."""
    done = subprocess.run(
        (sys.executable, __file__, str(folder), "--strokes", "20", "--held"), capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def held(folder: Path, strokes: int) -> int:
    """What one session holds at most, in kilobytes, with the server's modules loaded."""
    import kubelens_lsp.server  # noqa: F401, PLC0415 - only for what it takes

    session, _ = cold(folder)
    type_in(session, strokes)
    # What getrusage says of a new process still counts the one it was forked from.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def type_in(session: Session, strokes: int) -> list[tuple[float, float, int, int]]:
    """Strokes in files and at places taken by chance: :func:`stroke` of each."""
    chance = random.Random(1)
    files = [f for f in session.view.snapshot.files.values() if f.manifests and f.source is not None]
    found: list[tuple[float, float, int, int]] = []
    for version in range(strokes):
        file = chance.choice(files)
        text = file.source.text if file.source is not None else ""
        spot = chance.randrange(len(text) + 1)
        found.append(
            stroke(session, (ROOT / file.uri).as_uri(), text[:spot] + chance.choice("ab1 ") + text[spot:], version)
        )
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default=FOLDER, type=Path)
    parser.add_argument("--strokes", type=int, default=100)
    parser.add_argument("--held", action="store_true", help="print only the memory one session takes, in kilobytes")
    options = parser.parse_args()
    if not options.folder.is_dir():
        sys.exit(f"{options.folder} is not there: name a folder of manifests")
    folder = options.folder.resolve()
    if options.held:
        print(held(folder, options.strokes))
        return
    cold(folder)
    runs = [cold(folder) for _ in range(3)]
    session, whole = runs[-1][0], statistics.median(seconds for _, seconds in runs)
    del runs
    found = type_in(session, options.strokes)
    print(
        f"{len(session.view.snapshot.files)} files, {len(session.view.snapshot.bundle)} objects, {options.strokes} strokes"
    )
    print(f"files parsed per stroke: {min(s[2] for s in found)} to {max(s[2] for s in found)}")
    print(f"looks of rules per stroke: median {statistics.median(s[3] for s in found):.0f}")
    for column, name in enumerate(("this file's diagnostics", "everybody's diagnostics")):
        times = sorted(s[column] / whole for s in found)
        print(
            f"stroke to {name}, against a cold check: median 1/{1 / statistics.median(times):.1f}, 95th 1/{1 / times[int(len(times) * 0.95)]:.1f}"
        )
    print(f"memory against kubelens check: {peak_of_session(folder) / peak_of_check(folder):.2f}")


if __name__ == "__main__":
    main()
