"""The CPU time of a cold ``kubelens check``, as a ratio to a process that only loads the same files with CSafeLoader.

    python benchmarks/check.py [FOLDER] [--pairs N] [--kubeconform PATH --schemas LOCATION] [--profile]

Both are fresh processes, run pair by pair; the ratio of each pair counts, not seconds. The bytecode of kubelens is
written first, as an installer does for a package: PyYAML's is there, and an editable clone's may not be.
"""

from __future__ import annotations

import argparse
import compileall
import resource
import statistics
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "kubelens"
FOLDER = Path(__file__).parents[2] / "shared" / "manifests"
LOADER = """
import sys, yaml
from pathlib import Path
for path in sorted(p for p in Path(sys.argv[1]).rglob("*") if p.suffix in (".yaml", ".yml", ".json") and p.is_file()):
    try:
        list(yaml.load_all(path.read_bytes(), Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, UnicodeDecodeError):
        pass
"""


def seconds(*command: str) -> float:
    """The CPU time, user and system, of one process and those it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratios(one: tuple[str, ...], other: tuple[str, ...], pairs: int) -> list[float]:
    """The ratio of two commands, pair by pair, after one run of each to warm the file cache."""
    seconds(*one), seconds(*other)
    return [seconds(*one) / seconds(*other) for _ in range(pairs)]


def shown(name: str, found: list[float]) -> str:
    """Median and spread."""
    return (
        f"{name}: median {statistics.median(found):.2f} (from {min(found):.2f} to {max(found):.2f}, {len(found)} pairs)"
    )


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default=FOLDER, type=Path)
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--kubeconform", help="also compare with this program")
    parser.add_argument("--schemas", default="default", help="its -schema-location")
    parser.add_argument("--profile", action="store_true", help="say where the time of one run goes")
    options = parser.parse_args()
    if not options.folder.is_dir():
        sys.exit(f"{options.folder} is not there: name a folder of manifests")
    compileall.compile_dir(PACKAGE, quiet=1)
    python = sys.executable
    check = (
        python,
        "-m",
        "kubelens",
        "check",
        str(options.folder),
        "--select",
        "ALL",
        "-o",
        "concise",
        "--isolated",
        "--no-cache",
    )
    load = (python, "-c", LOADER, str(options.folder))
    print(shown("check, all rules, against CSafeLoader", ratios(check, load, options.pairs)))
    default = (python, "-m", "kubelens", "check", str(options.folder), "-o", "concise", "--isolated", "--no-cache")
    print(shown("check, default rules, against CSafeLoader", ratios(default, load, options.pairs)))
    if options.kubeconform:
        peer = (
            options.kubeconform,
            "-ignore-missing-schemas",
            "-schema-location",
            options.schemas,
            str(options.folder),
        )
        print(shown("check, default rules, against kubeconform", ratios(default, peer, options.pairs)))
    version = (python, "-m", "kubelens", "--version")
    print(shown("--version against 'import click'", ratios(version, (python, "-c", "import click"), options.pairs)))
    if options.profile:
        code = f"import sys; sys.argv = {list(check[3:])!r}; sys.argv.insert(0, 'kubelens'); from kubelens.cli.main import main; main()"
        subprocess.run([python, "-X", "importtime", "-c", "import kubelens.cli.check"], check=False)
        subprocess.run([python, "-m", "cProfile", "-s", "tottime", "-c", code], stdout=subprocess.DEVNULL, check=False)


if __name__ == "__main__":
    main()
