"""How a prediction ends: one table of exit codes for all ``predict`` commands (docs/reference/exit-codes.md)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NoReturn

import click

NO: Final = 1
"""The answer is no, or the API server refuses what the command tells of."""
UNREAD: Final = 3
"""Some input could not be read: the answer may lack it."""
_META: Final = "kubelens.unread"


def note_unread() -> None:
    """Remember that some input of the command could not be read."""
    if (context := click.get_current_context(silent=True)) is not None:
        context.meta[_META] = True


def end(*, no: bool, refused: Collection[object] = ()) -> NoReturn:
    """End the command: unread input first, then a no.

    ``refused``: what an overview of everything opens with. A question about one thing gives none: there the refusals of
    other objects are told and decide nothing, and what is asked about being refused is a ``no``.
    """
    context = click.get_current_context(silent=True)
    if context is not None and context.meta.get(_META):
        raise SystemExit(UNREAD)
    raise SystemExit(NO if no or refused else 0)
