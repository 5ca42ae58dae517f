"""Pods of an autoscaler's target whose own status says otherwise than what is given of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.predict.api import Ask, Assumption
from kubelens.predict.chain.standing import StandingPodsOf
from kubelens.predict.controllers.disruption import PodState, state_of
from kubelens.predict.controllers.podautoscaler.target import Target
from kubelens.predict.first_names import first_names

_MOST_NAMED: Final = 4


def taken_for_ready(ask: Ask, target: Target, namespace: str) -> Iterator[Assumption]:
    """That the Pods of a target are Ready and measured, where some of them among the files are not."""
    pods = ask(StandingPodsOf(namespace)).answer.get((target.kind, target.name), ())
    others = [pod.name for pod in pods if state_of(pod.value) is not PodState.READY]
    if others:
        yield Assumption(
            f"every Pod of {target.kind} {target.name} is Ready and has metrics, as --unready and --missing say nothing else: by "
            f"their status {first_names(others, _MOST_NAMED)} {'is' if len(others) == 1 else 'are'} not"
        )
