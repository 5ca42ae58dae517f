"""What a second ``kubelens check`` costs, as a ratio to the first: nothing changed, one file changed. CPU, not seconds.

    python benchmarks/cache.py [FOLDER] [--files N] [--rounds N] [--jobs N] [--memory]

Each round begins with an empty cache and a copy of the folder (or N made-up files): the first run, the second, one after
a change of one file, and one with ``--no-cache``. ``--memory``: also the most memory of one process, by object.
"""

from __future__ import annotations

import argparse
import compileall
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from msgspec import Struct

PACKAGE = Path(__file__).parents[1] / "kubelens"
FOLDER = Path(__file__).parents[2] / "shared" / "manifests"
CHECK = (sys.executable, "-P", "-m", "kubelens", "check", "--isolated", "-o", "concise")
KINDS = {
    "web": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{n}\n  namespace: team-{t}\nspec:\n  replicas: 2\n"
        "  selector:\n    matchLabels:\n      app: app-{n}\n  template:\n    metadata:\n      labels:\n"
        "        app: app-{n}\n    spec:\n      containers:\n        - name: web\n          image: registry.example/app:{n}\n"
        "          ports:\n            - name: http\n              containerPort: 8080\n          envFrom:\n"
        "            - configMapRef:\n                name: app-{n}\n          resources:\n            requests:\n"
        "              cpu: 100m\n              memory: 128Mi\n"
    ),
    "service": (
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: app-{n}\n  namespace: team-{t}\nspec:\n  selector:\n"
        "    app: app-{n}\n  ports:\n    - port: 80\n      targetPort: http\n"
    ),
    "settings": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app-{n}\n  namespace: team-{t}\ndata:\n  level: info\n",
    "budget": (
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: app-{n}\n  namespace: team-{t}\nspec:\n"
        "  minAvailable: 1\n  selector:\n    matchLabels:\n      app: app-{n}\n"
    ),
}


class Cost(Struct):
    """CPU seconds of a command with the processes it started, and the most memory that one of them held, in KiB."""

    cpu: float
    memory: int


def cost(folder: Path, cache: Path, *more: str) -> Cost:
    """What one run costs."""
    environment = {**os.environ, "KUBELENS_CACHE_DIR": str(cache), "PYTHONPATH": str(PACKAGE.parent)}
    process = subprocess.Popen(
        [*CHECK, *more, "."], cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss)


def made_up(folder: Path, files: int) -> None:
    """Applications of four files each in five namespaces."""
    for number in range(files):
        kind = list(KINDS)[number % len(KINDS)]
        path = folder / f"team-{number // 4 % 5}" / f"{kind}-{number // 4}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = KINDS[kind].replace("{n}", str(number // 4)).replace("{t}", str(number // 4 % 5))
        path.write_text(text, encoding="utf-8")


def shown(name: str, ratios: list[float]) -> str:
    """Median and spread."""
    spread = f"from {min(ratios):.3f} to {max(ratios):.3f}"
    return f"{name}: median {statistics.median(ratios):.3f} ({spread}, {len(ratios)} rounds)"


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default=FOLDER, type=Path)
    parser.add_argument("--files", type=int, help="made-up files in place of a folder")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--memory", action="store_true")
    told = parser.parse_args()
    compileall.compile_dir(PACKAGE, quiet=2)
    jobs = ("--jobs", str(told.jobs)) if told.jobs else ()
    with tempfile.TemporaryDirectory() as above:
        folder, cache = Path(above) / "tree", Path(above) / "cache"
        if told.files:
            made_up(folder, told.files)
        else:
            shutil.copytree(told.folder, folder)
        files = sorted(path for path in folder.rglob("*.yaml") if path.is_file())
        cost(folder, cache, *jobs, "--no-cache")
        again: list[float] = []
        changed: list[float] = []
        keeping: list[float] = []
        for number in range(told.rounds):
            shutil.rmtree(cache, ignore_errors=True)
            without = cost(folder, cache, *jobs, "--no-cache")
            first = cost(folder, cache, *jobs)
            again.append(cost(folder, cache, *jobs).cpu / first.cpu)
            one = files[len(files) * (2 * number + 1) // (2 * told.rounds)]
            before = one.read_bytes()
            one.write_bytes(before.replace(b"replicas: 2", b"replicas: 3") + b"\n# changed\n")
            changed.append(cost(folder, cache, *jobs).cpu / first.cpu)
            one.write_bytes(before)
            keeping.append(first.cpu / without.cpu)
        print(shown("nothing changed / first", again))
        print(shown("one file changed / first", changed))
        print(shown("first, which keeps what it finds / without a cache", keeping))
        if told.memory:
            most = cost(folder, cache, "--jobs", "1", "--no-cache").memory
            floor = cost(files[0].parent, cache, "--jobs", "1", "--no-cache", "--exclude", "*").memory
            objects = sum(
                path.read_bytes().count(b"\nkind:") + path.read_bytes().startswith(b"kind:") for path in files
            )
            print(
                f"memory: {most // 1024} MiB; {(most - floor) / max(1, objects):.1f} KiB an object over a run of none"
            )


if __name__ == "__main__":
    main()
