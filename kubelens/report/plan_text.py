"""Plans for people: each object with what changes, and below it what follows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence
from kubelens.plan.danger import Danger
from kubelens.plan.field_change import FieldChange
from kubelens.plan.plan import SetPlan
from kubelens.plan.sides import title

SIGNS: Final = {Action.ADD: "+", Action.CHANGE: "~", Action.REPLACE: "-/+", Action.REMOVE: "-"}
_WORDS: Final = {
    Action.REPLACE: "to replace",
    Action.ADD: "to add",
    Action.CHANGE: "to change",
    Action.REMOVE: "to remove",
}
MOST_FIELDS: Final = 3
_MOST_TEXT: Final = 60
NOT_KNOWN: Final = "not-known"
NEW_FINDING: Final = "finding-new"
SECRET: Final = "(not shown)"


def plan_lines(plans: Sequence[SetPlan], *, fields: int = MOST_FIELDS) -> Iterator[str]:
    """Every set that changes, then how many do not; ``fields``: how many of an object's differing fields are shown."""
    changing = [plan for plan in plans if plan.changes]
    unknown = [plan for plan in plans if plan.is_open]
    yield _opening(plans, changing, unknown)
    for plan in unknown:
        yield f"  ? {plan.name}    its files change, and what they come to is not known: {_first(plan.missing)}"
    for plan in changing:
        yield ""
        yield f"{plan.name}    {', '.join(actions(plan))}"
        if not plan.whole:
            yield f"  not whole, so that nothing is told of what is removed: {_first(plan.missing)}"
        yield from _set_lines(plan, fields)
    if changing:
        yield ""
        yield verdict(plans)


def _opening(plans: Sequence[SetPlan], changing: Sequence[SetPlan], unknown: Sequence[SetPlan]) -> str:
    blind = sum(1 for plan in plans if not plan.whole)
    apart = f" ({_count(blind, 'set')} not whole)" if blind else ""
    if not changing and not unknown:
        return f"nothing changes for the server in {_count(len(plans), 'apply set')}{apart}"
    same = len(plans) - len(changing) - len(unknown)
    told = [f"{_count(len(changing), 'apply set')} change{'s' * (len(changing) == 1)}"] if changing else []
    told += [f"of {_count(len(unknown), 'apply set')} it is not known"] if unknown else []
    told += [f"{same} do{'es' * (same == 1)} not"] if same else []
    return f"{', '.join(told)}{apart}"


def _first(sentences: Sequence[str]) -> str:
    return sentences[0] if sentences else "something is not among the files"


def actions(plan: SetPlan) -> list[str]:
    """``2 to replace``, ``1 to add``: what is done with how many objects."""
    return [f"{count} {words}" for action, words in _WORDS.items() if (count := plan.count(action))]


def verdict(plans: Sequence[SetPlan]) -> str:
    """How many consequences of each danger there are, the worst first."""
    counts = dict.fromkeys(sorted(Danger, reverse=True), 0)
    for plan in plans:
        for one in plan.consequences:
            counts[one.danger] += 1
    told = [f"{count} {danger}" for danger, count in counts.items() if count and danger is not Danger.NONE]
    new = sum(one.kind.name == NEW_FINDING for plan in plans for one in plan.consequences)
    told += [_count(new, "new finding")] if new else []
    unknown = sum(one.kind.name == NOT_KNOWN for plan in plans for one in plan.consequences)
    unknown += sum(plan.is_open for plan in plans)
    told += [f"{unknown} not known"] if unknown else []
    return ", ".join(told) or "nothing that restarts, breaks or opens anything"


def _set_lines(plan: SetPlan, fields: int) -> Iterator[str]:
    by_object: dict[str, list[Consequence]] = {}
    for one in plan.consequences:
        by_object.setdefault(one.about, []).append(one)
    width = max((len(title(change.resource)) for change in plan.changes), default=0)
    for change in plan.changes:
        name = title(change.resource)
        summary = "; ".join(field_texts(change, fields))
        yield f"  {SIGNS[change.action]:>3} {name:<{width}}  {summary}".rstrip()
        yield from _consequence_lines(by_object.pop(name, ()))
    for name, consequences in by_object.items():
        yield f"      {name or 'all of it'}"
        yield from _consequence_lines(consequences)


def _consequence_lines(consequences: Iterable[Consequence]) -> Iterator[str]:
    for one in consequences:
        mark = "!" if one.danger >= Danger.DISRUPTION else " "
        yield f"        {mark} {one.text}  [{one.kind.name}]"
        yield from (f"          {note}" for note in one.notes)


def field_texts(change: ObjectChange, most: int) -> list[str]:
    """``spec.replicas 2 -> 3`` for the first fields that differ, and how many more there are."""
    hidden = change.resource.kind == "Secret" and not change.resource.gvk.group
    shown = [_field(field, hidden) for field in change.fields[:most]]
    more = len(change.fields) - len(shown)
    return [*shown, f"and {more} more"] if more > 0 else shown


def _field(field: FieldChange, hidden: bool) -> str:
    name = field.name.removeprefix("spec.template.spec.").removeprefix("spec.")
    if field.reordered:
        return f"{name} in another order"
    if hidden and not name.startswith("metadata"):
        return f"{name} changes {SECRET}"
    return f"{name} {value_text(field.before)} -> {value_text(field.after)}"


def value_text(value: Any) -> str:
    """A value on one line, cut where it is long; ``(none)`` for what is absent."""
    if value is None:
        return "(none)"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        value = f"{{{', '.join(map(str, value))}}}"
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        value = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, list):
        value = f"[{', '.join(map(str, value))}]"
    text = " ".join(str(value).split())
    return text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 3]}..."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
