"""Files that change and that nothing here reads, though manifests may be made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from kubelens.plan.change import Action
from kubelens.plan.consequence import WHOLE_SET, Consequence, kinds
from kubelens.plan.file_change import FileChange

_MOST_APART: Final = 5
_CHANGED: Final = ("its change comes to", "change")
_WORDS: Final = {Action.ADD: ("it brings", "come"), Action.REMOVE: ("goes with it", "go")}
_TEMPLATE: Final = "a language of templates"


def not_read(files: Iterable[FileChange], language_of: Callable[[str], str]) -> Iterator[Consequence]:
    """One for each file that differs, of many one for each language; ``language_of``: what a file is written in by its name."""
    written: dict[tuple[str, Action], list[str]] = {}
    for file in files:
        written.setdefault((language_of(file.name) or _TEMPLATE, file.action), []).append(file.name)
    for (language, action), names in written.items():
        one, many = _WORDS.get(action, _CHANGED)
        if len(names) <= _MOST_APART:
            for name in names:
                text = f"is written in {language}, which is not read: what {one} is not known"
                yield Consequence(kinds()["not-known"], name, text)
        else:
            shown = f"{', '.join(names[:_MOST_APART])} and {len(names) - _MOST_APART} more"
            text = f"{len(names)} files {many} that are written in {language}, which is not read: {shown}"
            yield Consequence(kinds()["not-known"], WHOLE_SET, text)
