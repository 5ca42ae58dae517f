"""Patches that change, of objects that are not among the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from kubelens.plan.consequence import Consequence, kinds
from kubelens.plan.file_change import FileChange

_MOST_NAMED: Final = 5


def not_patched(files: Iterable[tuple[FileChange, Sequence[str]]]) -> Iterator[Consequence]:
    """One for each file, with the objects that it patches and that nothing here holds."""
    for file, objects in files:
        more = f" and {len(objects) - _MOST_NAMED} more" if len(objects) > _MOST_NAMED else ""
        them = f"{', '.join(objects[:_MOST_NAMED])}{more}"
        are = "is" if len(objects) == 1 else "are"
        text = f"patches {them}, which {are} not among the files: what its change comes to is not known"
        fields = [one.name for one in file.fields]
        rest = f" and {len(fields) - _MOST_NAMED} more" if len(fields) > _MOST_NAMED else ""
        notes = (f"what differs in it: {', '.join(fields[:_MOST_NAMED])}{rest}",) if fields else ()
        yield Consequence(kinds()["not-known"], file.name, text, None, notes)
