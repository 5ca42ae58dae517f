"""Files that change and that nothing here reads, though manifests may be made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from kubelens.plan.consequence import WHOLE_SET, Consequence, kinds
from kubelens.plan.file_change import FileChange

_MOST_APART: Final = 5
_TEMPLATE: Final = "a language of templates"


def not_read(files: Iterable[FileChange], language_of: Callable[[str], str]) -> Iterator[Consequence]:
    """One for each file that differs, of many one for each language; ``language_of``: what a file is written in by its name."""
    written: dict[str, list[str]] = {}
    for file in files:
        written.setdefault(language_of(file.name) or _TEMPLATE, []).append(file.name)
    for language, names in written.items():
        if len(names) <= _MOST_APART:
            for name in names:
                text = f"is written in {language}, which is not read: what its change comes to is not known"
                yield Consequence(kinds()["not-known"], name, text)
        else:
            shown = f"{', '.join(names[:_MOST_APART])} and {len(names) - _MOST_APART} more"
            text = f"{len(names)} files change that are written in {language}, which is not read: {shown}"
            yield Consequence(kinds()["not-known"], WHOLE_SET, text)
