"""Files that change and that nothing here reads, though manifests may be made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kubelens.plan.consequence import Consequence, kinds
from kubelens.plan.file_change import FileChange


def not_read(files: Iterable[FileChange], language_of: Callable[[str], str]) -> Iterator[Consequence]:
    """One for each file that differs; ``language_of``: what it is written in."""
    for file in files:
        text = f"is written in {language_of(file.name)}, which is not read: what its change comes to is not known"
        yield Consequence(kinds()["not-known"], file.name, text)
