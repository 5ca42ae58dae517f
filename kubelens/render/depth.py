"""Room for what lies far inside one another: values, templates and charts are worked through by recursion."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_FRAMES: Final = 30_000
"""Calls of Python inside one another that templates as deep as Helm allows may need."""


@contextmanager
def room() -> Iterator[None]:
    """While it lasts Python goes as deep as a render may need; what needs more raises ``RecursionError``."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
