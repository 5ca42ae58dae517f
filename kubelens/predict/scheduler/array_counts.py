"""How many placed Pods satisfy a predicate, by node and by domain of a label, kept up as Pods are placed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from kubelens.predict.scheduler.columns import np
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import NodeInfo

if TYPE_CHECKING:
    from kubelens.predict.scheduler.columns import Bools, Ints


class Domains(Struct, frozen=True, eq=False):
    """Each node's domain under a label as a number, -1 where it has none.

    Values by domain are arrays of one more place: the last stands for nodes without the label, so that ``values[ids]``
    are values by node.
    """

    key: str
    ids: Ints
    size: int
    labelled: Bools
    everywhere: bool


def read_domains(key: str, infos: Sequence[NodeInfo]) -> Domains:
    """The domains of a label, numbered as nodes bring them."""
    numbers: dict[str, int] = {}
    labels = [info.node.labels for info in infos]
    ids = np.array([numbers.setdefault(one[key], len(numbers)) if key in one else -1 for one in labels], np.int64)
    labelled = ids >= 0
    return Domains(key, ids, len(numbers), labelled, bool(labelled.all()))


class DomainCounts(Struct, eq=False):
    """Placed Pods by domain, over the ``included`` nodes (None: all that have the label). The last place stays 0."""

    domains: Domains
    included: Bools | None
    sums: Ints
    total: int = 0

    def add(self, node: int) -> None:
        """One more Pod on a node."""
        domain = self.domains.ids[node]
        if domain >= 0 and (self.included is None or self.included[node]):
            self.sums[domain] += 1
            self.total += 1

    def by_node(self) -> Ints:
        """For each node the count of its domain, 0 where it has none."""
        return self.sums[self.domains.ids]


class Counter(Struct, eq=False):
    """How many placed Pods on each node satisfy a predicate."""

    matches: Callable[[PodInfo], bool]
    counts: Ints
    views: list[DomainCounts] = field(default_factory=list)

    def add(self, node: int) -> None:
        """One more Pod on a node."""
        self.counts[node] += 1
        for view in self.views:
            view.add(node)

    def by_domain(self, domains: Domains, included: Bools | None = None) -> DomainCounts:
        """The counts by domain, kept up from now on."""
        if included is None:
            for view in self.views:
                if view.domains is domains and view.included is None:
                    return view
        mask = domains.labelled if included is None else domains.labelled & included
        sums = np.bincount(domains.ids[mask], weights=self.counts[mask], minlength=domains.size + 1).astype(np.int64)
        view = DomainCounts(domains, included, sums, int(sums.sum()))
        self.views.append(view)
        return view
