"""The formats of ``kubelens plan``, each as the text that it comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from kubelens.engine.plan_halves import Planned
from kubelens.engine.plan_places import Spot, spots_of
from kubelens.report.json_text import json_text
from kubelens.report.plan_annotations import Annotated, plan_github, plan_gitlab
from kubelens.report.plan_html import plan_html
from kubelens.report.plan_json import plan_data
from kubelens.report.plan_markdown import plan_markdown
from kubelens.report.plan_text import plan_lines
from kubelens.report.plan_told import MOST_FIELDS, verdict
from kubelens.report.printable import printable_line

_ALL_FIELDS: Final = 1_000
_Format = Callable[[Sequence[Planned], bool], str]


def data_of(planned: Sequence[Planned]) -> dict[str, object]:
    """The plan as programs and policies have it."""
    spots = _spots(planned)
    return plan_data([one.plan for one in planned], lambda one: str(spots[id(one)]) if id(one) in spots else None)


def _text(planned: Sequence[Planned], verbose: bool) -> str:
    return _lines(plan_lines([one.plan for one in planned], fields=_ALL_FIELDS if verbose else MOST_FIELDS))


def _markdown(planned: Sequence[Planned], verbose: bool) -> str:
    return plan_markdown([one.plan for one in planned])


def _html(planned: Sequence[Planned], verbose: bool) -> str:
    return plan_html([one.plan for one in planned])


def _json(planned: Sequence[Planned], verbose: bool) -> str:
    return json_text(data_of(planned)) + "\n"


def _github(planned: Sequence[Planned], verbose: bool) -> str:
    """Commands are lines that the host acts on: what a manifest says is escaped in them already."""
    return "\n".join([*plan_github(_annotated(planned)), verdict([one.plan for one in planned])]) + "\n"


def _gitlab(planned: Sequence[Planned], verbose: bool) -> str:
    return plan_gitlab(_annotated(planned))


FORMATS: Final[Mapping[str, _Format]] = {
    "text": _text,
    "markdown": _markdown,
    "html": _html,
    "json": _json,
    "github": _github,
    "gitlab": _gitlab,
}
"""By name; the second argument: whether every field that differs is shown."""


def _lines(lines: Iterator[str]) -> str:
    return "".join(f"{printable_line(line)}\n" for line in lines)


def _spots(planned: Sequence[Planned]) -> dict[int, Spot]:
    found: dict[int, Spot] = {}
    for one in planned:
        if one.plan.is_told:
            found.update(spots_of(one))
    return found


def _annotated(planned: Sequence[Planned]) -> Iterator[Annotated]:
    spots = _spots(planned)
    for one in planned:
        for told in one.plan.consequences:
            spot = spots.get(id(told))
            if spot is None:
                yield Annotated(one.plan.name, told)
            else:
                yield Annotated(one.plan.name, told, spot.uri, spot.line, spot.column, spot.gone)
