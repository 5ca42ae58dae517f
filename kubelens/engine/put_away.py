"""Folders of what is kept, but applied no more."""

from __future__ import annotations

from typing import Final

from kubelens.syntax.pattern import pattern

_PUT_AWAY: Final = pattern(
    r"(?i)(?:^|/)(?:[._-]*|[^/]+\.)(?:archived?|attic|deprecated|disabled|graveyard|old|retired|trash|unused|old[_-][^/]+)[._-]*/"
)
"""Folders of what is kept but applied no more: it names what was taken out of the cluster with it."""


def is_put_away(path: str) -> bool:
    """Whether a file lies where people keep what they apply no more."""
    return _PUT_AWAY.search(path) is not None
