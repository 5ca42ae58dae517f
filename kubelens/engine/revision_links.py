"""Links of a revision: what lies behind them, as whoever reads the working tree finds it there."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from kubelens.engine.git import Repository
from kubelens.engine.loader import NEVER_ENTERED

LINK: Final = "120000"
SUBMODULE: Final = "160000"
_MOST_HOPS: Final = 10
_MOST_BEHIND: Final = 50_000
"""Files that folders are taken to hold by way of links."""


class Entry(Struct, frozen=True):
    """A file of a revision: ``name`` as seen from the top, ``size`` in bytes, None where git does not have it.

    ``target``: the file that it is, reached by a link; ``folder``: the link to a folder on the way to it.
    """

    mode: str
    blob: str
    size: int | None
    name: str
    target: str = ""
    folder: str = ""


def followed(repository: Repository, entries: Sequence[Entry]) -> list[Entry]:
    """The same entries; each link to a file, or a folder, of the revision as what it leads to.

    Links that lead out, nowhere or in a circle stay links. Of two links to one folder the first is followed, as in a walk
    through the working tree, in the order of which they come.
    """
    links = [one for one in entries if one.mode == LINK and one.size is not None]
    if not links:
        return list(entries)
    leads = dict(_targets(repository, links))
    there = {one.name: one for one in entries if one.mode not in (LINK, SUBMODULE)}
    names = sorted(there)
    found: dict[str, Entry] = {one.name: one for one in entries}
    entered: set[str] = set()
    for link in links:
        target = _end_of(link.name, leads)
        if (file := there.get(target)) is not None:
            found[link.name] = Entry(file.mode, file.blob, file.size, link.name, target)
        elif target and target not in entered and not f"{link.name}/".startswith(f"{target}/"):
            behind = [there[name] for name in _below(names, f"{target}/")]
            if behind and len(found) + len(behind) <= len(entries) + _MOST_BEHIND:
                entered.add(target)
                del found[link.name]
                for one in behind:
                    name = f"{link.name}{one.name.removeprefix(target)}"
                    found[name] = Entry(one.mode, one.blob, one.size, name, one.name, link.name)
    return sorted(found.values(), key=lambda one: one.name.split("/"))


def _targets(repository: Repository, links: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    answer = repository.ask("cat-file", "--batch", stdin="".join(f"{one.blob}\n" for one in links).encode())
    at = 0
    for link in links:
        end = answer.index(b"\n", at)
        told = answer[at:end].rsplit(b" ", 1)[1]
        at = end + 1
        if told.isdigit():
            yield link.name, _seen_from_top(link.name, answer[at : at + int(told)].decode("utf-8", "surrogateescape"))
            at += int(told) + 1


def _seen_from_top(link: str, text: str) -> str:
    """Where a link leads, ``""`` where that is outside of the repository or in what is never entered."""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(link), text))
    parts = target.split("/")
    return "" if target.startswith("/") or parts[0] in ("..", ".") or not NEVER_ENTERED.isdisjoint(parts) else target


def _end_of(name: str, leads: dict[str, str]) -> str:
    for _ in range(_MOST_HOPS):
        if name not in leads:
            return name
        name = leads[name]
    return ""


def _below(names: Sequence[str], folder: str) -> Iterator[str]:
    for index in range(bisect_left(names, folder), len(names)):
        if not names[index].startswith(folder):
            return
        yield names[index]
