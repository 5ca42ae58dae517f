"""Regular expressions in selectors and paths: Go's syntax, for a whole field or a part of it."""

from __future__ import annotations

from kubelens.regexp.errors import RegexpError
from kubelens.regexp.regexp import Regexp
from kubelens.regexp.regexp import compile as compiled
from kubelens.render.kustomize.fault import BuildFault


def anchored(pattern: str) -> Regexp:
    """``anchorRegex``: the pattern for the whole of a text."""
    return unanchored(f"^(?:{pattern})$" if pattern else "")


def unanchored(pattern: str) -> Regexp:
    """The pattern as it is.

    Raises:
        BuildFault: it is none.
    """
    try:
        return compiled(str(pattern))
    except RegexpError as error:
        raise BuildFault(str(error)) from None
