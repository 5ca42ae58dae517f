"""Files that are reached by a link as well: one file that is read under two names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from kubelens.engine.loader import Loaded, display_name


def without_second_names(loaded: Sequence[Loaded], real: Callable[[str], str]) -> list[Loaded]:
    """The texts without those that another is too, under the name that no link is part of; ``real`` gives that of a text."""
    names = {one.uri for one in loaded}
    return [one for one in loaded if (name := real(one.uri)) == one.uri or name not in names]


def real_names_here() -> Callable[[str], str]:
    """What a file that lies there is called without links, by what reports call it."""
    folders: dict[str, str] = {}

    def name_of(uri: str) -> str:
        folder, name = os.path.split(uri)
        if folder not in folders:
            folders[folder] = os.path.realpath(folder)
        whole = os.path.join(folders[folder], name)
        if os.path.islink(whole):
            whole = os.path.realpath(whole)
        elif folders[folder] == os.path.abspath(folder):
            return uri
        return display_name(Path(whole), Path.cwd())

    return name_of


def real_names(links: Iterable[tuple[str, str]]) -> Callable[[str], str]:
    """The same by what each file is, pair by pair."""
    known: Mapping[str, str] = dict(links)
    return lambda uri: known.get(uri, uri)
