"""What is taken for granted where the Pods at the ends of connections are let in."""

from __future__ import annotations

from collections.abc import Iterable

from kubelens.predict.api import Ask, Assumption
from kubelens.predict.chain.let_in import taken_to_let_in
from kubelens.predict.network.ends import End, PodEnd


def let_in(ask: Ask, ends: Iterable[End]) -> tuple[Assumption, ...]:
    """Each once; nothing for addresses."""
    return taken_to_let_in(ask, (end.workload.resource for end in ends if isinstance(end, PodEnd)))
