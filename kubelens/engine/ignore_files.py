"""``.gitignore`` files, and patterns written as in them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kubelens.engine.regular_files import read_regular
from kubelens.syntax.pattern import pattern

if TYPE_CHECKING:
    import re

    from pathspec import PathSpec

_HERE: Final = pattern(r"^(!?)\./")
_LARGEST: Final = 1024 * 1024
Ignores = tuple[tuple[str, "PathSpec[Any]"], ...]
"""Patterns with the folder that they count from."""


def patterns(lines: Iterable[str]) -> PathSpec[Any]:
    """Patterns as in a .gitignore; ``./`` before one, which shells' users write, says nothing."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - only where patterns are given

    return GitIgnoreSpec.from_lines(_HERE.sub(r"\1/", line) for line in lines)


def gitignore(folder: str) -> Iterator[tuple[str, PathSpec[Any]]]:
    """The patterns of a folder's ``.gitignore``; what git itself cannot use of it is left out."""
    path = os.path.join(folder, ".gitignore")
    try:
        lines = read_regular(path, _LARGEST).decode("utf-8", "replace").splitlines()
    except OSError:
        return
    try:
        yield folder, patterns(lines)
    except ValueError:
        yield folder, patterns([line for line in lines if is_pattern(line)])


def is_pattern(line: str) -> bool:
    """Whether a line is a pattern of ``.gitignore``, or nothing."""
    try:
        patterns([line])
    except ValueError:
        return False
    return True


def inherited_ignores(folder: Path) -> Ignores:
    """The .gitignore files above a folder, up to the root of its repository; of a folder that they leave out, all is."""
    absolute = Path(os.path.abspath(folder))
    if (absolute / ".git").exists():
        return ()
    chain: list[str] = []
    for parent in absolute.parents:
        chain.append(os.fspath(parent))
        if (parent / ".git").exists():
            rules = tuple(rule for above in reversed(chain) for rule in gitignore(above))
            inner = [absolute, *(p for p in absolute.parents if parent in p.parents)]
            if any(ignored(f"{one}/", rules) for one in inner):
                return (*rules, (os.fspath(absolute), patterns(["*"])))
            return rules
    return ()


def ignored(path: str, rules: Ignores) -> bool:
    """Whether patterns say that a path is left out; a folder ends with ``/``. The folders around it are asked before it.

    As git's ``last_matching_pattern`` has it, the file nearest to the path that has a pattern for it decides, of one file
    the last pattern, and ``!/apps`` takes the folder in alone, not what stands in it.
    """
    if not rules:
        return False
    absolute = os.path.abspath(path)
    is_folder = path.endswith("/")
    for base, spec in reversed(rules):
        relative = absolute[len(os.path.abspath(base)) :].lstrip("/")
        if not relative:
            continue
        for one in reversed(spec.patterns):
            if one.include is not None and _matches(one.regex, relative, is_folder=is_folder):
                return bool(one.include)
    return False


def _matches(regex: re.Pattern[str], relative: str, *, is_folder: bool) -> bool:
    """Whether a pattern is for a path itself: one that is for a folder around it has been asked there.

    The group ``ps_d`` of pathspec's expressions is the slash behind a folder that matches.
    """
    if "ps_d" not in regex.groupindex:
        return regex.search(relative) is not None
    text = f"{relative}/" if is_folder else relative
    return any(found.end("ps_d") in (-1, len(text)) for found in regex.finditer(text))
