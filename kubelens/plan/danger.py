"""How much a consequence matters."""

from __future__ import annotations

from enum import IntEnum


class Danger(IntEnum):
    """From nothing to worry about to what the server does not even take."""

    NONE = 0
    """Worth knowing."""
    RESTART = 1
    """Pods are replaced, and what they serve goes on."""
    DISRUPTION = 2
    """Fewer Pods serve for a while, or something waits that did not wait before."""
    EXPOSURE = 3
    """Somebody may reach or do what they could not before."""
    DATA_LOSS = 4
    """Something that is stored goes away."""
    OUTAGE = 5
    """What answered does not answer any more."""
    REFUSED = 6
    """The API server does not take it, or what builds it does not."""

    def __str__(self) -> str:
        return self.name.lower().replace("_", "-")
