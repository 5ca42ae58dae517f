"""Text that knows where its characters were written.

Every method that ``Text`` inherits from ``str`` gives a plain ``str``: the origin is lost, never wrong. Whatever keeps
origins makes a ``Text`` on purpose: ``Text.cut``, ``joined``, ``Text.derived``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final, Self

import msgspec


class Origin(msgspec.Struct, frozen=True, gc=False):
    """A part of a file: its path relative to the chart or repository, and character offsets ``start`` to ``end``."""

    file: str
    start: int
    end: int


class Piece(msgspec.Struct, frozen=True, gc=False):
    """A run of ``length`` characters with one story.

    ``exact``: the characters are those of ``origins[0]`` one by one. Otherwise the run as a whole comes from all of
    ``origins``. ``unknown``: the characters stand in for others that the inputs do not decide (random text, the time).
    """

    length: int
    origins: tuple[Origin, ...] = ()
    exact: bool = False
    unknown: bool = False

    def part(self, start: int, end: int) -> Piece:
        """The piece of the characters from ``start`` to ``end``, counted from this piece's first."""
        if start == 0 and end == self.length:
            return self
        if not self.exact:
            return Piece(end - start, self.origins, False, self.unknown)
        origin = self.origins[0]
        return Piece(end - start, (Origin(origin.file, origin.start + start, origin.start + end),), True, self.unknown)


_NO_STARTS: Final[list[int]] = []


class Text(str):
    """A ``str`` with ``pieces``, whose lengths add up to its own."""

    __slots__ = ("_starts", "pieces")

    pieces: tuple[Piece, ...]
    _starts: list[int]

    def __new__(cls, text: str, pieces: tuple[Piece, ...]) -> Self:
        """``pieces`` must add up to the length of ``text``."""
        self = str.__new__(cls, text)
        self.pieces = pieces
        self._starts = _NO_STARTS
        return self

    def __getnewargs__(self) -> tuple[str, tuple[Piece, ...]]:  # type: ignore[override]
        return str(self), self.pieces

    @classmethod
    def of(cls, text: str, *origins: Origin) -> Self:
        """Text that comes as a whole from ``origins``."""
        return cls(text, (Piece(len(text), origins),) if text else ())

    @classmethod
    def written(cls, text: str, file: str, start: int) -> Self:
        """Text that stands so in ``file`` from the character offset ``start`` on."""
        length = len(text)
        return cls(text, (Piece(length, (Origin(file, start, start + length),), True),) if text else ())

    @classmethod
    def stand_in(cls, text: str, *origins: Origin) -> Self:
        """Text that stands for other text of the same form that nothing here decides."""
        return cls(text, (Piece(len(text), origins, False, True),) if text else ())

    @classmethod
    def derived(cls, text: str, inputs: Iterable[object]) -> Self:
        """Text that was computed from ``inputs``: from all their origins, and unknown if one of them is."""
        if not text:
            return cls(text, ())
        origins: dict[Origin, None] = {}
        unknown = False
        for value in inputs:
            for piece in _pieces_in(value):
                origins.update(dict.fromkeys(piece.origins))
                unknown = unknown or piece.unknown
        return cls(text, (Piece(len(text), tuple(origins), False, unknown),))

    @property
    def unknown(self) -> bool:
        """Whether any character stands in for one that the inputs do not decide."""
        return any(piece.unknown for piece in self.pieces)

    def cut(self, start: int, end: int) -> Text:
        """The characters from ``start`` to ``end`` (0 <= start <= end <= len), with their origins."""
        if start == 0 and end == len(self):
            return self
        return Text(self[start:end], tuple(self.pieces_of(start, end)))

    def pieces_of(self, start: int, end: int) -> Iterator[Piece]:
        """The pieces that make up the characters from ``start`` to ``end``."""
        if start >= end:
            return
        pieces = self.pieces
        starts = self._starts or self._index()
        at = bisect_right(starts, start) - 1
        while at < len(pieces) and starts[at] < end:
            piece = pieces[at]
            begin = starts[at]
            yield piece.part(max(start - begin, 0), min(end - begin, piece.length))
            at += 1

    def origins_at(self, offset: int) -> tuple[Origin, ...]:
        """Where the character at ``offset`` comes from, exactly where that is known."""
        return self.origins_of(offset, offset + 1)

    def origins_of(self, start: int, end: int) -> tuple[Origin, ...]:
        """Where the characters from ``start`` to ``end`` come from, each origin once, in order."""
        found: dict[Origin, None] = {}
        for piece in self.pieces_of(start, end):
            found.update(dict.fromkeys(piece.origins))
        return tuple(found)

    def _index(self) -> list[int]:
        starts: list[int] = []
        at = 0
        for piece in self.pieces:
            starts.append(at)
            at += piece.length
        self._starts = starts
        return starts


def joined(parts: Iterable[str], separator: str = "") -> Text:
    """The parts one after another as one text; a plain ``str`` is a piece without origins."""
    parts = list(parts)
    whole = str.join(separator, parts)
    if separator:
        parts = [part for one in parts for part in (separator, one)][1:]
    pieces: list[Piece] = []
    plain = 0
    for part in parts:
        if type(part) is not Text:
            plain += len(part)
        elif part.pieces:
            if plain:
                pieces.append(Piece(plain))
                plain = 0
            pieces.extend(part.pieces)
    if plain:
        pieces.append(Piece(plain))
    return Text(whole, tuple(pieces))


def cut(text: str, start: int, end: int) -> str:
    """The characters from ``start`` to ``end``, with their origins if the text has some."""
    return text.cut(start, end) if type(text) is Text else text[start:end]


def replaced(text: str, old: str, new: str) -> str:
    """``text.replace(old, new)`` with the origins of what stays and of what is put in."""
    if old not in text or not (type(text) is Text or type(new) is Text) or not old:
        return text if old and old not in text else text.replace(old, new)
    if text.count(old) > _MOST_REPLACED:
        return Text.derived(str.replace(text, old, new), (text, new))
    pieces: list[Piece] = []
    between = _own_pieces(new)
    whole = text if type(text) is Text else Text.of(text)
    at, found = 0, text.find(old)
    while found >= 0:
        pieces.extend(whole.pieces_of(at, found))
        pieces.extend(between)
        at = found + len(old)
        found = text.find(old, at)
    pieces.extend(whole.pieces_of(at, len(text)))
    return Text(str.replace(text, old, new), tuple(pieces))


_MOST_REPLACED: Final = 100_000
"""Places in a text that are each told where they come from."""


def indented(text: str, pad: str) -> str:
    """The text with ``pad`` before each of its lines; a line's pad comes from where the line before it ends."""
    made = pad + text.replace("\n", "\n" + pad)
    if type(text) is not Text or not pad:
        return made if type(text) is not Text else text
    if text.count("\n") > _MOST_REPLACED:
        return Text.derived(made, (text,))
    pieces = [Piece(len(pad))]
    at, width = 0, len(pad)
    for piece in text.pieces:
        end = at + piece.length
        lines = text.count("\n", at, end)
        if not lines:
            pieces.append(piece)
        elif not piece.exact:
            pieces.append(Piece(piece.length + lines * width, piece.origins, False, piece.unknown))
        else:
            begin = at
            while (stop := text.find("\n", begin, end) + 1) > 0:
                pieces.append(piece.part(begin - at, stop - at))
                pieces.append(Piece(width, piece.origins))
                begin = stop
            if begin < end:
                pieces.append(piece.part(begin - at, end - at))
        at = end
    return Text(made, tuple(pieces))


def origins_in(value: object) -> tuple[Origin, ...]:
    """All origins that a text, or a container and what it holds, has; each once, in order."""
    found: dict[Origin, None] = {}
    for piece in _pieces_in(value):
        found.update(dict.fromkeys(piece.origins))
    return tuple(found)


def unknown_in(value: object) -> bool:
    """Whether a text, or anything in a container, stands in for what the inputs do not decide."""
    return any(piece.unknown for piece in _pieces_in(value))


def undecided_in(value: object) -> Iterator[str]:
    """The texts, in a container or by themselves, that stand in for others in part."""
    if isinstance(value, Text):
        if value and value.unknown:
            yield str(value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from undecided_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from undecided_in(item)


class Sourced(dict[str, object]):
    """A map that was read from a file: where the scalars were written that are no ``Text``, and its keys."""

    __slots__ = ("key_origins", "origins")

    def __init__(
        self,
        items: Iterable[tuple[str, object]] | dict[str, object] = (),
        origins: dict[str, Origin] | None = None,
        key_origins: dict[str, Origin] | None = None,
    ) -> None:
        super().__init__(items)
        self.origins: dict[str, Origin] = {} if origins is None else origins
        self.key_origins: dict[str, Origin] = {} if key_origins is None else key_origins


class SourcedList(list[object]):
    """A list that was read from a file: where the scalars were written that are no ``Text``, by index."""

    __slots__ = ("origins",)

    def __init__(self, items: Iterable[object] = (), origins: dict[int, Origin] | None = None) -> None:
        super().__init__(items)
        self.origins: dict[int, Origin] = {} if origins is None else origins


def written_at(table: object, path: tuple[str | int, ...]) -> Origin | None:
    """Where the value at ``path`` was written, or its key; for one that is not there, the last on the way to it."""
    found: Origin | None = None
    for step in path:
        if isinstance(table, Sourced) and isinstance(step, str) and step in table:
            value = table[step]
            found = table.origins.get(step) or table.key_origins.get(step) or found
        elif isinstance(table, SourcedList) and isinstance(step, int) and step < len(table):
            value = table[step]
            found = table.origins.get(step) or found
        else:
            break
        if isinstance(value, Text) and (origins := value.origins_of(0, len(value))):
            found = origins[0]
        table = value
    return found


class Unknown:
    """Mixed into a value that stands in for another one that nothing here decides (a random number, a time)."""

    __slots__ = ()


def _own_pieces(text: str) -> tuple[Piece, ...]:
    if type(text) is Text:
        return text.pieces
    return (Piece(len(text)),) if text else ()


_UNKNOWN_PIECE: Final = Piece(0, (), False, True)


def _pieces_in(value: object) -> Iterator[Piece]:
    pending = [value]
    seen: set[int] = set()
    while pending:
        value = pending.pop()
        if isinstance(value, Text):
            yield from value.pieces
        elif isinstance(value, dict | list):
            if id(value) in seen:
                continue
            seen.add(id(value))
            if isinstance(value, Sourced | SourcedList):
                yield from (Piece(0, (origin,)) for origin in value.origins.values())
            pending.extend(reversed(list(value.values()) if isinstance(value, dict) else value))
        elif isinstance(value, Origin):
            yield Piece(0, (value,))
        elif isinstance(value, Unknown):
            yield _UNKNOWN_PIECE
