"""Other programs are run from three places: git with everything off that a repository could name, renderers, kubectl get.

A fourth starts kubelens itself again, for tasks that get a process of their own.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNS_PROGRAMS = {
    "kubelens/engine/children.py",
    "kubelens/engine/cluster_snapshot.py",
    "kubelens/engine/git.py",
    "kubelens/engine/renderers.py",
}


def _imports(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return plain | {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def test_programs_are_run_where_a_reader_looks_for_it() -> None:
    files = [*(ROOT / "kubelens").rglob("*.py"), *(ROOT / "lsp" / "kubelens_lsp").rglob("*.py")]
    runners = {str(file.relative_to(ROOT)) for file in files if {"subprocess", "pty"} & _imports(file)}
    assert runners <= RUNS_PROGRAMS
