"""Places in answers: the file and line that somebody wrote."""

from __future__ import annotations

from msgspec import Struct

from kubelens.engine.provenance import home_of
from kubelens.engine.workspace import Snapshot
from kubelens.predict.api import Reason
from kubelens.syntax.place import Place


def shown_place(snapshot: Snapshot, place: Place | None) -> str | None:
    """``file:line:column``, counted from 1, of what somebody wrote; None for no place."""
    if place is None:
        return None
    home = home_of(snapshot, place)
    source = snapshot.source(home.uri)
    if source is None:
        return home.uri
    position = source.position(home.span.start)
    return f"{home.uri}:{position.line + 1}:{position.column + 1}"


class Places(Struct, frozen=True, eq=False):
    """The places of one snapshot as answers name them. A field that is not written stands where its parent does."""

    snapshot: Snapshot

    def line(self, place: Place | None) -> str:
        """``file:line`` of what decides, ``""`` for no place."""
        shown = shown_place(self.snapshot, place) or ""
        return shown.rpartition(":")[0] or shown

    def after(self, text: str, *places: Place | None) -> str:
        """A text with the lines it rests on behind it, each once."""
        lines = dict.fromkeys(line for place in places if (line := self.line(place)))
        return f"{text}  ({', '.join(lines)})" if lines else text

    def reason(self, reason: Reason) -> str:
        """A reason with the line it rests on."""
        return self.after(reason.text, reason.place)
