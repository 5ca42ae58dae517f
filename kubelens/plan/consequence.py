"""One thing that follows from a change."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.plan.danger import Danger
from kubelens.plan.sides import title
from kubelens.syntax.place import Place

WHOLE_SET: Final = ""
"""What a consequence is about that concerns no single object."""


class Kind(Struct, frozen=True):
    """A kind of consequence: its name, how much it matters, and what it says in general."""

    name: str
    danger: Danger
    says: str


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of consequence by name, in the order of the data file."""
    with Path(__file__).with_name("data").joinpath("consequences.toml").open("rb") as file:
        written = tomllib.load(file)
    return {
        name: Kind(name, Danger[row["danger"].upper().replace("-", "_")], row["says"]) for name, row in written.items()
    }


class Line(Struct, frozen=True):
    """A line of a text that holds no object, or of one that is none; from 1, with its column (0: the file as a whole)."""

    uri: str
    line: int = 0
    column: int = 0


class Consequence(Struct, frozen=True):
    """What follows for one object, in a sentence without its name; ``notes`` say more.

    ``about`` is ``Kind namespace/name``. ``place`` is in the new manifests, or in the old ones for what is removed; ``line``
    stands for it where there is no object.
    """

    kind: Kind
    about: str
    text: str
    place: Place | None = None
    notes: tuple[str, ...] = ()
    line: Line | None = None

    @property
    def danger(self) -> Danger:
        """How much it matters."""
        return self.kind.danger


def consequence(kind: str, resource: Resource, text: str, notes: Iterable[str] = ()) -> Consequence:
    """A consequence for an object, at the object.

    Raises:
        KeyError: there is no such kind.
    """
    return Consequence(kinds()[kind], title(resource), text, resource.place, tuple(notes))
