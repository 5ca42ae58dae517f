"""The names of all objects, by what they stand for: made once, and from one analysis to the next only where objects changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from kubelens.kube.resource import Resource
from kubelens_lsp.occurrence import Occurrence, Symbol

Names = Callable[[Resource], Iterable[Occurrence]]


class NameIndex:
    """Where symbols are named by objects that decide so by themselves; an object that changes is another one.

    ``beside``: the objects whose names mean something by what else there is.
    """

    _at: dict[Symbol, dict[Occurrence, None]]
    _names: dict[int, tuple[Resource, tuple[Occurrence, ...]]]

    def __init__(
        self, resources: Iterable[Resource], names: Names, leans: Callable[[Resource], bool], before: NameIndex | None
    ) -> None:
        held = {id(resource): resource for resource in resources}
        known = before._names if before is not None else {}
        self._at = before._at.copy() if before is not None else {}
        self._names = {number: known[number] for number in held if number in known}
        copied: set[Symbol] = set()
        for number in known.keys() - held.keys():
            for one in known[number][1]:
                self._own(one.symbol, copied).pop(one, None)
        for number, resource in held.items():
            if number not in known:
                found = tuple(names(resource))
                self._names[number] = resource, found
                for one in found:
                    self._own(one.symbol, copied)[one] = None
        self.beside = tuple(resource for resource in held.values() if leans(resource))

    def _own(self, symbol: Symbol, copied: set[Symbol]) -> dict[Occurrence, None]:
        """The places of a symbol, in a table that no earlier index reads."""
        if symbol not in copied:
            copied.add(symbol)
            self._at[symbol] = dict(self._at.get(symbol, ()))
        return self._at[symbol]

    def of(self, symbols: Collection[Symbol]) -> Iterator[Occurrence]:
        """Every place at which one of some symbols is named."""
        for symbol in symbols:
            yield from self._at.get(symbol, ())


class LastIndex:
    """The index of an analysis, once somebody asks for it, or the last one before."""

    def __init__(self, before: NameIndex | None = None) -> None:
        self._index: NameIndex | None = None
        self._before = before

    def next(self) -> LastIndex:
        """That of the analysis that follows."""
        return LastIndex(self._index or self._before)

    def made(self, resources: Iterable[Resource], names: Names, leans: Callable[[Resource], bool]) -> NameIndex:
        """The index of these objects."""
        if self._index is None:
            self._index, self._before = NameIndex(resources, names, leans, self._before), None
        return self._index
