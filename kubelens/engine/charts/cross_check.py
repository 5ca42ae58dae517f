"""What ``helm`` prints of a chart, held against what kubelens renders of it under the same conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from kubelens.engine.charts.reading import ChartFiles
from kubelens.render.chart.capabilities import Capabilities
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.load import load
from kubelens.render.chart.manifests import printed
from kubelens.render.chart.objects import Release
from kubelens.render.chart.render import render
from kubelens.render.chart.settings import Settings
from kubelens.render.origin import Sourced, Text
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Problem, Span

OTHERWISE: Final = "rendered-otherwise"
"""The kind of problem that tells a difference."""
_SOURCE: Final = pattern(r"^---\n# Source: ([^\n]*)\n", re.MULTILINE)
_SHOWN: Final = 80


def differences(read: ChartFiles, by_helm: str, *, kubernetes: str, helm: int) -> tuple[Problem, ...]:
    """The first line of each template's output in which ``by_helm`` differs, at its place there.

    ``kubernetes``: the release that it was rendered for, as ``1.36.0``; ``helm``: the major version that did it. Lines
    that hold random text are not compared.
    """
    settings = Settings(Release(), Capabilities.of(kubernetes, helm=helm), helm)
    try:
        ours = printed(render(load(read.files, helm), Sourced(), settings).manifests)
    except ChartFault as fault:
        return (Problem(Span(0, 0), f"kubelens cannot render what helm renders: {fault}", OTHERWISE),)
    return tuple(_differences(ours, by_helm))


def _differences(ours: Text, theirs: str) -> Iterator[Problem]:
    mine, other = list(_documents(ours)), list(_documents(theirs))
    for one, two in zip_longest(mine, other):
        if one is None or two is None or one[0] != two[0]:
            start, name = (two[1], two[0]) if two is not None else (len(theirs), one[0] if one is not None else "")
            yield Problem(Span(start, start), f"from {name} on, kubelens and helm print other documents", OTHERWISE)
            return
        if (found := _difference(ours.cut(one[1], one[2]), theirs, two[1], two[2])) is not None:
            yield found


def _documents(text: str) -> Iterator[tuple[str, int, int]]:
    """(template, where its text begins, where it ends) of each document that is printed."""
    heads = list(_SOURCE.finditer(text))
    for head, following in zip_longest(heads, heads[1:]):
        yield head[1], head.end(), following.start() if following is not None else len(text)


def _difference(ours: Text, theirs: str, start: int, end: int) -> Problem | None:
    at = 0
    for mine, other in zip_longest(ours.split("\n"), theirs[start:end].split("\n")):
        unknown = mine is not None and any(piece.unknown for piece in ours.pieces_of(at, at + len(mine)))
        if mine != other and not unknown:
            span = Span(start, start + len(other or ""))
            return Problem(span, f"kubelens renders {_shown(mine)} here, helm {_shown(other)}", OTHERWISE)
        at += len(mine or "") + 1
        start += len(other or "") + 1
    return None


def _shown(line: str | None) -> str:
    if line is None:
        return "nothing more"
    return repr(line if len(line) <= _SHOWN else f"{line[:_SHOWN]}...")
