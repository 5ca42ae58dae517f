"""The order of the output (``SortOrderTransformer``)."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Final

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.identity import DEFAULT_RANKS, Gvk, ResId, ranks
from kubelens.render.kustomize.resource_list import ResourceList
from kubelens.render.kustomize.settings import SortOptions

LEGACY: Final = "legacy"
FIFO: Final = "fifo"


class SortOrder:
    """Sorts by kind, or leaves the order in which objects came."""

    def __init__(self, options: SortOptions | None) -> None:
        """No options leave the order as it is."""
        self.order = str(options.order) if options is not None else FIFO
        legacy = options.legacy_sort_options if options is not None else None
        place = options.origins.get("order") or options.origins.get("") if options is not None else None
        if self.order not in (FIFO, LEGACY):
            raise BuildFault("the field 'sortOptions.order' must be one of [fifo, legacy]", place)
        if self.order == FIFO and legacy is not None:
            raise BuildFault(
                "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'",
                place,
            )
        self.ranks = DEFAULT_RANKS
        if legacy is not None:
            self.ranks = ranks(tuple(map(str, legacy.order_first or ())), tuple(map(str, legacy.order_last or ())))

    def transform(self, objects: ResourceList) -> None:
        """See :class:`.Transformer`."""
        if self.order == FIFO:
            return
        sorting = cmp_to_key(self._compare)
        found = sorted(objects, key=lambda resource: sorting(resource.current_id))
        objects.resources = []
        objects.append(found)

    def _compare(self, one: ResId, other: ResId) -> int:
        if one.gvk != other.gvk:
            return -1 if self._before(one.gvk, other.gvk) else 1 if self._before(other.gvk, one.gvk) else 0
        a, b = _text(one), _text(other)
        return -1 if a < b else 1 if a > b else 0

    def _before(self, one: Gvk, other: Gvk) -> bool:
        rank, other_rank = self.ranks.get(one.kind, 0), self.ranks.get(other.kind, 0)
        if rank != other_rank:
            return rank < other_rank
        if one.kind == other.kind == "Namespace" and not (one.group and other.group):
            return one.sorting_text > other.sorting_text
        return one.sorting_text < other.sorting_text


def _text(one: ResId) -> str:
    return f"{one.gvk}|{one.namespace or '~X'}|{one.name or '~N'}"
