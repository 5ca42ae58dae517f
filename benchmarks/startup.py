"""What one small file costs ``kubelens check``, in CPU seconds, beside the interpreter, click and kubeconform.

    python benchmarks/startup.py [FILE] [--pairs N] [--kubeconform PATH --schemas LOCATION] [--modules]

Fresh processes, run pair by pair: user and system time of the process, and the ratio of each pair. ``with bytecode``
has what an installer writes, ``without`` compiles every module again, as a clone that cannot be written to does.
``by the daemon`` is the caller's time alone; what the daemon and its copies took for each run is told below it.
"""

from __future__ import annotations

import argparse
import compileall
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: storefront
  labels:
    app.kubernetes.io/name: storefront
spec:
  replicas: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: storefront
  template:
    metadata:
      labels:
        app.kubernetes.io/name: storefront
    spec:
      securityContext:
        runAsNonRoot: true
      containers:
        - name: web
          image: registry.example.com/shop/storefront:5.0.1
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet:
              path: /ready
              port: http
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
          volumeMounts:
            - name: cache
              mountPath: /var/cache
      volumes:
        - name: cache
          emptyDir:
            sizeLimit: 1Gi
"""


def cpu(command: list[str], **environment: str) -> float:
    """User and system seconds of one process."""
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command, env=inherited | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def status(daemon: list[str], folder: str) -> float:
    """The CPU seconds that the daemon and its copies have taken, 0 where there is none yet."""
    environment = {**os.environ, "XDG_RUNTIME_DIR": folder}
    said = subprocess.run([*daemon, "status"], env=environment, capture_output=True, text=True, check=False).stdout
    found = re.search(r"([\d.]+) s of CPU", said)
    return float(found[1]) if found else 0.0


def started(daemon: list[str], check: list[str], folder: str) -> float:
    """Start the daemon; gives what its start took."""
    cpu(check, XDG_RUNTIME_DIR=folder)
    while not (taken := status(daemon, folder)):
        time.sleep(0.2)
    return taken


def main() -> None:
    """Print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--kubeconform", help="the program to compare with")
    parser.add_argument("--schemas", default="default", help="its -schema-location")
    parser.add_argument("--modules", action="store_true", help="count the modules that one run imports")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = options.file or Path(folder, "one.yaml")
        if options.file is None:
            file.write_text(MANIFEST)
        python = sys.executable
        check = [python, "-m", "kubelens", "check", "--isolated", "-o", "concise", str(file)]
        compileall.compile_dir(ROOT / "kubelens", quiet=1)
        nowhere = {"PYTHONPYCACHEPREFIX": str(Path(folder, "nowhere")), "PYTHONDONTWRITEBYTECODE": "1"}
        runs: dict[str, tuple[list[str], dict[str, str]]] = {
            "kubelens check, with bytecode": (check, {}),
            "kubelens check, without": (check, nowhere),
            "kubelens check, by the daemon": ([*check, "--daemon"], {"XDG_RUNTIME_DIR": folder}),
            "python -c pass": ([python, "-c", "pass"], {}),
            "python -c 'import click'": ([python, "-c", "import click"], {}),
        }
        if options.kubeconform:
            command = [options.kubeconform, "-strict", "-schema-location", options.schemas, str(file)]
            runs["kubeconform -strict"] = (command, {})
        os.chmod(folder, 0o700)
        daemon = [python, "-m", "kubelens", "daemon"]
        begun = started(daemon, [*check, "--daemon"], folder)
        spent: dict[str, list[float]] = {name: [] for name in runs}
        for number in range(options.pairs + 1):
            for name, (command, environment) in runs.items():
                seconds = cpu(command, **environment)
                if number:
                    spent[name].append(seconds)
        for name, all_runs in spent.items():
            print(f"{name}: median {statistics.median(all_runs) * 1000:.0f} ms CPU (least {min(all_runs) * 1000:.0f})")
        told = status(daemon, folder)
        each = 1000 * (told - begun) / (options.pairs + 1)
        print(f"the daemon itself, a run: {each:.0f} ms CPU")
        subprocess.run([*daemon, "stop"], env={**os.environ, "XDG_RUNTIME_DIR": folder}, check=False)
        for name in list(spent)[3:]:
            for kind in list(spent)[:3]:
                ratios = [one / max(other, 0.001) for one, other in zip(spent[kind], spent[name], strict=True)]
                print(
                    f"{kind} / {name}: median {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
                )
        if options.modules:
            code = (
                "import sys, atexit, os; sys.argv[:] = ['kubelens', *sys.argv[1:]]; import kubelens.cli.main as m; "
                "m._leave = sys.exit; "
                "atexit.register(lambda: print(sum(n.split('.')[0] == 'kubelens' for n in sys.modules), len(sys.modules), file=sys.stderr)); m.main()"
            )
            subprocess.run([python, "-c", code, *check[3:]], stdout=subprocess.DEVNULL, check=False)


if __name__ == "__main__":
    main()
