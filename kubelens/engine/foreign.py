"""Whether what a rule of a plugin finds can be shown at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kubelens.rules.api import Finding
from kubelens.syntax.place import Place


def look_through(found: Iterable[Finding], files: Collection[str]) -> None:
    """Raise TypeError for what is no finding, or none about one of ``files``."""
    for one in found:
        if not isinstance(one, Finding):
            raise TypeError(f"{one!r} is no finding")
        if not isinstance(one.message, str) or not isinstance(one.at, Place):
            raise TypeError(f"a finding's message is text and 'at' is a place: {one.message!r}, {one.at!r}")
        if one.at.uri not in files:
            raise TypeError(f"a finding is about a file that is not looked at: {one.at.uri!r}")
