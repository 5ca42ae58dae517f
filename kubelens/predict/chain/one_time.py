"""Pods that come to an end: what is taken for granted of how many are there at one time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.first_names import first_names
from kubelens.predict.scheduler.pending import PendingPod

_MOST_NAMED: Final = 3


def runs_at_one_time(pending: Iterable[PendingPod]) -> Iterator[str]:
    """In sentences: of CronJobs together, and of each Job that has more Pods over time than at one time."""
    owners: dict[int, Resource] = {}
    counts: dict[int, int] = {}
    for pod in pending:
        if pod.owner.kind in ("Job", "CronJob"):
            owners[id(pod.owner)] = pod.owner
            counts[id(pod.owner)] = counts.get(id(pod.owner), 0) + 1
    cron = [str(owner.key) for owner in owners.values() if owner.kind == "CronJob"]
    if cron:
        named = first_names(cron, _MOST_NAMED)
        each = "each of " if len(cron) > 1 else ""
        yield f"one run of {each}{named} is under way at one time, beside everything else, with no Pod of an earlier run"
    queues = [(str(owner.key), _waiting(owner, counts[key])) for key, owner in owners.items()]
    told = [(name, text) for name, text in queues if text]
    yield from (text for _, text in told[:_MOST_NAMED])
    if len(told) > _MOST_NAMED:
        yield f"so it is with {first_names([name for name, _ in told[_MOST_NAMED:]], _MOST_NAMED)}"


def _waiting(owner: Resource, count: int) -> str:
    spec = owner.spec
    if owner.kind == "CronJob":
        spec = fields.mapping(fields.mapping(spec, "jobTemplate"), "spec")
    completions = fields.integer(spec, "completions")
    if completions is None or completions <= count:
        return ""
    which = "is" if count == 1 else "are"
    return f"{count} of the {completions} Pods of {owner.key} {which} there at one time (parallelism): the others find its room"
