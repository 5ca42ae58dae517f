"""Where somebody wrote what a consequence is about."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kubelens.engine.plan_halves import Planned
from kubelens.engine.provenance import home_of
from kubelens.engine.workspace import Snapshot
from kubelens.plan.change import Action
from kubelens.plan.consequence import Consequence
from kubelens.plan.sides import title
from kubelens.syntax.place import Place


class Spot(Struct, frozen=True):
    """A file with line and column, counted from 1 (0: the file as a whole). ``gone``: as it was before the change."""

    uri: str
    line: int = 0
    column: int = 0
    gone: bool = False

    def __str__(self) -> str:
        return f"{self.uri}:{self.line}:{self.column}" if self.line else self.uri


def spots_of(planned: Planned) -> dict[int, Spot]:
    """By the id of each consequence of a plan, its spot; what is removed stands in the old texts."""
    gone = {title(one.resource) for one in planned.plan.changes if one.action is Action.REMOVE}
    return {id(one): spot for one in planned.plan.consequences if (spot := _spot(planned, one, gone)) is not None}


def _spot(planned: Planned, one: Consequence, gone: set[str]) -> Spot | None:
    if one.line is not None:
        return Spot(one.line.uri, one.line.line, one.line.column)
    if one.place is None:
        return None
    sides = list(_sides(planned))
    if one.about in gone or one.kind.name == "finding-fixed":
        sides.reverse()
    for snapshot, old in sides:
        if one.place.uri in snapshot.files:
            return _in(snapshot, one.place, old)
    return None


def _sides(planned: Planned) -> Iterator[tuple[Snapshot, bool]]:
    yield planned.new.snapshot, False
    yield from ((half.snapshot, True) for half in (*planned.came, planned.old))


def _in(snapshot: Snapshot, place: Place, gone: bool) -> Spot:
    trace = home_of(snapshot, place)
    source = snapshot.source(trace.uri)
    if source is None:
        return Spot(trace.uri, gone=gone)
    position = source.position(trace.span.start)
    return Spot(trace.uri, position.line + 1, position.column + 1, gone)
