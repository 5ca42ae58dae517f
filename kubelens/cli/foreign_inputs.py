"""Findings in the test data of other programs, which nobody applies: left out, and counted once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from msgspec.structs import replace

from kubelens.engine.run import Outcome

_FOLDERS: Final = frozenset({"testdata", "test-data", "test_data", "fixtures", "__fixtures__"})
"""Folders of inputs for tests, by the customs of Go, Python and JavaScript."""
_NAMED: Final = 3
"""As many folders are named as fit on a line."""


def without_test_data(outcome: Outcome, named: Sequence[str]) -> tuple[Outcome, str]:
    """The outcome without what was found in such folders, and what is said of that; ``""`` where nothing was.

    What lies there is read and judged, as sets may take it in; what is found in it is of no use to those who ask about
    the whole repository. Folders that the ``named`` paths lead into are asked for, and all of them is told.
    """
    asked = {part for path in named for part in PurePath(path).parts}
    foreign = _FOLDERS - asked
    within = [_folder_of(one.at.uri, foreign) for one in outcome.findings]
    kept = tuple(one for one, folder in zip(outcome.findings, within, strict=True) if not folder)
    folders = sorted(set(filter(None, within)))
    if not folders:
        return outcome, ""
    words = ", ".join(folders[:_NAMED]) + (f" and {len(folders) - _NAMED} more" if len(folders) > _NAMED else "")
    left_out = len(outcome.findings) - len(kept)
    count = f"{left_out} findings in test data are" if left_out > 1 else "1 finding in test data is"
    advice = f"kubelens check {folders[0]} tells them, --exclude '{PurePath(folders[0]).name}/' leaves the files out"
    return replace(outcome, findings=kept), f"{count} not told, as nobody applies it ({words}): {advice}"


def _folder_of(uri: str, foreign: frozenset[str]) -> str:
    """The path of the outermost folder of test data that a file lies in, ``""`` where it lies in none."""
    parts = PurePath(uri).parts[:-1]
    for depth, part in enumerate(parts):
        if part in foreign:
            return "/".join(parts[: depth + 1])
    return ""
