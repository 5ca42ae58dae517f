"""What happens in a Pod's life, and when."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from kubelens.predict.kubelet.interval import Interval


class Happening(StrEnum):
    """What happens to a container, or to the Pod."""

    STARTS = "starts"
    HOOK_ENDS = "postStart ends"
    STARTED = "started"
    READY = "ready"
    ENDS = "ends"
    INITIALIZED = "initialized"
    POD_READY = "Pod ready"
    AVAILABLE = "Pod available"
    DEADLINE = "fails: DeadlineExceeded"
    LEAVES = "leaves its Services"
    PRE_STOP = "preStop starts"
    SIGTERM = "SIGTERM"
    SIGKILL = "SIGKILL, if it still runs"
    GONE = "Pod gone"


class Moment(Struct, frozen=True):
    """One happening; ``container`` is ``""`` for the Pod itself, ``role`` ``init``, ``sidecar`` or ``app``."""

    at: Interval
    what: Happening
    container: str = ""
    role: str = ""
    note: str = ""
