"""Plans as a comment of a pull request: a table first, the details folded, never longer than the host takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.plan.danger import Danger
from kubelens.plan.plan import SetPlan
from kubelens.report.markdown_text import COMMENT, plain
from kubelens.report.markup import escape
from kubelens.report.plan_sections import Entry, Section
from kubelens.report.plan_told import (
    OpenSets,
    count_text,
    done_text,
    open_sets,
    sections,
    verdict,
)

MARKER: Final = "<!-- kubelens plan -->"
"""The first line, by which a bot finds the comment that it replaces."""
_MOST_FIELDS: Final = 5
_MOST_UNKNOWN: Final = 20
_MOST_NAMES: Final = 20
_MOST_ROWS: Final = 60
_FOR_THE_END: Final = 300


def plan_markdown(plans: Sequence[SetPlan], most: int = COMMENT) -> str:
    """The comment; where it would be longer than ``most`` characters, details are left out, and it says so.

    ``most`` is at least some 10,000: the table, which is bounded, is always there.
    """
    told = sections(plans, _MOST_FIELDS)
    unknown = open_sets(plans)
    text = "\n".join(_head(plans, told, unknown)) + "\n"
    room = most - _FOR_THE_END
    objects = sets = 0
    for section in told:
        for part in (_worst(section), _details(section)):
            head, *items = part
            end = "\n</details>\n" if "<details>" in head else ""
            kept: list[str] = []
            length = len(text) + len(head) + len(end) + 2
            for item in items:
                if length + len(item) + 1 > room:
                    break
                kept.append(item)
                length += len(item) + 1
            if kept:
                text += "\n".join([head, *kept]) + f"\n{end}"
            if end:
                objects += len(items) - len(kept)
                sets += not kept
    if objects:
        whole = f", of {count_text(sets, 'set')} everything" if sets else ""
        text += f"\n{count_text(objects, 'object')} left out here{whole}: the comment would be too long. `kubelens plan` shows all.\n"
    return text[:most]


def _head(plans: Sequence[SetPlan], told: Sequence[Section], unknown: Sequence[OpenSets]) -> Iterator[str]:
    yield MARKER
    yield f"### kubelens plan: {verdict(plans) if told or unknown else 'nothing changes for the server'}"
    yield ""
    for one in unknown[:_MOST_UNKNOWN]:
        yield f"- {plain(_short(one.heading))}: {plain(_short(one.why))}"
        yield from (f"  - {plain(_short(file))}" for file in one.files[:2])
    if len(unknown) > _MOST_UNKNOWN:
        yield f"- and {sum(len(one.names) for one in unknown[_MOST_UNKNOWN:])} more of which it is not known"
    if told:
        yield ""
        yield "| apply set | objects | danger |"
        yield "|---|---|---|"
        for section in told[:_MOST_ROWS]:
            yield f"| {plain(_short(section.heading))} | {done_text(section)} | {section.plan.danger} |"
        if len(told) > _MOST_ROWS:
            yield f"| and {len(told) - _MOST_ROWS} more | | |"


def _short(text: str) -> str:
    return text if len(text) <= 300 else f"{text[:297]}..."


def _names(entry: Entry) -> str:
    names = entry.names.split(", ")
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"{', '.join(names[:_MOST_NAMES])}{more}"


def _worst(section: Section) -> list[str]:
    items = [
        f"- **{one.danger}** {plain(_names(entry) or entry.heading)}: {plain(one.text)} `{one.kind.name}`"
        for entry in section.entries
        for one in entry.consequences
        if one.danger >= Danger.DISRUPTION
    ]
    return [f"\n**{plain(_short(section.heading))}**\n", *items]


def _details(section: Section) -> list[str]:
    head = f"\n<details><summary>{escape(_short(section.heading))}: {done_text(section)}</summary>\n"
    items = []
    for entry in section.entries:
        sign = f"`{entry.sign}` " if entry.sign else ""
        lines = [f"- {sign}{plain(entry.heading)} {plain('; '.join(entry.fields))}".rstrip()]
        lines += [f"  - {plain(_names(entry))}"] if entry.names else []
        for one in entry.consequences:
            lines.append(f"  - {plain(one.text)} `{one.kind.name}`")
            lines += [f"    {plain(note)}" for note in one.notes]
        items.append("\n".join(lines))
    return [head, *items]
