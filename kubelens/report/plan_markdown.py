"""Plans as a comment of a pull request: a table first, the details folded, never longer than the host takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.plan.consequence import Consequence
from kubelens.plan.danger import Danger
from kubelens.plan.plan import SetPlan
from kubelens.plan.sides import title
from kubelens.report.markdown_text import COMMENT, plain
from kubelens.report.markup import escape
from kubelens.report.plan_text import SIGNS, actions, field_texts, verdict

MARKER: Final = "<!-- kubelens plan -->"
"""The first line, by which a bot finds the comment that it replaces."""
_MOST_FIELDS: Final = 5


def plan_markdown(plans: Sequence[SetPlan], most: int = COMMENT) -> str:
    """The comment; where it would be longer than ``most`` characters, details are left out, and it says so."""
    changing = [plan for plan in plans if plan.changes]
    head = [
        MARKER,
        f"### kubelens plan: {verdict(plans) if changing or any(plan.is_open for plan in plans) else 'nothing changes for the server'}",
        "",
    ]
    unknown = [plan for plan in plans if plan.is_open]
    head += [f"- {plain(plan.name)}: its files change, and what they come to is not known" for plan in unknown]
    head += [""] * bool(unknown)
    if not changing:
        return "\n".join(head)
    head += ["| apply set | objects | danger |", "|---|---|---|"]
    head += [f"| {plain(plan.name)} | {', '.join(actions(plan))} | {plan.danger} |" for plan in changing]
    text = "\n".join(head) + "\n"
    room = most - 200
    left_out = 0
    for plan in changing:
        worst = [one for one in plan.consequences if one.danger >= Danger.DISRUPTION]
        for part in ("\n".join(_listed(plan, worst)), "\n".join(_details(plan))):
            if len(text) + len(part) + 1 <= room:
                text += f"{part}\n"
            elif part:
                left_out += 1
    if left_out:
        text += f"\n{left_out} parts are left out here: the comment would be too long. `kubelens plan` shows all.\n"
    return text[:most]


def _listed(plan: SetPlan, worst: Sequence[Consequence]) -> Iterator[str]:
    if worst:
        yield f"\n**{plain(plan.name)}**\n"
    for one in worst:
        yield f"- **{one.danger}** {plain(one.about)}: {plain(one.text)} `{one.kind.name}`"


def _details(plan: SetPlan) -> Iterator[str]:
    yield f"\n<details><summary>{escape(plan.name)}: {', '.join(actions(plan))}</summary>\n"
    by_object: dict[str, list[Consequence]] = {}
    for one in plan.consequences:
        by_object.setdefault(one.about, []).append(one)
    for change in plan.changes:
        name = title(change.resource)
        yield f"- `{SIGNS[change.action]}` {plain(name)} {plain('; '.join(field_texts(change, _MOST_FIELDS)))}".rstrip()
        yield from (f"  - {plain(one.text)} `{one.kind.name}`" for one in by_object.pop(name, ()))
    for name, consequences in by_object.items():
        yield f"- {plain(name) or 'all of it'}"
        yield from (f"  - {plain(one.text)} `{one.kind.name}`" for one in consequences)
    yield "\n</details>"
