"""Waiting for files to change, by looking at them: works on every system and over every file system."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from time import sleep
from typing import Final, NoReturn

from kubelens.cli.input_choices import InputChoices
from kubelens.cli.printing import complain, write_raw
from kubelens.engine.config import ConfigError
from kubelens.engine.inputs import Wanted
from kubelens.engine.loader import MANIFEST_SUFFIXES, NEVER_ENTERED

_PAUSE: Final = 0.5
_MOST: Final = 20_000
"""Files that are looked at; a larger tree is looked at in part."""
_SUFFIXES: Final = (
    *MANIFEST_SUFFIXES,
    ".conf",
    ".env",
    ".gotmpl",
    ".lock",
    ".properties",
    ".toml",
    ".tpl",
    ".txt",
)
"""What manifests, charts, kustomizations and settings are made of."""
_CLEARED: Final = "\x1b[H\x1b[2J\x1b[3J"
"""Empties a terminal, and what was scrolled out of it."""


def at_each_change(run: Callable[[], object], paths: Sequence[str], written: Collection[str]) -> NoReturn:
    """Run something whenever a file below some paths changes, until Ctrl-C; on a terminal each answer stands alone.

    A configuration that cannot be used is told, and waited for to be mended. ``written``: files that each run writes.
    """
    for _ in changes(paths, beside=written):
        if sys.stdout.isatty():
            write_raw(_CLEARED)
        try:
            run()
        except ConfigError as error:
            complain(str(error))
        gc.collect()  # nobody else does, in a command that goes on
        complain("waiting for a change (Ctrl-C ends)")
    raise AssertionError("changes do not end")


def watched(wanted: Wanted, inputs: InputChoices) -> list[str]:
    """The paths whose changes may change the answer of a check."""
    whole = ["."] if wanted.whole or wanted.changed is not None else []
    settings = [inputs.config_file] if inputs.config_file else ["kubelens.toml", ".kubelens.toml", "pyproject.toml"]
    return [*whole, *wanted.paths, *inputs.crds, *inputs.running, *settings]


def changes(
    paths: Sequence[str], wait: Callable[[float], None] = sleep, *, beside: Collection[str] = ()
) -> Iterator[None]:
    """Once at the start, and then each time that a file below some paths comes, changes or goes. Does not end of itself.

    ``beside``: files that are not looked at, such as the reports that each run writes.
    """
    apart = frozenset(map(os.path.abspath, beside))
    seen: dict[str, tuple[int, int]] | None = None
    while True:
        now = dict(_files(paths, apart))
        if now != seen:
            seen = now
            yield
        else:
            wait(_PAUSE)


def _files(paths: Sequence[str], apart: frozenset[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    left = _MOST
    for path in map(os.path.abspath, paths):
        for file in _below(path) if os.path.isdir(path) else (path,):
            left -= 1
            if left < 0:
                return
            try:
                status = os.stat(file)
            except OSError:
                continue
            if file not in apart:
                yield file, (status.st_mtime_ns, status.st_size)


def _below(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in NEVER_ENTERED)
        for name in sorted(names):
            if name.endswith(_SUFFIXES):
                yield str(Path(place, name))
