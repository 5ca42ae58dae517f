"""Sets that were built, put beside one another: those of one chart that come to the same count once."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from kubelens.engine.apply_sets import ApplySet


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
        own = replace(own, chart=run if run is not None else own.chart, whole=False)
    found = [own]
    by_output = {_output(own): 0} if _is_rendered(own) else {}
    for one in others:
        if not _is_rendered(one):
            found.append(one)
            continue
        same = by_output.setdefault(_output(one), len(found))
        if same < len(found):
            found[same] = _with(found[same], one)
        else:
            found.append(one)
    return found


def _with(one: ApplySet, same: ApplySet) -> ApplySet:
    """A set that stands for another one that comes to the same, whose values are looked at all the same."""
    known = {text.uri for text in one.texts}
    values = [text for text in same.texts if text.taken_in and text.uri not in known]
    run = one.chart
    if run is not None and same.chart is not None:
        run = replace(run, given=(*run.given, *same.chart.given))
    return replace(one, also=(*one.also, same.name), texts=[*one.texts, *values], chart=run)


def _is_rendered(one: ApplySet) -> bool:
    return one.chart is None or one.chart.fault is None


def _output(one: ApplySet) -> tuple[str, ...]:
    """What is applied: what was made, and the files that are applied as they are; what is not whole is like nothing else."""
    made = tuple(text.source.text for text in one.texts if text.made is not None and text.source is not None)
    if one.chart is not None:
        return made
    plain = tuple(text.uri for text in one.texts if text.made is None and not text.taken_in)
    return (*made, *plain, *one.missing)
