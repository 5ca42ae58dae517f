"""What is shown of a definition's schema that differs: which fields come and go or have another default, not each rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.plan.change import ObjectChange
from kubelens.plan.schema_change import SchemaChange, schema_changes

_MOST_FIELDS: Final = 3


def schema_texts(change: ObjectChange) -> list[str]:
    """One text for each version whose schema differs: ``versions[v1].schema +2 fields: spec.a, spec.b; 1 other rule (spec.c takes x too)``."""
    if change.old is None or change.new is None:
        return []
    return [
        f"versions[{one.version}].schema {', '.join(_parts(one))}" for one in schema_changes(change.old, change.new)
    ]


def _parts(change: SchemaChange) -> Iterator[str]:
    for sign, names in (("+", change.gained), ("-", change.lost)):
        if names:
            yield f"{sign}{_count(len(names), 'field')} ({_named(names)})"
    if change.narrowed:
        yield f"{_count(len(change.narrowed), 'rule')} that take{'s' * (len(change.narrowed) == 1)} less"
    if change.defaults:
        yield f"other default{'s' * (len(change.defaults) != 1)} ({_named(change.defaults)})"
    if change.others:
        yield f"{_count(len(change.others), 'other rule')} ({_named(change.others)})"
    if not (change.gained or change.takes_less or change.defaults or change.others):
        yield "says the same in other descriptions"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_FIELDS} more" if len(names) > _MOST_FIELDS else ""
    return f"{', '.join(names[:_MOST_FIELDS])}{more}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
