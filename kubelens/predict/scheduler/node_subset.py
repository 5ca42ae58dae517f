"""Some of many nodes, a bit each: thousands of nodes may tie for each of thousands of Pods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

from kubelens.predict.scheduler.columns import np

if TYPE_CHECKING:
    from kubelens.predict.scheduler.columns import Bools


class NodeSubset(Sequence[str]):
    """The names of the nodes at some positions, in the cluster's order."""

    __slots__ = ("_bits", "_count", "_names")

    def __init__(self, names: Sequence[str], mask: Bools) -> None:
        self._names = names
        self._bits = np.packbits(mask)
        self._count = int(np.count_nonzero(mask))

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        positions: list[int] = np.flatnonzero(np.unpackbits(self._bits, count=len(self._names))).tolist()
        if isinstance(index, int):
            return self._names[positions[index]]
        return tuple(self._names[position] for position in positions[index])

    def __iter__(self) -> Iterator[str]:
        return iter(self[:])
