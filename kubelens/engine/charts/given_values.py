"""The values that a release gives beside a chart's own: of files and of maps, then single ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kubelens.engine.charts.rendering import GIVEN
from kubelens.engine.sets.planned import Options
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.set_values import Manner, SetFault, parse_into
from kubelens.render.chart.values import load_values, merge_maps
from kubelens.render.origin import Origin, Piece, Sourced, SourcedList, Text


def given_values(
    values: Sequence[str | Sourced], options: Options, read: Callable[[str], str | None], helm: int = 4
) -> Sourced:
    """All of them as one map, later ones over earlier ones; origins name files from the root on (``GIVEN``).

    ``values``: paths of files, and maps that stand elsewhere.

    Raises:
        ChartFault: a file is not there, or a file or an option cannot be read.
    """
    merged = Sourced()
    for one in values:
        if isinstance(one, Sourced):
            merged = merge_maps(merged, as_given(one))
            continue
        text = read(one)
        if text is None:
            raise _absent(one)
        try:
            merged = merge_maps(merged, load_values(text, GIVEN + one, helm))
        except ChartFault as fault:
            raise ChartFault(f"failed to parse {one}: {fault}", fault.file, fault.line) from None
    for manner, lines in ((Manner.TYPED, options.set), (Manner.STRING, options.set_string)):
        for line in lines:
            _set(merged, line, manner)
    for key, path in options.set_file:
        if read(path) is None:
            raise _absent(path)
        _set(merged, f"{key}={path}", Manner.FILE, read)
    return merged


def _absent(path: str) -> ChartFault:
    """Of a path that knows which entry names it, with the place of that."""
    origins = tuple(map(_marked, path.origins_of(0, len(path)))) if isinstance(path, Text) else ()
    return ChartFault(f"open {path}: no such file or directory", GIVEN + path, 0, origins)


def _set(values: Sourced, line: str, manner: Manner, read: Callable[[str], str | None] | None = None) -> None:
    def file(path: str) -> str:
        text = read(path) if read is not None else None
        if text is None:
            raise SetFault(f"open {path}: no such file or directory")
        return text

    try:
        parse_into(line, values, manner, file)
    except SetFault as fault:
        raise ChartFault(f"failed parsing {manner.value} data: {fault}") from None


def as_given(value: Sourced) -> Sourced:
    """A map whose origins are marked as named from the root on."""
    made = _given(value)
    assert isinstance(made, Sourced)
    return made


def _given(value: object) -> object:
    if isinstance(value, Text):
        pieces = (Piece(p.length, tuple(map(_marked, p.origins)), p.exact, p.unknown) for p in value.pieces)
        return Text(str(value), tuple(pieces))
    if isinstance(value, Sourced):
        return Sourced(
            {name: _given(item) for name, item in value.items()},
            {name: _marked(origin) for name, origin in value.origins.items()},
            {name: _marked(origin) for name, origin in value.key_origins.items()},
        )
    if isinstance(value, SourcedList):
        return SourcedList(map(_given, value), {index: _marked(origin) for index, origin in value.origins.items()})
    return value


def _marked(origin: Origin) -> Origin:
    return Origin(GIVEN + origin.file, origin.start, origin.end)
