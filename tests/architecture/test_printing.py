"""One module prints: what else calls a printing function goes past the look at what a manifest holds."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2] / "kubelens"
PRINTS = {"cli/printing.py", "cli/progress.py"}


def _calls(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_one_module_prints() -> None:
    printing = {"print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write", "sys.stdout.buffer.write"}
    found = {str(file.relative_to(ROOT)) for file in ROOT.rglob("*.py") if printing & _calls(file)}
    assert found == PRINTS
