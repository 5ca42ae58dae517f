"""Selectors found by labels, and labels by selectors, without trying each on each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Generic, TypeVar

from kubelens.kube.selector import Labels, Operator, Selector

T = TypeVar("T")
Pair = tuple[str, str]
ANY: Final = ("", "")
"""Stands for a label where a selector asks for no single value of one."""


def required_pair(selector: Selector) -> Pair:
    """A label that all have which a selector matches; ``ANY`` where it asks for no single value."""
    for one in selector.requirements:
        if one.operator is Operator.IN and len(one.values) == 1:
            return one.key, one.values[0]
    return ANY


def pairs_of(labels: Labels) -> tuple[Pair, ...]:
    """Where a thing with labels is to be looked for, or filed: under ``ANY`` and each label."""
    return (ANY, *labels.items())


class SelectorIndex(Generic[T]):
    """Things with a selector each, found by labels that it matches."""

    def __init__(self, things: Iterable[tuple[Selector, T]] = ()) -> None:
        self._by_pair: dict[Pair, list[tuple[int, Selector, T]]] = {}
        self._count = 0
        for selector, thing in things:
            self.add(selector, thing)

    def add(self, selector: Selector, thing: T) -> None:
        """One more, after the others."""
        self._by_pair.setdefault(required_pair(selector), []).append((self._count, selector, thing))
        self._count += 1

    def matching(self, labels: Labels) -> list[T]:
        """Those whose selector matches, in their order."""
        found = [one for pair in pairs_of(labels) for one in self._by_pair.get(pair, ())]
        found.sort(key=lambda one: one[0])
        return [thing for _, selector, thing in found if selector.matches(labels)]


class LabelIndex(Generic[T]):
    """Things with labels each, found by selectors that match these."""

    def __init__(self, things: Iterable[tuple[Labels, T]]) -> None:
        self._by_pair: dict[Pair, list[tuple[Labels, T]]] = {}
        for labels, thing in things:
            for pair in pairs_of(labels):
                self._by_pair.setdefault(pair, []).append((labels, thing))

    def selected(self, selector: Selector) -> list[T]:
        """Those whose labels a selector matches, in their order."""
        return [thing for labels, thing in self._by_pair.get(required_pair(selector), ()) if selector.matches(labels)]
