"""Flux's objects that wait for each other (kustomize-controller and helm-controller, ``checkDependencies``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from kubelens.predict.api import Ask, Prediction
from kubelens.predict.references.graph import ReferencesOf
from kubelens.predict.references.reference import Reference


class CyclesOf(Struct, frozen=True):
    """Which objects of a kind wait for each other in a circle, so that none of them is ever applied?"""

    kind: str
    group: str

    def answer(self, ask: Ask) -> Prediction[tuple[tuple[Reference, ...], ...]]:
        """Each circle once, as the references along it; the first is that of the object that comes first."""
        waiting: dict[tuple[str, str], list[Reference]] = {}
        for one in ask.bundle.all(self.kind, group=self.group):
            if not one.partial and one.name:
                named = [r for r in ask(ReferencesOf(one)).answer if r.kind == self.kind and r.group == self.group]
                waiting.setdefault((one.namespace, one.name), []).extend(named)
        return Prediction(tuple(_circles(waiting)))


def _circles(waiting: Mapping[tuple[str, str], list[Reference]]) -> Iterator[tuple[Reference, ...]]:
    """The first circle through each object that is in none yet, walked without recursion."""
    told: set[tuple[str, str]] = set()
    done: set[tuple[str, str]] = set()
    for start in waiting:
        way: list[Reference] = []
        stack = [(start, iter(waiting[start]))]
        on_way = {start: 0}
        while stack:
            at, rest = stack[-1]
            reference = next(rest, None)
            if reference is None:
                stack.pop()
                on_way.pop(at, None)
                done.add(at)
                if way:
                    way.pop()
                continue
            target = (reference.namespace, reference.name)
            if target in on_way:
                circle = (*way[on_way[target] :], reference)
                members = {(one.source.namespace, one.source.name) for one in circle}
                if not members & told:
                    told |= members
                    yield circle
            elif target in waiting and target not in done:
                way.append(reference)
                on_way[target] = len(way)
                stack.append((target, iter(waiting[target])))
