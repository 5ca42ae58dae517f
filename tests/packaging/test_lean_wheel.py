"""The wheel's inner modules have no docstrings; their lines stand where they stood."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

pytest.importorskip("hatchling")
ROOT = Path(__file__).parents[2]
WRITTEN = '''"""Of the module."""


class Desk:
    """Of the class,

    on lines.
    """


def open_(text: str) -> str:
    """Of the function."""
    return f"""{text}"""


DRAWERS = 2
"""Of a constant."""
'''


def test_lines_stay_and_docstrings_go() -> None:
    spec = importlib.util.spec_from_file_location("lean_wheel", ROOT / "packaging" / "lean_wheel.py")
    assert spec is not None and spec.loader is not None
    lean = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(lean)
    found = lean.without_docstrings(WRITTEN)
    assert "Of " not in found
    assert found.count("\n") == WRITTEN.count("\n")
    assert [(n, line) for n, line in enumerate(found.split("\n"), 1) if line] == [
        (4, "class Desk:"),
        (5, "    pass"),
        (11, "def open_(text: str) -> str:"),
        (13, '    return f"""{text}"""'),
        (16, "DRAWERS = 2"),
    ]
