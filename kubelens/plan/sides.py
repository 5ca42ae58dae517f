"""The two worlds that a change lies between."""

from __future__ import annotations

from msgspec import Struct, field

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.api import Oracle
from kubelens.predict.chain.stored import Stored


class Side(Struct, frozen=True, eq=False):
    """The objects of one side, and who answers questions about them."""

    bundle: Bundle
    ask: Oracle = field(default_factory=lambda: Oracle(Bundle(())))

    def stands(self, resource: Resource) -> bool:
        """Whether the API server keeps an object; one of which nothing is known is taken to be kept."""
        return not resource.partial and self.ask(Stored(resource)).answer.denial is None


class Sides(Struct, frozen=True, eq=False):
    """The world before a change and the world after it."""

    old: Side
    new: Side


def sides_of(old: Bundle, new: Bundle) -> Sides:
    """Both sides, each with its own answers."""
    return Sides(Side(old, Oracle(old)), Side(new, Oracle(new)))
