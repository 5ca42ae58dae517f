"""What is applied together: objects that are judged as one bundle, apart from those of other sets."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from kubelens.engine.loader import Loaded
from kubelens.rules.subjects import ChartRun


class ApplySet(Struct, frozen=True, eq=False):
    """One set: its name for people, the texts that make it up (rendered ones and those they were made from).

    ``whole``: whether all of its objects are there; where they are not, nothing is said of what is missing.
    ``chart``: the chart it was rendered from, for rules about charts. ``origin``: what it was made from. ``objects``:
    the (kind, name) of what it holds, as far as that is known before it is read.
    """

    name: str
    texts: Sequence[Loaded]
    whole: bool = True
    chart: ChartRun | None = None
    origin: str = "chart"
    objects: tuple[tuple[str, str], ...] = ()
