"""A look-up and lists of DNS records as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.predict.api import Prediction
from kubelens.predict.network.dns.lookup import Lookup, Step
from kubelens.predict.network.dns.record import Record
from kubelens.predict.network.dns.resolvers import Library

_SHOWN: Final = 10


def lookup_lines(
    name: str,
    source: str,
    library: Library,
    prediction: Prediction[Lookup],
    other: Library,
    beside: Prediction[Lookup],
) -> Iterator[str]:
    """Every name asked for, what answers, what the other C library makes of it, and what is taken for granted."""
    lookup = prediction.answer
    config = lookup.config
    servers = ", ".join(config.nameservers) or "none"
    yield f"{name} from {source}  (nameserver {servers}, ndots {config.ndots}, {library})"
    if lookup.shut:
        yield f"nothing answers: {lookup.shut}. Without that it would be:"
    for number, step in enumerate(lookup.steps, 1):
        yield f"  {number} {step.name:56} {_word(step)}"
        yield from _records(step.records)
        if step.why:
            yield f"      {step.why}"
    if lookup.leads_nowhere:
        yield "an alias answers and has no address: connections fail"
    elif lookup.answered is None and not lookup.shut:
        where = lookup.elsewhere[:1]
        hint = f" Service {name!r} is in namespace {where[0]}: write {name}.{where[0]}" if where else ""
        yield f"never found.{hint}"
    if lookup.advice:
        yield f"  note: {lookup.advice}"
    if (difference := _difference(lookup, other, beside.answer)) is not None:
        yield f"  {difference}"
    for assumption in prediction.assumptions:
        yield f"  assuming: {assumption.text}"


def _word(step: Step) -> str:
    if step.file:
        return f"answers, in {step.file}"
    if step.records:
        return "answers"
    return "exists, without such a record" if step.exists else "no such name"


def _records(records: Sequence[Record]) -> Iterator[str]:
    for record in records[:_SHOWN]:
        yield f"      {record.type:6} {record.value}"
    if len(records) > _SHOWN:
        yield f"      ... and {len(records) - _SHOWN} more"


def _difference(lookup: Lookup, library: Library, found: Lookup) -> str | None:
    here, there = lookup.answered, found.answered
    if lookup.shut or found.shut:
        return None if lookup.shut else f"with {library}: nothing answers, {found.shut}"
    if found.chance and not lookup.chance:
        return f"with {library}: a matter of luck, it asks all nameservers at once"
    if here is None and there is not None:
        return f"with {library}: {there.name} answers"
    if here is not None and there is None:
        last = found.steps[-1].name if found.steps else "no name"
        return f"with {library}: never found, the search ends at {last}"
    if here is not None and there is not None and here.name != there.name:
        return f"with {library}: {there.name} answers"
    return None


def record_lines(found: Prediction[tuple[Record, ...]]) -> Iterator[str]:
    """One line for each record, and what is taken for granted."""
    for record in found.answer:
        yield f"{record.name:60} {record.type:6} {record.value}"
    for assumption in found.assumptions:
        yield f"  assuming: {assumption.text}"
