"""Which Pods the selectors of a kind of objects match, kept as Pods come and go: their labels do not change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kubelens.kube.selector import Selector
from kubelens.predict.cluster.records import Change, PodRecord
from kubelens.predict.store.objects import ObjectKey


class Selections:
    """The Pods of each selector, in the order in which they came."""

    def __init__(self) -> None:
        self._selectors: dict[str, dict[ObjectKey, Selector]] = {}
        self._chosen: dict[ObjectKey, dict[PodRecord, None]] = {}
        self._of: dict[PodRecord, list[ObjectKey]] = {}
        self._alike: dict[tuple[str, frozenset[tuple[str, str]]], list[ObjectKey]] = {}
        """What selects Pods of a namespace with some labels: those of one template bear the same."""

    def put(self, key: ObjectKey, selector: Selector, pods: Iterable[PodRecord]) -> None:
        """An object selects Pods of its namespace; ``pods`` are those there are."""
        self._forget()
        self._selectors.setdefault(key.namespace, {})[key] = selector
        self._chosen[key] = {
            r: None for r in pods if r.key.namespace == key.namespace and selector.matches(r.info.labels)
        }

    def drop(self, key: ObjectKey) -> None:
        """An object is gone, or selects no more."""
        self._forget()
        self._selectors.get(key.namespace, {}).pop(key, None)
        self._chosen.pop(key, None)

    def see(self, record: PodRecord, change: Change) -> None:
        """A Pod came or went."""
        if change is Change.CREATED:
            for key in self.matching(record):
                self._chosen[key][record] = None
        elif change is Change.GONE:
            for key in self.matching(record):
                self._chosen[key].pop(record, None)
            self._of.pop(record, None)

    def matching(self, record: PodRecord) -> Sequence[ObjectKey]:
        """The objects that select a Pod."""
        found = self._of.get(record)
        if found is None:
            labels = record.info.labels
            kind = (record.key.namespace, frozenset(labels.items()))
            if kind not in self._alike:
                selectors = self._selectors.get(record.key.namespace, {})
                self._alike[kind] = [k for k, selector in selectors.items() if selector.matches(labels)]
            found = self._of[record] = self._alike[kind]
        return found

    def _forget(self) -> None:
        self._of.clear()
        self._alike.clear()

    def chosen(self, key: ObjectKey) -> Iterable[PodRecord]:
        """The Pods that an object selects."""
        return self._chosen.get(key, {})
