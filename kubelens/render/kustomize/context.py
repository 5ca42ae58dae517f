"""What all kustomizations of one build share."""

from __future__ import annotations

from typing import NamedTuple

from kubelens.render.kustomize.resource import World
from kubelens.render.origin import Origin


class Missing(NamedTuple):
    """Something a build does without: what, and where it is asked for.

    ``above``: the folder above the root of what is looked at that holds it, seen from the root.
    """

    what: str
    origin: Origin | None
    above: str = ""
    is_chart: bool = False


class Context:
    """``world``: what holds for all objects. ``helm``: whether charts are taken in. ``idle``: what touched nothing."""

    __slots__ = ("helm", "idle", "missing", "placeholders", "warnings", "world")

    def __init__(self, world: World, *, helm: bool) -> None:
        self.world = world
        self.helm = helm
        self.warnings: list[str] = []
        self.missing: list[Missing] = []
        self.idle: list[Missing] = []
        self.placeholders = False
        """Whether a file that is to bring objects holds none yet."""
