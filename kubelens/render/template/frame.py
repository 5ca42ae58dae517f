"""What a template sees while it is executed: ``$``, dot, its variables, and where its text goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from kubelens.render.origin import Origin, Piece

if TYPE_CHECKING:
    from kubelens.render.template.space import Space

ROOT: Final = 0
"""The place of ``$`` among the values."""
ROOT_ORIGINS: Final = 1
"""The place of where ``$`` was written."""
FIRST_VARIABLE: Final = 2


class Frame:
    """One execution of a template.

    ``values``: ``$`` and the variables, each followed by where it was written if it is a number or a truth value: a
    tuple of origins, or None. ``write`` takes the next text of the output, ``story`` its piece, ``stories`` its pieces.
    """

    __slots__ = ("space", "stories", "story", "values", "write")

    def __init__(
        self,
        values: list[object],
        space: Space,
        write: Callable[[str], None],
        story: Callable[[Piece], None],
        stories: Callable[[Iterable[Piece]], None],
    ) -> None:
        self.values = values
        self.space = space
        self.write = write
        self.story = story
        self.stories = stories


Value = Callable[[Frame, object], object]
"""Gives a value, from the frame and dot."""
Origins = Callable[[Frame, object], tuple[Origin, ...]]
"""Gives where a value was written that is no text: never calls a function of the template again."""
Walk = Callable[[Frame, object], object]
"""Prints a part of a template; gives ``BREAK`` or ``CONTINUE`` where it ends so, else None."""

BREAK: Final = object()
CONTINUE: Final = object()
