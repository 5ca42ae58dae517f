"""Nodes that are alike in what a question reads: it is asked once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from kubelens.predict.scheduler.columns import np
from kubelens.predict.scheduler.plugins.image_locality import scaled_sizes
from kubelens.predict.scheduler.state import NodeInfo

if TYPE_CHECKING:
    from kubelens.predict.scheduler.columns import Bools, Ints


class Alike(Struct, frozen=True, eq=False):
    """The number of each node's group, and one node of each group."""

    ids: Ints
    examples: list[NodeInfo]

    def bools(self, judge: Callable[[NodeInfo], bool]) -> Bools:
        """A yes or no for each node."""
        return np.array([judge(info) for info in self.examples], np.bool_)[self.ids]

    def ints(self, judge: Callable[[NodeInfo], int]) -> Ints:
        """A number for each node."""
        return np.array([judge(info) for info in self.examples], np.int64)[self.ids]


class NodeGroups:
    """The groups of a cluster's nodes, made when they are first asked for."""

    def __init__(self, infos: Sequence[NodeInfo]) -> None:
        self._infos = infos
        self._labels: dict[tuple[str, ...], Alike] = {}
        self._taints: Alike | None = None
        self._images: Alike | None = None
        self._sizes: dict[str, int] | None = None

    def by_labels(self, keys: Sequence[str]) -> Alike:
        """Nodes with the same values of some labels."""
        wanted = tuple(sorted(set(keys)))
        found = self._labels.get(wanted)
        if found is None:
            found = self._alike(lambda info: tuple(map(info.node.labels.get, wanted)))
            self._labels[wanted] = found
        return found

    @property
    def by_name(self) -> Alike:
        """Each node by itself."""
        return Alike(np.arange(len(self._infos)), list(self._infos))

    @property
    def by_taints(self) -> Alike:
        """Nodes with the same taints, cordoned or not."""
        if self._taints is None:
            self._taints = self._alike(lambda info: (info.node.taints, info.node.unschedulable))
        return self._taints

    @property
    def by_images(self) -> Alike:
        """Nodes that hold the same images."""
        if self._images is None:
            self._images = self._alike(lambda info: frozenset(info.node.images))
        return self._images

    @property
    def image_sizes(self) -> dict[str, int]:
        """The sizes of images, scaled by how many nodes have each."""
        if self._sizes is None:
            self._sizes = scaled_sizes(self._infos)
        return self._sizes

    def _alike(self, key: Callable[[NodeInfo], Hashable]) -> Alike:
        numbers: dict[Any, int] = {}
        examples: list[NodeInfo] = []
        ids = np.empty(len(self._infos), np.int64)
        for index, info in enumerate(self._infos):
            number = numbers.setdefault(key(info), len(examples))
            if number == len(examples):
                examples.append(info)
            ids[index] = number
        return Alike(ids, examples)
