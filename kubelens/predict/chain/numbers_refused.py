"""``cut_by_policy``: which of a workload's numbered Pods an admission policy refuses, and which are therefore not made.

A StatefulSet's Pods have names, and an Indexed Job's labels, of their own, so that a policy may take one and refuse the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.identity import GroupVersionKind, ResourceKey
from kubelens.kube.pod_labels import numbered_pods
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask
from kubelens.predict.chain.pods_of import MadePods
from kubelens.predict.chain.stored import Denial, by_policy
from kubelens.predict.controllers.statefulset import makes_in_turn

MOST_JUDGED: Final = 200
"""As many Pods of a workload are judged one by one; those after them are taken to be let in."""
_MOST_NAMED: Final = 4
_POD: Final = GroupVersionKind("", "v1", "Pod")


class CutByPolicy(Struct, frozen=True, eq=False):
    """``made``: the numbers of the Pods that come into being. ``attempted``: how many are sent to the server, in order.

    ``refused``: the numbers of those that it refuses; ``denial``: of the first of these; ``pods``: how many are asked for.
    """

    pods: int
    made: tuple[int, ...]
    attempted: int
    refused: tuple[int, ...]
    denial: Denial
    stem: str
    denied: tuple[int, ...] = ()
    """Those that the server refuses when it is asked, whether it is or not."""

    def missing(self, numbers: Iterable[int], *, replaced: bool) -> frozenset[str]:
        """The names of those of some that do not come into being; where Pods are ``replaced``, all were there before."""
        gone = (n for n in numbers if (n in self.denied if replaced else n not in self.made))
        return frozenset(f"{self.stem}-{number}" for number in gone)

    @property
    def why(self) -> str:
        """Which Pods are refused, with the server's sentence, and what becomes of those after them."""
        after = self.pods - len(self.made) - len(self.refused)
        left = f"; those after {'it' if len(self.refused) == 1 else 'them'} are not made" if after else ""
        return f"{_named(self.stem, self.refused)} refused: {self.denial.sentence}{left}"

    @property
    def why_not_replaced(self) -> str:
        """The same where all were there before."""
        return f"{_named(self.stem, self.denied)} refused: {self.denial.sentence}"


def _named(stem: str, numbers: Sequence[int]) -> str:
    names = [f"{stem}-{number}" for number in numbers]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more} {'is' if len(names) == 1 else 'are'}"


def cut_by_policy(owner: Resource, made: MadePods, pod: Mapping[str, Any], ask: Ask) -> CutByPolicy | None:
    """None where all are let in; of a workload whose first Pod is refused nothing comes, which is told elsewhere.

    An ordered StatefulSet stops at the first that is refused. Else Pods are made in batches of 1, 2, 4 ..., and no batch
    follows one in which the server refuses something (``slowStartBatch`` of statefulset, ``manageJob`` of job).
    """
    resource = made.workload.resource
    if made.workload.kind not in ("StatefulSet", "Job", "CronJob") or numbered_pods(resource) is None:
        return None
    if not ask.bundle.all("ValidatingAdmissionPolicyBinding"):
        return None
    below = made.workload.pod.path[:-1]
    denials = {
        number: denial
        for number in islice(made.numbers, MOST_JUDGED)
        if (denial := by_policy(numbered_as_resource(owner, made, made.one(pod, number)), ask, below)) is not None
    }
    if not denials:
        return None
    attempted: list[int] = []
    in_turn = resource.kind == "StatefulSet" and makes_in_turn(resource.value)
    for batch in _batches(made.numbers, in_turn=in_turn):
        attempted += batch
        if denials.keys() & set(batch):
            break
    refused = tuple(number for number in attempted if number in denials)
    there = tuple(number for number in attempted if number not in denials)
    return CutByPolicy(
        len(made.numbers), there, len(attempted), refused, denials[refused[0]], made.name(0)[:-2], tuple(denials)
    )


def _batches(numbers: Sequence[int], *, in_turn: bool) -> Iterator[list[int]]:
    start, size = 0, 1
    while start < len(numbers):
        yield list(numbers[start : start + size])
        start, size = start + size, size if in_turn else 2 * size


def numbered_as_resource(owner: Resource, made: MadePods, pod: Mapping[str, Any]) -> Resource:
    """A Pod as it is asked about: a StatefulSet's by its name, all others by none, as the server is to make that up."""
    name = pod["metadata"]["name"] if made.workload.kind == "StatefulSet" else ""
    key = ResourceKey(_POD, owner.namespace or "default", name)
    return Resource(key, pod, owner.place.at(*made.workload.pod.path[:-1]))
