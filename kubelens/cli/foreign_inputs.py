"""Findings in the test data of other programs, which nobody applies: what leaves them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Final

from kubelens.rules.api import Finding, Severity

_FOLDERS: Final = frozenset({"testdata", "test-data", "test_data", "fixtures", "__fixtures__"})
"""Folders of inputs for tests, by the customs of Go, Python and JavaScript."""
_WORTH_A_WORD: Final = 3


def told_of_test_data(findings: Iterable[Finding], named: Sequence[str]) -> str:
    """How many warnings and errors stand in such folders, and the ``--exclude`` for them; ``""`` for a few or none.

    Folders that the ``named`` paths lead into are asked for, and are not told.
    """
    asked = {part for path in named for part in PurePath(path).parts}
    serious = [finding.at.uri for finding in findings if finding.severity >= Severity.WARNING]
    found = Counter(
        folder for uri in serious for folder in PurePath(uri).parts[:-1] if folder in _FOLDERS and folder not in asked
    )
    within = sum(not (_FOLDERS - asked).isdisjoint(PurePath(uri).parts[:-1]) for uri in serious)
    if within < _WORTH_A_WORD:
        return ""
    words = " ".join(f"--exclude '{folder}/'" for folder in sorted(found))
    return f"{within} of {len(serious)} errors and warnings stand in test data of other programs: {words} leaves it out"
