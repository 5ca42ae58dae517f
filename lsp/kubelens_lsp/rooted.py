"""Configurations whose patterns mean the same seen from the root of the file system, and several of them as one.

The command line names files from the folder it runs in; an editor's folders may lie anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from glob import escape
from pathlib import Path

from msgspec.structs import replace

from kubelens.engine.config import Config, Override


def rooted(config: Config, base: str) -> Config:
    """The configuration of a folder (``base``, without the leading slash)."""
    overrides = tuple(
        replace(one, paths=tuple(f"{escape(base)}/{path.removeprefix('./')}" for path in one.paths))
        for one in config.overrides
    )
    return replace(config, overrides=overrides, exclude=tuple(_below(line, base) for line in config.exclude))


def joined(first: Config, folder: str, other: Config, base: Path, chosen: Iterable[str]) -> Config:
    """A configuration that holds for one more folder with a configuration of its own; both are rooted.

    ``chosen`` are the rules the other one asks for. Rules and their severities, exclusions, definitions and what lives
    elsewhere are taken from it for its folder; a release, a namespace or options of rules are those of the first.
    """
    its_own = Override((f"{escape(folder)}/*",), select=tuple(chosen), severity=other.severity)
    return replace(
        first,
        overrides=(*first.overrides, its_own, *other.overrides),
        exclude=(*first.exclude, *other.exclude),
        crds=(*first.crds, *(str(base / text) for text in other.crds)),
        assume_exists=(*first.assume_exists, *other.assume_exists),
    )


def _below(pattern: str, base: str) -> str:
    """A pattern as in .gitignore, which holds from the folder of its file on."""
    taken = pattern.removeprefix("!").removeprefix("./")
    if not taken.strip() or pattern.startswith("#"):
        return pattern
    literal = re.sub(r"([\\*?\[\]!# ])", r"\\\1", base)
    depth = "" if "/" in taken.rstrip("/") else "**/"
    return f"{'!' if pattern.startswith('!') else ''}/{literal}/{depth}{taken.lstrip('/')}"
