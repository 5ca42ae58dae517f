"""What a set takes from elsewhere, where the change asks for something else of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.plan.consequence import WHOLE_SET, Consequence, kinds

_MOST_APART: Final = 5


def not_there(before: Sequence[str], after: Sequence[str]) -> Iterator[Consequence]:
    """One where a set does without something else than before; both: what a side does without, as sentences."""
    new = [one for one in dict.fromkeys(after) if one not in before]
    if not new:
        return
    gone = [one for one in dict.fromkeys(before) if one not in after]
    text = f"what is not among the files is another, and what it comes to is not known: {_listed(new)}"
    notes = (f"before the change: {_listed(gone)}",) if gone else ()
    yield Consequence(kinds()["not-known"], WHOLE_SET, text, None, notes)


def _listed(sentences: Sequence[str]) -> str:
    more = f"; and {len(sentences) - _MOST_APART} more" if len(sentences) > _MOST_APART else ""
    return f"{'; '.join(sentences[:_MOST_APART])}{more}"
