"""What predictions open with: objects that the API server refuses, and workloads whose Pods it does not let in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from kubelens.cli.printing import say_answer
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS, workloads
from kubelens.predict.api import Oracle
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.in_force import refused_bounds
from kubelens.predict.chain.kept import edit_refused, why_edit_is_refused
from kubelens.predict.chain.quota_room import CutShort
from kubelens.predict.chain.stored import Stored

_SHOWN = 10


class Refused(Struct, frozen=True):
    """An object with the server's sentence, ready for people and for JSON."""

    object: str
    sentence: str


def refused_among(oracle: Oracle, resources: Iterable[Resource]) -> tuple[Refused, ...]:
    """Those that are refused or whose edit is, and those of which no Pod or not every Pod is let in, in order."""
    found = []
    cut_short = {id(workload): sentence for workload, sentence in oracle(CutShort()).answer}
    for resource in resources:
        if resource.partial:
            continue
        if resource.edit_refused:
            found.append(Refused(str(resource.key), resource.edit_refused))
        elif why := why_edit_is_refused(resource, resource.standing, oracle):
            found.append(Refused(str(resource.key), edit_refused(resource, why)))
        if resource.kind in WORKLOAD_KINDS:
            sentence = oracle(Admitted(resource)).answer.refusal or cut_short.get(id(resource), "")
        else:
            denial = oracle(Stored(resource)).answer.denial
            sentence = f"the API server refuses {resource.key}: {denial.sentence}" if denial is not None else ""
        if sentence:
            found.append(Refused(str(resource.key), sentence))
    return tuple(found)


def refused_edits(oracle: Oracle, resources: Iterable[Resource], old: Iterable[Resource]) -> tuple[Refused, ...]:
    """Those that the API server does not take in place of what was there before a change."""
    before = {resource.key.slot: resource for resource in old}
    told = [(one, why_edit_is_refused(one, before.get(one.key.slot), oracle)) for one in resources if one.name]
    return tuple(Refused(str(one.key), edit_refused(one, why)) for one, why in told if why)


def edits_refused(bundle: Bundle, told: Iterable[Resource] = ()) -> list[Resource]:
    """The objects that stay as a cluster holds them, their edit being refused; without those that are ``told`` anyway."""
    known = set(map(id, told))
    return [resource for resource in bundle if resource.edit_refused and id(resource) not in known]


def taken_in(bundle: Bundle, *kinds: str, named: Sequence[str] = ()) -> tuple[Oracle, tuple[Refused, ...]]:
    """The world without those objects of some kinds that the API server refuses, and what is refused or kept out.

    What would decide which Pods are let in is told, too. Workloads stay, with or without Pods: predictions ask for these.
    So do objects of the kinds ``named``: what names one that is refused says so.
    """
    oracle = Oracle(bundle)
    refused = [
        r
        for kind in (*kinds, *named)
        for r in bundle.all(kind)
        if not r.partial and oracle(Stored(r)).answer.denial is not None
    ]
    asked = [*refused, *refused_bounds(oracle), *(w.resource for w in workloads(bundle))]
    told = refused_among(oracle, [*edits_refused(bundle, asked), *asked])
    if not refused:
        return oracle, told
    gone = {id(resource) for resource in refused if resource.kind not in named}
    left = [resource for resource in bundle if id(resource) not in gone]
    return Oracle(bundle.holding(left)), told


def tell(refused: Sequence[Refused]) -> None:
    """A line for each, before everything else."""
    say_answer(*(f"refused: {one.sentence}" for one in refused[:_SHOWN]))
    if len(refused) > _SHOWN:
        say_answer(f"refused: {len(refused) - _SHOWN} more")
