"""What all kustomizations of one build share."""

from __future__ import annotations

from typing import Final, NamedTuple

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.resource import World
from kubelens.render.origin import Origin

_MOST_TAKEN: Final = 50_000
_OF_A_KUSTOMIZATION: Final = 20
"""Objects that are taken in in the time that a kustomization of none takes."""


class Missing(NamedTuple):
    """Something a build does without: what, and where it is asked for.

    ``above``: the folder above the root of what is looked at that holds it, seen from the root.
    """

    what: str
    origin: Origin | None
    above: str = ""
    is_chart: bool = False


class Context:
    """``world``: what holds for all objects. ``idle``: what touched nothing.

    ``helm``: whether charts are taken in, and other generators that are programs are missing, not refused.
    """

    __slots__ = ("_taken", "helm", "idle", "missing", "placeholders", "warnings", "world")

    def __init__(self, world: World, *, helm: bool) -> None:
        self.world = world
        self.helm = helm
        self.warnings: list[str] = []
        self.missing: list[Missing] = []
        self.idle: list[Missing] = []
        self.placeholders = False
        """Whether a file that is to bring objects holds none yet."""
        self._taken = 0

    def take(self, objects: int) -> None:
        """Count the objects of a kustomization, again in each that takes it in: they double from one to the next.

        Raises:
            BuildFault: it is more than a build here goes through.
        """
        self._taken += objects + _OF_A_KUSTOMIZATION
        if self._taken > _MOST_TAKEN:
            raise BuildFault(
                f"kustomizations within one another take in more than {_MOST_TAKEN} objects: kubelens goes no further"
            )
