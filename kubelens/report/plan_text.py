"""Plans for people: each object with what changes, and below it what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Final

from kubelens.plan.consequence import Consequence
from kubelens.plan.danger import Danger
from kubelens.plan.plan import SetPlan
from kubelens.report.plan_sections import Section
from kubelens.report.plan_told import (
    MOST_FIELDS,
    actions,
    not_whole_text,
    open_sets,
    opening,
    sections,
    verdict,
)

_MOST_FILES: Final = 5
_MOST_NAME_LINES: Final = 4
_WIDTH: Final = 110


def plan_lines(plans: Sequence[SetPlan], *, fields: int = MOST_FIELDS) -> Iterator[str]:
    """Every set that changes, then how many do not; ``fields``: how many of an object's differing fields are shown."""
    told = sections(plans, fields)
    yield opening(plans)
    for one in open_sets(plans, fields):
        yield f"  ? {one.heading}    {one.why}"
        yield from (f"      {file}" for file in one.files[:_MOST_FILES])
        if len(one.files) > _MOST_FILES:
            yield f"      and {len(one.files) - _MOST_FILES} more files"
    for section in told:
        yield ""
        yield from _section_lines(section, whole=fields > MOST_FIELDS)
    if told:
        yield ""
        yield verdict(plans)


def part_lines(plans: Sequence[SetPlan]) -> Iterator[str]:
    """What follows in every set, without the objects that change."""
    told = [one for one in sections(plans) if any(entry.consequences for entry in one.entries)]
    if not told:
        yield "nothing changes"
    for section in told:
        yield section.heading
        for entry in section.entries:
            if entry.consequences:
                yield f"  {entry.names or entry.heading}"
                yield from _consequence_lines(entry.consequences)
    yield from (f"? {one.heading}    {one.why}" for one in open_sets(plans))


def _section_lines(section: Section, *, whole: bool) -> Iterator[str]:
    plan = section.plan
    each = " in each" if len(section.names) > 1 else ""
    above = f"; {section.told_above}" if section.above else ""
    yield f"{section.heading}    {', '.join(actions(plan))}{each}{above}".rstrip()
    if not plan.whole and plan.unrendered is None:
        yield f"  {not_whole_text(plan)}"
    width = max((len(entry.heading) for entry in section.entries if entry.action is not None), default=0)
    for entry in section.entries:
        if entry.action is None:
            yield f"      {entry.heading}"
        else:
            yield f"  {entry.sign:>3} {entry.heading:<{width}}  {'; '.join(entry.fields)}".rstrip()
        lines = wrap(entry.names, _WIDTH, break_long_words=False, break_on_hyphens=False)
        if len(lines) > _MOST_NAME_LINES and not whole:
            left = len(" ".join(lines[_MOST_NAME_LINES:]).split(", "))
            lines = [*lines[:_MOST_NAME_LINES], f"and {left} more"]
        yield from (f"      {line}" for line in lines)
        yield from _consequence_lines(entry.consequences)


def _consequence_lines(consequences: Iterable[Consequence]) -> Iterator[str]:
    for one in consequences:
        mark = "!" if one.danger >= Danger.DISRUPTION else " "
        yield f"        {mark} {one.text}  [{one.kind.name}]"
        yield from (f"          {note}" for note in one.notes)
