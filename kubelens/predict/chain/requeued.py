"""Pods that waited before a preemption: a scheduler looks at them again when its victims are gone."""

from __future__ import annotations

from collections.abc import Iterable

from kubelens.predict.scheduler.placement import Placement


def queued_before(placements: Iterable[Placement]) -> tuple[str, ...]:
    """What is taken for granted of the first preemption that a Pod of higher priority may profit from, in a sentence.

    It goes back to the queue with the victims' deletion and comes before the Pod that preempts (``PrioritySort``).
    """
    for one in placements:
        if one.victims and one.contested_by:
            return (
                f"{one.pod.key} gets the room of the Pods that it sends away: {one.contested_by}, whose priority is "
                "higher, waits too, fits there and may take it first",
            )
    return ()
