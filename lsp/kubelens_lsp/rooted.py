"""A configuration whose patterns mean the same seen from the root of the file system.

The command line names files from the folder it runs in; an editor's folders may lie anywhere.
"""

from __future__ import annotations

import re
from glob import escape

from msgspec.structs import replace

from kubelens.engine.config import Config


def rooted(config: Config, base: str) -> Config:
    """The configuration of a folder (``base``, without the leading slash)."""
    overrides = tuple(
        replace(one, paths=tuple(f"{escape(base)}/{path.removeprefix('./')}" for path in one.paths))
        for one in config.overrides
    )
    return replace(config, overrides=overrides, exclude=tuple(_below(line, base) for line in config.exclude))


def _below(pattern: str, base: str) -> str:
    """A pattern as in .gitignore: those with a slash before their end hold from the folder of the file on."""
    taken = pattern.removeprefix("!")
    if "/" not in taken.rstrip("/") or pattern.startswith("#"):
        return pattern
    literal = re.sub(r"([\\*?\[\]!# ])", r"\\\1", base)
    return f"{'!' if taken != pattern else ''}/{literal}/{taken.removeprefix('./').lstrip('/')}"
