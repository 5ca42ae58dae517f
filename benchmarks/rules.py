"""What all rules cost beside the schema family, which judges every object as the API server would.

    python -m benchmarks.rules [FOLDER] [--runs 9]

Prints the ratio of the processor time of ``kubelens check --profile strict`` to that of ``--select schema``, pair by
pair in fresh processes, as median and least. Both print one line a finding: excerpts cost the same whatever rule told.
"""

from __future__ import annotations

import argparse
import compileall
import resource
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parents[1] / "kubelens"
MANIFESTS: Final = Path(__file__).parents[2] / "shared" / "manifests"


def processor_time(folder: Path, *arguments: str) -> float:
    """Seconds of processor time of one run, start-up and output included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [
        sys.executable,
        "-m",
        "kubelens",
        "check",
        str(folder),
        "--isolated",
        "--no-cache",
        "-o",
        "concise",
        *arguments,
    ]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=MANIFESTS)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    compileall.compile_dir(PACKAGE, quiet=1)
    ratios = [
        processor_time(options.folder, "--profile", "strict") / processor_time(options.folder, "--select", "schema")
        for _ in range(options.runs)
    ]
    print(f"strict to schema alone: {statistics.median(ratios):.2f} (least {min(ratios):.2f})")


if __name__ == "__main__":
    main()
