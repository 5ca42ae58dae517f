"""Sets that were built, put beside one another: those of one chart that come to the same count once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from kubelens.engine.apply_sets import ApplySet
from kubelens.render.chart.fault import OF_SCHEMA

_TOLD: Final = (OF_SCHEMA, " executing ")


def settled(sets: Sequence[ApplySet]) -> list[ApplySet]:
    """The sets, folded where a chart comes to the same with several values.

    A chart that asks for values it has no default for is judged with those that lie beside it: that it cannot be
    rendered without them is then no fault of it.
    """
    beside: dict[str, list[ApplySet]] = {}
    for one in sets:
        if one.beside:
            beside.setdefault(one.beside, []).append(one)
    found: list[ApplySet] = []
    for one in sets:
        if one.beside:
            continue
        others = beside.get(one.name, [])
        found += _folded(one, others) if others else [one]
    return found


def _folded(own: ApplySet, others: Sequence[ApplySet]) -> list[ApplySet]:
    rendered = [one for one in others if _is_rendered(one)]
    if not _is_rendered(own) and rendered and own.chart is not None:
        run = rendered[0].chart
        own = replace(own, chart=run if run is not None else own.chart, whole=False, refusals=())
    found = [_knowing(own, others)]
    by_output = {_output(own): 0} if _is_rendered(own) else {}
    for one in others:
        if not _is_rendered(one):
            found.append(_tried(one) if _is_rendered(own) else one)
            continue
        same = by_output.setdefault(_output(one), len(found))
        if same < len(found):
            found[same] = replace(found[same], also=(*found[same].also, one.name))
        else:
            found.append(one)
    return found


def _tried(one: ApplySet) -> ApplySet:
    """Values that a chart is refused with by its schema, or by a template: of what may be half of the values no more is told."""
    run = one.chart
    if run is None or run.fault is None or not any(words in run.fault.message for words in _TOLD):
        return one
    return replace(one, chart=replace(run, tried=True), refusals=())


def _knowing(own: ApplySet, others: Sequence[ApplySet]) -> ApplySet:
    """A chart's own set, with the values that its other sets give: who sets a name in vain comes to the same as nobody."""
    if own.chart is None:
        return own
    given = tuple(one.chart.given for one in others if one.chart is not None and one.chart.given)
    values = [text for one in others for text in one.texts if text.taken_in == one.name]
    return replace(own, chart=replace(own.chart, given_elsewhere=given), said_in=[*own.said_in, *values])


def _is_rendered(one: ApplySet) -> bool:
    return one.chart is None or one.chart.fault is None


def _output(one: ApplySet) -> tuple[str, ...]:
    """What is applied: what was made, and the files that are applied as they are; what is not whole is like nothing else."""
    made = tuple(text.source.text for text in one.texts if text.made is not None and text.source is not None)
    if one.chart is not None:
        return made
    plain = tuple(text.uri for text in one.texts if text.made is None and not text.taken_in)
    return (*made, *plain, *one.missing)
