"""What is to happen to a cluster, when, and what has to hold meanwhile."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kubelens.predict.cluster.actions import Action
from kubelens.predict.cluster.promises import Promise

SETTLED: Final = "settled"
DRAINED: Final = "drained"


class Step(Struct, frozen=True):
    """Something that happens: ``at`` seconds after the start, or as soon as ``when`` holds, after the step before it.

    ``when`` is ``settled`` (no Pod is on its way), ``drained`` (every drain is done) or a CEL condition over the state.
    """

    title: str
    actions: tuple[Action, ...]
    at: int | None = None
    when: str = ""


class Scenario(Struct, frozen=True):
    """Steps in order, and promises. ``tick`` and ``limit`` in seconds: how long a tick is, and after how long it is cut."""

    name: str
    steps: tuple[Step, ...]
    promises: tuple[Promise, ...] = ()
    says: str = ""
    tick: int = 10
    limit: int = 3600
