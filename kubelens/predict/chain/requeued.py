"""Pods that waited before a preemption: a scheduler looks at them again when its victims are gone."""

from __future__ import annotations

from collections.abc import Iterable

from kubelens.predict.scheduler.placement import Placement


def queued_before(placements: Iterable[Placement]) -> tuple[str, ...]:
    """What is taken for granted of the first preemption while Pods of no lower priority wait, in a sentence.

    They go back to the queue with the victims' deletion and come before the Pod that preempts (``PrioritySort``).
    """
    waiting: Placement | None = None
    for one in placements:
        if one.decision is None:
            continue
        if not one.chosen and not one.rejected_on:
            waiting = waiting or one
        elif one.victims and waiting is not None and waiting.pod.priority >= one.pod.priority:
            return (
                f"{one.pod.key} gets the room of the Pods that it sends away: {waiting.pod.key}, whose priority is not "
                "lower, waits too and may take it first",
            )
    return ()
