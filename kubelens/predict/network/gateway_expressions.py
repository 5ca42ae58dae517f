"""Regular expressions of the Gateway API, whose dialect and anchors are each implementation's own matter.

``PathMatchRegularExpression``, ``HeaderMatchRegularExpression``: Envoy asks that the whole text matches, others look for the
expression anywhere.
"""

from __future__ import annotations

from msgspec import Struct

from kubelens import regexp


class Found(Struct, frozen=True):
    """Whether an expression fits, and where that is not the same in all implementations why, ``""`` where it is."""

    fits: bool
    doubt: str = ""


def fits_expression(pattern: str, text: str) -> Found:
    """Whether the whole text matches."""
    try:
        whole = regexp.compile(f"^(?:{pattern})$").search(text) is not None
        anywhere = whole or regexp.compile(pattern).search(text) is not None
    except regexp.RegexpError:
        return Found(False, f"the expression {pattern!r} cannot be read here: whether it matches is not known")
    if whole or not anywhere:
        return Found(whole)
    return Found(
        False,
        f"the expression {pattern!r} has to match all of {text!r}, as in Envoy: implementations that look for it anywhere "
        "find it there",
    )
