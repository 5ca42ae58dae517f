"""The tick model: kubelets take a step, controllers come to rest, actions come, they rest again, a state is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from kubelens.predict.controllers.ticks.pace import Action, Actions, Pace
from kubelens.predict.controllers.ticks.timeline import End, State, Timeline

MAX_TICKS: Final = 400


class Controller(Protocol):
    """One object and its Pods, with the controllers that act on them."""

    pace: Pace

    def step(self, now: int) -> None:
        """One tick of the kubelets at second ``now``."""

    def rest(self, now: int) -> None:
        """Let the controllers act until nothing changes."""

    def apply(self, action: Action, now: int) -> None:
        """Something happens from outside."""

    def state(self, tick: int, now: int) -> State:
        """What is there at rest."""

    def settled(self, now: int) -> bool:
        """Whether no step changes anything any more."""

    def end(self, now: int) -> End:
        """How it stands if nothing moves any more."""


def run(
    controller: Controller,
    actions: Actions,
    *,
    max_ticks: int = MAX_TICKS,
    settle: bool = True,
    settle_ticks: int | None = None,
    after_settling: Callable[[], None] = lambda: None,
) -> Timeline:
    """The states tick by tick until nothing moves or ``max_ticks`` have passed.

    ``settle``: the object as it is comes to rest first, for ``settle_ticks`` ticks only where given;
    ``after_settling``: what is different from then on.
    """
    seconds = controller.pace.tick_seconds or 1
    now = 0
    controller.rest(now)
    before: State | None = None
    if settle:
        limit = MAX_TICKS if settle_ticks is None else settle_ticks
        for _ in range(limit):
            if settle_ticks is None and controller.settled(now):
                break
            now += seconds
            _tick(controller, now, seconds)
        before = controller.state(0, now + seconds - 1)
        now += seconds
        after_settling()
    states: list[State] = []
    last_action = max(actions, default=0)
    end = End.GOING
    for tick in range(max_ticks + 1):
        if tick:
            now += seconds
            controller.step(now)
            controller.rest(now)
        for action in actions.get(tick, ()):
            controller.apply(action, now)
            controller.rest(now)
        for second in range(1, seconds):
            controller.rest(now + second)
        seen = now + seconds - 1
        states.append(controller.state(tick, seen))
        if tick >= last_action and controller.settled(seen):
            end = controller.end(seen)
            break
    while len(states) > 1 and states[-1].same_as(states[-2]):
        states.pop()
    return Timeline(before, tuple(states), end)


def _tick(controller: Controller, now: int, seconds: int) -> None:
    controller.step(now)
    for second in range(seconds):
        controller.rest(now + second)
