"""What preemptions take for granted: who comes first to the room that victims leave, and who goes of equals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kubelens.predict.scheduler.placement import Placement


def about_preemptions(placements: Iterable[Placement]) -> Iterator[str]:
    """A sentence for the first preemption by which a Pod that waits may profit, and for the first that may hit another.

    A Pod of higher priority goes back to the queue with the victims' deletion and comes before the one that preempts
    (``PrioritySort``); of Pods of one priority and one start any may go (``MoreImportantPod``).
    """
    pushing = [one for one in placements if one.victims]
    contested = next((one for one in pushing if one.contested_by), None)
    if contested is not None:
        yield (
            f"{contested.pod.key} gets the room of the Pods that it sends away: {contested.contested_by}, whose priority is "
            "higher, waits too, fits there and may take it first"
        )
    spared = next((one for one in pushing if one.spared), None)
    if spared is not None:
        yield (
            f"{spared.pod.key} sends away {spared.victims[0]}: {spared.spared}, of the same priority and as old as far as is "
            "known, may go in its place"
        )
