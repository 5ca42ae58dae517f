"""Scores of NodeResourcesFit and NodeResourcesBalancedAllocation over arrays of nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelens.predict.scheduler.columns import np

if TYPE_CHECKING:
    from kubelens.predict.scheduler.columns import Ints


def least_allocated(*resources: tuple[Ints, Ints]) -> Ints:
    """The mean free share, 0 to 100, over (allocatable, requested) of each resource (``leastResourceScorer``)."""
    sums = np.zeros(len(resources[0][0]), np.int64)
    count = np.zeros_like(sums)
    for room, used in resources:
        known = room > 0
        count += known
        sums += np.where(known & (used <= room), (room - used) * 100 // np.maximum(room, 1), 0)
    return np.where(count > 0, sums // np.maximum(count, 1), 0)


def balanced_allocation(cpu: tuple[Ints, Ints, int], memory: tuple[Ints, Ints, int]) -> Ints:
    """How even two resources are used, 0 to 100, from (allocatable, used, more) (``balancedResourceScorer``)."""

    def balance(counts_more: bool) -> Ints:
        one, other = (
            np.minimum((used + (more if counts_more else 0)) / np.maximum(room, 1), 1.0)
            for room, used, more in (cpu, memory)
        )
        deviation = np.where((cpu[0] > 0) & (memory[0] > 0), np.absolute((one - other) / 2), 0.0)
        return ((1 - deviation) * 100).astype(np.int64)

    return 50 + (50 + balance(True) - balance(False)) // 2
