"""A name in a text, and what it stands for."""

from __future__ import annotations

from msgspec import Struct

from kubelens.syntax.place import Place


class Symbol(Struct, frozen=True):
    """A thing with a name: an object (``scope`` is its namespace), or a volume or port inside one object.

    ``owner`` is the place of the object a volume or port belongs to, None for objects. A Pod's label is a symbol too:
    ``kind`` is ``label KEY``, ``name`` its value.
    """

    kind: str
    scope: str
    name: str
    owner: Place | None = None


class Occurrence(Struct, frozen=True):
    """A place where a symbol is named; ``defines`` it or refers to it. ``likely``: nothing but its form says that it does."""

    symbol: Symbol
    place: Place
    defines: bool
    likely: bool = False
