"""What lacks everywhere is given from elsewhere: by the cluster, a webhook, a command line or another repository.

A name that one object has amiss stands beside many that are right. Where most of what is named of one sort is in no file, nobody
looks for it among the files, and none of these names is a slip.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

_MANY: Final = 5


def are_given_elsewhere(lacking: Collection[str], named: Collection[str]) -> bool:
    """Whether the names of one sort that nothing here makes are many, and at least half of all that are named."""
    return len(lacking) >= _MANY and 2 * len(lacking) >= len(named)
