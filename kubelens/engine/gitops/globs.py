"""Files that a pattern names, in the order in which tools take them (bmatcuk/doublestar, as Argo CD has it; Go's ``filepath.Glob``)."""

from __future__ import annotations

import re
from typing import Final

from kubelens.engine.sets.tree import Tree

_META: Final = "*?["


def is_glob(path: str) -> bool:
    """Whether a path is a pattern (argo-cd, ``isGlobPath``)."""
    return any(mark in path for mark in _META)


def files_of(pattern: str, tree: Tree) -> list[str]:
    """The files below the root that a pattern names: those of a folder by name, then those of the folders in it."""
    segments = pattern.split("/")
    first = next(number for number, one in enumerate(segments) if is_glob(one)) if is_glob(pattern) else len(segments)
    top = "/".join(segments[: min(first, len(segments) - 1)])
    matches = re.compile(_expression(segments)).fullmatch
    return sorted((path for path in tree.below(top) if matches(path)), key=_rank)


def _rank(path: str) -> list[tuple[int, str]]:
    *folders, name = path.split("/")
    return [*((1, one) for one in folders), (0, name)]


def _expression(segments: list[str]) -> str:
    """A regular expression of a pattern; a segment ``**`` stands for any number of folders."""
    found = ""
    for number, segment in enumerate(segments):
        last = number == len(segments) - 1
        if segment == "**":
            found += ".*" if last else "(?:.*/)?"
        else:
            found += _segment(segment) + ("" if last else "/")
    return found


def _segment(segment: str) -> str:
    found, at = "", 0
    while at < len(segment):
        mark = segment[at]
        end = segment.find("]", at + 2) if mark == "[" else -1
        if end > 0:
            inside = segment[at + 1 : end]
            negated = inside[:1] in ("^", "!")
            found += f"[{'^/' if negated else ''}{re.escape(inside[negated:]).replace(chr(92) + '-', '-')}]"
            at = end
        else:
            found += {"*": "[^/]*", "?": "[^/]"}.get(mark) or re.escape(mark)
        at += 1
    return found
