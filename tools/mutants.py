"""Mutation sampling: how many small faults in kubelens do the tests that reach them find?

    python -m pytest --cov=kubelens --cov-context=test --cov-report= tests/kube tests/predict ...
    python -m tools.mutants --of 200 --seed 1

Faults are drawn evenly over all function bodies of the packages, and the tests that reach a fault's line (the coverage file
knows) are run, the shortest names first: in a fork of one process with all tests, then, where none of them finds it, in a
copy of the tree from the start. Prints a table by package, and each survivor.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import Final

import pytest
from coverage import CoverageData
from msgspec import Struct

from tools.mutants_in_forks import Fault, Forks

_ROOT: Final = Path(__file__).resolve().parent.parent
_PACKAGES: Final = ("predict", "rules", "engine", "kube", "syntax", "cel")
_SECONDS: Final = 180
_MUCH_AT_ONCE: Final = ("tests/agreement", "tests/fuzz", "tests/growth", "tests/world")
"""Tests that are run last."""
_NOT_FOUND: Final = 4
"""What pytest ends with where a name leads to no test, or its module cannot be imported."""
_OTHER: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


class Mutant(Struct, frozen=True):
    """One small fault: ``new`` in place of the text from ``start`` to ``end`` (offsets of bytes) of a file."""

    file: Path
    line: int
    lines: range
    """Those of the statement's head; the tests that reach one of them reach the fault."""
    start: int
    end: int
    old: str
    new: str

    def __str__(self) -> str:
        was, now = (" ".join(text.split())[:70] for text in (self.old, self.new))
        return f"{self.file}:{self.line}: {was}  ->  {now}"

    def text(self) -> bytes:
        """The file with the fault in it."""
        data = (_ROOT / self.file).read_bytes()
        return data[: self.start] + self.new.encode() + data[self.end :]


def mutants_of(file: Path) -> Iterator[Mutant]:
    """Every fault that can be put into the function bodies of a file; the path is below the root."""
    data = (_ROOT / file).read_bytes()
    begins = [0]
    for line in data.splitlines(keepends=True):
        begins.append(begins[-1] + len(line))
    for function in ast.walk(ast.parse(data)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for statement in _statements(function.body):
            head = _head(statement)
            for node, new in _faults(statement, head):
                start = begins[node.lineno - 1] + node.col_offset
                end = begins[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
                last = max((n.end_lineno or n.lineno for n in head), default=statement.lineno)
                lines = range(statement.lineno, last + 1)
                yield Mutant(file, node.lineno, lines, start, end, data[start:end].decode(), new)


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        yield statement
        for block in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, block, ()))
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            yield from _statements(part.body)


def _head(statement: ast.stmt) -> list[ast.expr]:
    """The expressions of a statement itself, none of the blocks below it."""
    found = []
    for name, value in ast.iter_fields(statement):
        if name == "annotation":
            continue
        found += [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, ast.expr)]
    return found


def _faults(statement: ast.stmt, head: Sequence[ast.expr]) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return
    if isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign | ast.Continue | ast.Break):
        yield statement, "pass"
    says_nothing = isinstance(statement, ast.Return) and isinstance(statement.value, ast.Constant | None)
    if isinstance(statement, ast.Return) and not says_nothing:
        yield statement, "return None"
    if isinstance(statement, ast.If | ast.While):
        yield statement.test, f"(not ({ast.unparse(statement.test)}))"
    for expression in head:
        for node in _nodes(expression):
            yield from _within(node)


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """A node and those below it, but nothing inside an f-string, where the parser gives no true places."""
    yield node
    if not isinstance(node, ast.JoinedStr):
        for below in ast.iter_child_nodes(node):
            yield from _nodes(below)


def _within(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in _OTHER:
            yield node, _changed(node, ops=[_OTHER[type(op)]()])
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in _OTHER and not _joins_text(node):
            yield node, _changed(node, op=_OTHER[type(op)]())
        case ast.IfExp(test=test):
            yield test, f"(not ({ast.unparse(test)}))"
        case ast.comprehension(ifs=[first, *_]):
            yield first, "True"
        case ast.Constant(value=bool(value)):
            yield node, str(not value)
        case ast.Constant(value=int(value)):
            yield node, str(value + 1)


def _joins_text(node: ast.expr) -> bool:
    """Whether an operator stands between texts, for which there is no other."""
    texts = (n for n in ast.walk(node) if isinstance(n, ast.JoinedStr | ast.Constant))
    return isinstance(node, ast.BinOp) and any(isinstance(n, ast.JoinedStr) or isinstance(n.value, str) for n in texts)


def _changed(node: ast.expr, **fields: object) -> str:
    return f"({ast.unparse(type(node)(**{**dict(ast.iter_fields(node)), **fields}))})"


class Copies:
    """Copies of the tree, one for each test process at a time."""

    def __init__(self, place: Path, number: int) -> None:
        tracked = subprocess.run(["git", "ls-files", "-z"], cwd=_ROOT, capture_output=True, check=True).stdout
        self._free: Queue[Path] = Queue()
        for index in range(number):
            copy = place / str(index)
            for name in filter(None, tracked.decode().split("\0")):
                if (_ROOT / name).is_file():
                    (copy / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(_ROOT / name, copy / name)
            if (shared := _ROOT.parent / "shared").exists() and not (place / "shared").exists():
                (place / "shared").symlink_to(shared)
            compileall.compile_dir(copy, quiet=2)
            self._free.put(copy)

    def is_killed(self, mutant: Mutant, tests: Sequence[str]) -> bool:
        """Whether one of the tests fails, or none of them ends, with the fault in the tree."""
        copy = self._free.get()
        try:
            (copy / mutant.file).write_bytes(mutant.text())
            for compiled in (copy / mutant.file).parent.glob(f"__pycache__/{mutant.file.stem}.*"):
                compiled.unlink()
            if (code := _run(copy, tests)) == _NOT_FOUND:  # some names of parameters are none for the command line
                code = _run(copy, list(dict.fromkeys(test.partition("[")[0] for test in tests)))
            return code != 0
        except subprocess.TimeoutExpired:
            return True
        finally:
            shutil.copy2(_ROOT / mutant.file, copy / mutant.file)
            self._free.put(copy)


def _run(copy: Path, tests: Sequence[str]) -> int:
    """What pytest ends with, in a copy of the tree."""
    (copy / "tests.txt").write_text("\n".join(tests), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "@tests.txt"],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": f"{copy}:{copy / 'lsp'}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    ).returncode


def _tests_of(mutant: Mutant, data: CoverageData, most: int) -> list[str]:
    """The tests that reach a fault, the shortest names first."""
    by_line = data.contexts_by_lineno(str(_ROOT / mutant.file))
    reaching = {context.partition("|")[0] for line in mutant.lines for context in by_line.get(line, ()) if context}
    return sorted(reaching, key=lambda test: (test.startswith(_MUCH_AT_ONCE), len(test), test))[:most]


def _killed_in_forks(drawn: Sequence[Mutant], chosen: Sequence[Sequence[str]]) -> dict[int, bool | None]:
    """Of the faults by number that a test reaches: whether one is found in a fork; see :mod:`mutants_in_forks`."""
    reached = [number for number, tests in enumerate(chosen) if tests]
    files = sorted({test.partition("::")[0] for tests in chosen for test in tests})
    found: dict[int, bool | None] = {}
    out = os.dup(sys.stdout.fileno())

    def told(number: int, killed: bool | None) -> None:
        found[reached[number]] = killed
        os.write(out, b"?" if killed is None else b"." if killed else b"S")

    faults = [
        Fault(drawn[n].file, drawn[n].line, (_ROOT / drawn[n].file).read_bytes(), drawn[n].text(), chosen[n])
        for n in reached
    ]
    if faults:
        pytest.main(["-q", "-p", "no:cacheprovider", *files], plugins=[Forks(_ROOT, faults, told)])
        os.write(out, b"\n")
    return found


def main() -> int:
    """Draw, run, print. Ends with 1 where fewer than ``--least`` of the reached faults are found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", type=int, default=100, help="how many faults")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--packages", default=",".join(_PACKAGES))
    parser.add_argument("--coverage", default=".coverage")
    parser.add_argument("--most-tests", type=int, default=104)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--least", type=float, default=0.0)
    told = parser.parse_args()
    data = CoverageData(told.coverage)
    data.read()
    files = [
        file.relative_to(_ROOT)
        for package in told.packages.split(",")
        for file in sorted((_ROOT / "kubelens" / package).rglob("*.py"))
    ]
    every = [mutant for file in files for mutant in mutants_of(file)]
    drawn = random.Random(told.seed).sample(every, min(told.of, len(every)))
    counts: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(told.jobs) as pool:
        copies = Copies(Path(place), told.jobs)

        chosen = [_tests_of(mutant, data, told.most_tests) for mutant in drawn]
        killed = _killed_in_forks(drawn, chosen)

        def fate(number: int) -> str:
            if not chosen[number]:
                return "not reached"
            found = killed.get(number) or copies.is_killed(drawn[number], chosen[number])
            return "killed" if found else "survived"

        for mutant, how in zip(drawn, pool.map(fate, range(len(drawn))), strict=True):
            counts[mutant.file.parts[1], how] += 1
            if how != "killed":
                print(f"{how}: {mutant}", flush=True)
    return 0 if _shown(counts) >= told.least else 1


def _shown(counts: Counter[tuple[str, str]]) -> float:
    """Print the table; the share of the reached faults that were found."""
    packages = sorted({package for package, _ in counts})
    rows = {package: [counts[package, how] for how in ("killed", "survived", "not reached")] for package in packages}
    rows["all"] = [sum(column) for column in zip(*rows.values(), strict=True)]
    share = 1.0
    print(f"\n{'package':<10}{'faults':>8}{'killed':>8}{'survived':>10}{'not reached':>13}{'of reached':>12}")
    for package, (killed, survived, unreached) in rows.items():
        share = killed / (killed + survived) if killed + survived else 1.0
        faults = killed + survived + unreached
        print(f"{package:<10}{faults:>8}{killed:>8}{survived:>10}{unreached:>13}{share:>12.1%}")
    return share


if __name__ == "__main__":
    sys.exit(main())
