"""The values of a chart, noting which of them templates read."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from typing import Any, Final

from kubelens.render.chart.values_methods import methods_of_values
from kubelens.render.go.types import Mapping

ALL: Final = "\0"
"""Stands among the keys that were read where somebody looked at all of them."""


class WatchedValues(Mapping):
    """What templates see as ``.Values``: every way to look at it adds to ``read``, and is otherwise that of a map."""

    __slots__ = ("read",)

    def __init__(self, items: dict[str, object], go_type: str) -> None:
        super().__init__(items, go_type)
        self.read: set[str] = set()
        self.methods = methods_of_values(self)

    def __getitem__(self, key: str) -> object:
        self.read.add(key)
        return dict.__getitem__(self, key)

    def __contains__(self, key: object) -> bool:
        self.read.add(key if isinstance(key, str) else ALL)
        return dict.__contains__(self, key)

    def get(self, key: str, default: Any = None) -> Any:
        """The value under a key."""
        self.read.add(key)
        return dict.get(self, key, default)

    def __iter__(self) -> Iterator[str]:
        self.read.add(ALL)
        return dict.__iter__(self)

    def __reversed__(self) -> Iterator[str]:
        self.read.add(ALL)
        return dict.__reversed__(self)

    def __len__(self) -> int:
        self.read.add(ALL)
        return dict.__len__(self)

    def __eq__(self, other: object) -> bool:
        self.read.add(ALL)
        return dict.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        self.read.add(ALL)
        return dict.__ne__(self, other)

    def __or__(self, other: Any) -> Any:
        self.read.add(ALL)
        return dict.__or__(self, other)

    __hash__ = None  # type: ignore[assignment]

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        """All keys."""
        self.read.add(ALL)
        return dict.keys(self)

    def values(self) -> ValuesView[object]:  # type: ignore[override]
        """All values."""
        self.read.add(ALL)
        return dict.values(self)

    def items(self) -> ItemsView[str, object]:  # type: ignore[override]
        """All entries."""
        self.read.add(ALL)
        return dict.items(self)

    def copy(self) -> dict[str, object]:
        """A map with the same entries."""
        self.read.add(ALL)
        return dict.copy(self)
