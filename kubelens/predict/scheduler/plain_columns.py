"""What :mod:`arrays` asks of NumPy, over lists: for clusters of some hundred nodes, where NumPy is not installed.

The functions and methods have NumPy's names, and give what NumPy gives for the numbers that are met here: whole numbers of
any size, floats of 64 bits, truth values. An index is a number, or a column of numbers or of truth values.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, repeat
from typing import Any, Final

int64: Final = int
float64: Final = float
bool_: Final = bool
intp: Final = int


class Column:
    """Values of one type, one a node, a domain or a position."""

    __slots__ = ("values",)

    def __init__(self, values: list[Any]) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values)

    def __getitem__(self, index: Any) -> Any:
        if not isinstance(index, Column):
            return self.values[index]
        if index.is_mask:
            return Column(list(compress(self.values, index.values)))
        return Column(list(map(self.values.__getitem__, index.values)))

    def __setitem__(self, index: Any, value: Any) -> None:
        if not isinstance(index, Column):
            self.values[index] = value
            return
        places: Iterable[int] = compress(range(len(self.values)), index.values) if index.is_mask else index.values
        for place in places:
            self.values[place] = value

    @property
    def is_mask(self) -> bool:
        """Whether these are truth values."""
        return bool(self.values) and isinstance(self.values[0], bool)

    def _with(self, apply: Callable[[Any, Any], Any], other: Any) -> Column:
        return Column(list(map(apply, self.values, _values(other))))

    def __add__(self, other: Any) -> Column:
        return self._with(operator.add, other)

    def __sub__(self, other: Any) -> Column:
        return self._with(operator.sub, other)

    def __mul__(self, other: Any) -> Column:
        return self._with(operator.mul, other)

    def __floordiv__(self, other: Any) -> Column:
        return self._with(operator.floordiv, other)

    def __truediv__(self, other: Any) -> Column:
        return self._with(operator.truediv, other)

    def __and__(self, other: Any) -> Column:
        return self._with(operator.and_, other)

    def __or__(self, other: Any) -> Column:
        return self._with(operator.or_, other)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: Any) -> Column:
        return Column(list(map(operator.sub, _values(other), self.values)))

    def __iadd__(self, other: Any) -> Column:
        self.values[:] = map(operator.add, self.values, _values(other))
        return self

    def __iand__(self, other: Any) -> Column:
        self.values[:] = map(operator.and_, self.values, _values(other))
        return self

    def __invert__(self) -> Column:
        return Column(list(map(operator.not_, self.values)))

    def __eq__(self, other: object) -> Column:  # type: ignore[override]
        return self._with(operator.eq, other)

    def __le__(self, other: Any) -> Column:
        return self._with(operator.le, other)

    def __lt__(self, other: Any) -> Column:
        return self._with(operator.lt, other)

    def __ge__(self, other: Any) -> Column:
        return self._with(operator.ge, other)

    def __gt__(self, other: Any) -> Column:
        return self._with(operator.gt, other)

    __hash__ = None  # type: ignore[assignment]

    def copy(self) -> Column:
        """Another column of the same values."""
        return Column(self.values.copy())

    def astype(self, kind: type) -> Column:
        """The values as another type; floats become whole numbers towards zero."""
        return Column(list(map(kind, self.values)))

    def sum(self) -> Any:
        """The sum."""
        return sum(self.values)

    def min(self) -> Any:
        """The least value."""
        return min(self.values)

    def max(self) -> Any:
        """The greatest value."""
        return max(self.values)

    def any(self) -> bool:
        """Whether one is true, or not 0."""
        return any(self.values)

    def all(self) -> bool:
        """Whether each is true, or not 0."""
        return all(self.values)

    def argmin(self) -> int:
        """Where the first of the least values stands."""
        return self.values.index(min(self.values))

    def tobytes(self) -> bytes:
        """Truth values as bytes."""
        return bytes(self.values)

    def tolist(self) -> list[Any]:
        """The values."""
        return self.values.copy()


def _values(other: Any) -> Iterable[Any]:
    return other.values if isinstance(other, Column) else repeat(other)


def array(values: Iterable[Any], kind: type) -> Column:
    """A column of values."""
    return Column(list(map(kind, values)))


def zeros(size: int, kind: type) -> Column:
    """A column of zeros."""
    return Column([kind()] * size)


def zeros_like(column: Column) -> Column:
    """Zeros of the size and type of a column."""
    return Column([type(value)() for value in column.values])


def ones(size: int, kind: type) -> Column:
    """A column of ones."""
    return Column([kind(1)] * size)


def full(size: int, value: Any, kind: type) -> Column:
    """A column of one value."""
    return Column([kind(value)] * size)


empty = zeros


def arange(size: int) -> Column:
    """The numbers from 0."""
    return Column(list(range(size)))


def where(condition: Column, one: Any, other: Any) -> Column:
    """Values of one where the condition holds, else of the other."""
    return Column([a if c else b for c, a, b in zip(condition.values, _values(one), _values(other), strict=False)])


def maximum(column: Column, other: Any) -> Column:
    """The greater of two, place by place."""
    return column._with(max, other)


def minimum(column: Column, other: Any) -> Column:
    """The lesser of two, place by place."""
    return column._with(min, other)


def absolute(column: Column) -> Column:
    """The values without their signs."""
    return Column(list(map(abs, column.values)))


def unique(column: Column) -> Column:
    """Each value once, in order."""
    return Column(sorted(set(column.values)))


def bincount(column: Column, weights: Column | None = None, minlength: int = 0) -> Column:
    """How often each number from 0 occurs, or the weights of its places together."""
    found = [0] * max(minlength, max(column.values, default=-1) + 1)
    for place, weight in zip(column.values, _values(1 if weights is None else weights), strict=False):
        found[place] += weight
    return Column(found)


def count_nonzero(column: Column) -> int:
    """How many are true, or not 0."""
    return sum(map(bool, column.values))


def flatnonzero(column: Column) -> Column:
    """Where those stand that are true, or not 0."""
    return Column(list(compress(range(len(column.values)), column.values)))


def argmax(column: Column) -> int:
    """Where the first of the greatest values stands."""
    return column.values.index(max(column.values))


def packbits(mask: Column) -> bytes:
    """Truth values, eight a byte, the first as the highest bit."""
    bits = "".join("1" if value else "0" for value in mask.values)
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0") or "0", 2).to_bytes(-(-len(bits) // 8), "big")


def unpackbits(bits: Sequence[int], *, count: int) -> Column:
    """The first truth values, as 0 and 1, of those packed."""
    return Column([int(bit) for byte in bits for bit in f"{byte:08b}"][:count])
