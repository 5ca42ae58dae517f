"""Without NumPy the scheduler decides the same: operation by operation, recording by recording, command by command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelens.predict.scheduler import plain_columns as plain

np = pytest.importorskip("numpy")
ROOT = Path(__file__).parents[3]
BLOCKED = "import sys; sys.modules['numpy'] = None; "

numbers = st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 9), st.booleans()), min_size=1, max_size=12)

OPERATIONS: dict[str, Callable[[Any, Any, Any, Any], Any]] = {
    "sum of columns": lambda m, a, b, c: a + b,
    "difference": lambda m, a, b, c: a - b,
    "with numbers": lambda m, a, b, c: 3 * (100 - 100 * a // 7) + 2,
    "by place": lambda m, a, b, c: a // b,
    "quotient": lambda m, a, b, c: (100 * (a / b)).astype(m.int64),
    "rounded": lambda m, a, b, c: (a * 0.3 + 0.5).astype(m.int64),
    "both": lambda m, a, b, c: (a > 3) & (b <= 4) & c,
    "neither": lambda m, a, b, c: ~c & (a < b) & (a >= -9),
    "same": lambda m, a, b, c: a == a.max(),
    "some": lambda m, a, b, c: a[c],
    "others": lambda m, a, b, c: a[m.flatnonzero(~c)],
    "domains": lambda m, a, b, c: m.zeros(10, m.int64)[b] + b,
    "chosen": lambda m, a, b, c: m.where(c, a, -1),
    "chosen number": lambda m, a, b, c: m.where(c & (a > 0), a * 0.5, 0.0),
    "bounds": lambda m, a, b, c: m.minimum(m.maximum(a, 1) / b, 1.0),
    "without sign": lambda m, a, b, c: m.absolute(a - b),
    "once": lambda m, a, b, c: m.unique(a),
    "how often": lambda m, a, b, c: m.bincount(b, minlength=12),
    "together": lambda m, a, b, c: m.bincount(b[c], weights=a[c], minlength=10).astype(m.int64),
    "where": lambda m, a, b, c: m.flatnonzero(c),
    "range": lambda m, a, b, c: m.arange(len(a)),
    "full": lambda m, a, b, c: m.full(len(a), 100, m.int64) + m.ones(len(a), m.int64) + m.zeros_like(a),
    "unpacked": lambda m, a, b, c: m.unpackbits(m.packbits(c), count=len(c)),
}
FIGURES: dict[str, Callable[[Any, Any, Any, Any], Any]] = {
    "sum": lambda m, a, b, c: int(a.sum()),
    "least": lambda m, a, b, c: (int(a.min()), int(a.argmin())),
    "greatest": lambda m, a, b, c: (int(a.max()), int(m.argmax(a)), int(m.argmax(c))),
    "any": lambda m, a, b, c: (bool(c.any()), bool(c.all()), bool(a.any())),
    "count": lambda m, a, b, c: (int(m.count_nonzero(c)), int(m.count_nonzero(a)), len(a)),
    "bytes": lambda m, a, b, c: c.tobytes(),
    "packed": lambda m, a, b, c: bytes(m.packbits(c)),
}


def columns(module: Any, rows: list[tuple[int, int, bool]]) -> tuple[Any, Any, Any]:
    a, b, c = zip(*rows, strict=True)
    return module.array(a, module.int64), module.array(b, module.int64), module.array(c, module.bool_)


@pytest.mark.parametrize("name", OPERATIONS)
@given(rows=numbers)
def test_an_operation_is_numpys(name: str, rows: list[tuple[int, int, bool]]) -> None:
    ours = OPERATIONS[name](plain, *columns(plain, rows)).tolist()
    theirs = OPERATIONS[name](np, *columns(np, rows)).tolist()
    assert ours == theirs
    assert [type(value) for value in ours] == [type(value) for value in theirs] or "how often" in name


@pytest.mark.parametrize("name", FIGURES)
@given(rows=numbers)
def test_a_figure_is_numpys(name: str, rows: list[tuple[int, int, bool]]) -> None:
    assert FIGURES[name](plain, *columns(plain, rows)) == FIGURES[name](np, *columns(np, rows))


@given(rows=numbers)
def test_changes_in_place_are_numpys(rows: list[tuple[int, int, bool]]) -> None:
    seen = []
    for module in (plain, np):
        a, b, c = columns(module, rows)
        same, copy = a, a.copy()
        a += b
        a[-1] = 7
        a[c] = 0
        c &= a > 3
        a[0] += 2
        seen.append((same.tolist(), copy.tolist(), c.tolist()))
    assert seen[0] == seen[1]


def test_recordings_are_decided_the_same_without_numpy() -> None:
    tests = "tests/predict/scheduler/test_arrays.py"
    code = f"{BLOCKED}import pytest; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', {tests!r}]))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert " skipped" not in done.stdout


MANIFESTS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec:
  replicas: 120
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: HOW, labelSelector: {matchLabels: {app: NAME}}}
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - {weight: 50, podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: NAME}}}}
      containers:
        - {name: web, image: registry.example.com/web:1.2.3, resources: {requests: {cpu: 300m, memory: 256Mi}}}
"""


def test_a_command_says_the_same_without_numpy(tmp_path: Path) -> None:
    texts = [
        MANIFESTS.replace("NAME", n).replace("HOW", h) for n, h in (("a", "DoNotSchedule"), ("b", "ScheduleAnyway"))
    ]
    (tmp_path / "pods.yaml").write_text("---\n".join(texts))
    said = []
    words = [
        "predict",
        "schedule",
        str(tmp_path),
        "--nodes",
        "90x4cpu,8Gi",
        "--nodes",
        "60x2cpu,4Gi",
        "--zones",
        "a,b,c",
    ]
    for begin in ("import sys; ", BLOCKED):
        code = f"{begin}from kubelens.cli.main import main; main({[*words, '--format', 'json']!r})"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        said.append((done.returncode, done.stdout, done.stderr))
    assert said[0] == said[1]
    assert said[0][1].count('"pod"') >= 240 or len(said[0][1]) > 10_000


def test_many_nodes_without_numpy_are_told(tmp_path: Path) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'a:1'}]}\n"
    (tmp_path / "pod.yaml").write_text(pod)
    code = f"{BLOCKED}from kubelens.cli.main import main; main(['predict', 'schedule', {str(tmp_path)!r}, '--nodes', '600x4cpu,8Gi'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ)
    assert "kubelens[schedule]" in done.stderr
