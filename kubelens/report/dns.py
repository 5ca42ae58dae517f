"""A look-up and lists of DNS records as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from kubelens.kube.workload import Workload
from kubelens.predict.api import Prediction
from kubelens.predict.network.dns.lookup import Lookup, Step
from kubelens.predict.network.dns.record import Record
from kubelens.predict.network.dns.resolvers import Library
from kubelens.report.places import Places
from kubelens.syntax.place import Place

_SHOWN: Final = 10


class Asked(Struct, frozen=True, eq=False):
    """Who asks, in a cluster of which domain, and where objects are written."""

    workload: Workload
    domain: str
    places: Places


def lookup_lines(
    name: str,
    source: str,
    library: Library,
    prediction: Prediction[Lookup],
    other: Library,
    beside: Prediction[Lookup],
    asked: Asked,
) -> Iterator[str]:
    """What comes of it, every name asked for, what answers, what the other C library makes of it, and what is taken for granted."""
    lookup = prediction.answer
    config = lookup.config
    servers = ", ".join(config.nameservers) or "none"
    yield f"{name} from {source}: {_verdict(name, lookup, asked)}"
    yield asked.places.after(f"  nameserver {servers}, ndots {config.ndots}, {library}", asked.workload.resource.place)
    if lookup.shut:
        yield "  without that it would be:"
    for number, step in enumerate(lookup.steps, 1):
        yield f"  {number} {step.name:56} {_word(step)}"
        yield from _records(step.records)
        if step.why:
            yield f"      {step.why}"
    if lookup.advice:
        yield f"  note: {lookup.advice}"
    if (difference := _difference(lookup, other, beside.answer)) is not None:
        yield f"  {difference}"
    for assumption in prediction.assumptions:
        yield f"  assuming: {assumption.text}"


def _verdict(name: str, lookup: Lookup, asked: Asked) -> str:
    places = asked.places
    if lookup.shut:
        return f"nothing answers: {lookup.shut}"
    if lookup.answered is None:
        where = lookup.elsewhere[:1]
        if not where:
            return "never found"
        service = places.snapshot.bundle.get("Service", where[0], name)
        hint = f"never found. Service {name!r} is in namespace {where[0]}: write {name}.{where[0]}"
        return places.after(hint, service.place if service is not None else None)
    answers = lookup.answered
    told = f"{answers.name} answers"
    if lookup.leads_nowhere:
        told += " as an alias that has no address: connections fail"
    return places.after(told, service_of(answers.name, asked.domain, places))


def service_of(name: str, domain: str, places: Places) -> Place | None:
    """Where the Service is written whose record a name is (``[POD.]SERVICE.NAMESPACE.svc.DOMAIN.``)."""
    labels = name.removesuffix(f".svc.{domain}.").split(".")
    if len(labels) < 2 or not name.endswith(f".svc.{domain}."):
        return None
    service = places.snapshot.bundle.get("Service", labels[-1], labels[-2])
    return service.place if service is not None else None


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


def record_lines(found: Prediction[tuple[Record, ...]], domain: str, places: Places) -> Iterator[str]:
    """One line for each record, and what is taken for granted."""
    names = len({record.name for record in found.answer})
    yield f"{len(found.answer)} record{'' if len(found.answer) == 1 else 's'} of {names} name{'' if names == 1 else 's'}"
    for record in found.answer:
        yield places.after(f"{record.name:60} {record.type:6} {record.value}", service_of(record.name, domain, places))
    for assumption in found.assumptions:
        yield f"  assuming: {assumption.text}"
