"""Rollouts of many Pods that go one way each: a few are played, and the states of many follow by counting.

A controller that takes one Pod after the other does with the thousandth what it did with the tenth. So the timeline of
one Pod more is that of one less with one stretch of states put in: before it one more Pod waits, behind it one more is
done. :func:`at_size` finds that stretch in two timelines that were played, and holds what follows from it against
others that were played too; where one differs it has no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from kubelens.kube.resource import Resource
from kubelens.predict.controllers.fields import Label, part
from kubelens.predict.controllers.statefulset import StatefulSet, read_statefulset_spec
from kubelens.predict.controllers.ticks.pace import Action, Edit, Pace
from kubelens.predict.controllers.ticks.ticks import run
from kubelens.predict.controllers.ticks.timeline import Counts, State, Timeline

_FURTHER: Final = (2, 3, 7, 16)
"""How many strides more are played to hold what follows against."""

_MOST_PLAYED: Final = 400
"""Pods of the largest one that is played in place of another."""
_MOST_STATES: Final = 400_000
"""Pods times steps up to which a StatefulSet is played as it is."""
_MOST_STEPS: Final = 100_000

Figures = dict[tuple[str, str], int]


def statefulset_at_size(
    new: Resource, old: Resource | None, pace: Pace, label: Label, *, several: bool
) -> Timeline | None:
    """The rollout of a StatefulSet with more Pods than can be named, as many before as after; None where it is not told.

    ``several``: whether the gate MaxUnavailableStatefulSet is on.
    """
    spec = read_statefulset_spec(new.value, label, several=several)
    replicas, stride = spec.replicas, spec.max_unavailable or 1
    few = spec.partition + 2 * stride + 8
    few += (replicas - few) % stride

    def play(pods: int) -> Timeline:
        first, then = (_sized((one or new).value, pods, stride) for one in (old, new))
        actions: dict[int, tuple[Action, ...]] = {0: (Edit(then),)} if old is not None else {}
        controller = StatefulSet(first, pace, label, several=several)
        return run(controller, actions, max_ticks=_MOST_STEPS, settle=old is not None)

    if few + _FURTHER[-1] * stride <= min(_MOST_PLAYED, replicas):
        found = at_size(play, few, stride, replicas)
        if found is not None:
            return found
    slowest = sum(max(ticks or 1 for ticks in one.values()) for one in (pace.ready_after, pace.terminate_after))
    return play(replicas) if replicas * slowest * (replicas // stride + 1) <= _MOST_STATES else None


def _sized(value: Mapping[str, Any], pods: int, stride: int) -> Mapping[str, Any]:
    """A StatefulSet with another number of Pods, of which as many as before may be down."""
    spec = {**part(value, "spec"), "replicas": pods}
    rolling = part(spec, "updateStrategy", "rollingUpdate")
    if "maxUnavailable" in rolling:
        strategy = {**part(spec, "updateStrategy"), "rollingUpdate": {**rolling, "maxUnavailable": stride}}
        spec = {**spec, "updateStrategy": strategy}
    return {**value, "spec": spec}


def at_size(play: Callable[[int], Timeline], few: int, stride: int, many: int) -> Timeline | None:
    """The timeline of ``many`` Pods, without their names; None where it does not follow from those of few.

    ``play`` gives the timeline of a number of Pods; ``stride``: how many of them go at a time. ``many`` is ``few`` and
    a whole number of strides.
    """
    one, two = play(few), play(few + stride)
    stretch = _Stretch.between(one, two)
    if stretch is None:
        return None
    for more in _FURTHER:
        if not _same(stretch.repeated(more), play(few + more * stride)):
            return None
    return stretch.repeated((many - few) // stride)


class _Stretch:
    """The states that one stride more puts into a timeline at ``at``, and what it adds to those before and behind."""

    def __init__(
        self, one: Timeline, two: Timeline, at: int, first: Sequence[Figures], then: Sequence[Figures], before: Figures
    ) -> None:
        self._one, self._two, self._at = one, two, at
        self._first, self._then, self._before = first, then, before

    @classmethod
    def between(cls, one: Timeline, two: Timeline) -> _Stretch | None:
        """What the second timeline has more than the first; None where they end otherwise or the first is longer."""
        shorter, longer = [_figures(s) for s in one.states], [_figures(s) for s in two.states]
        size = len(longer) - len(shorter)
        if size < 0 or one.end is not two.end or (one.before is None) != (two.before is None):
            return None
        first = [_minus(b, a) for a, b in zip(shorter, longer, strict=False)]
        then = [_minus(b, a) for a, b in zip(shorter, longer[size:], strict=True)]
        at = len(shorter) // 2 if size else len(shorter)  # in the middle one Pod goes as the one before it went
        before = _minus(_figures(two.before), _figures(one.before)) if one.before and two.before else {}
        return cls(one, two, at, first, then, before)

    def repeated(self, times: int) -> Timeline:
        """The timeline with ``times`` strides more than the first."""
        at, size = self._at, len(self._two.states) - len(self._one.states)
        states = [_plus(s, more, times) for s, more in zip(self._one.states[:at], self._first, strict=False)]
        if size and times and at:
            waiting, done = self._first[at - 1], self._then[at]
            for turn in range(times):
                there = self._two.states[at : at + size]
                states += [_plus(_plus(state, waiting, times - 1 - turn), done, turn) for state in there]
        behind = zip(self._one.states[at:], self._then[at:], strict=True)
        states += [_plus(state, more, times) for state, more in behind]
        numbered = tuple(replace(state, tick=tick) for tick, state in enumerate(states))
        before = self._one.before
        return Timeline(_plus(before, self._before, times) if before else None, numbered, self._one.end)


def _figures(state: State) -> Figures:
    """All that is counted in a state."""
    found: Figures = {("status", name): number for name, number in state.status.items()}
    for revision, counts in state.revisions.items():
        for name in Counts.__struct_fields__:
            found[revision, name] = getattr(counts, name)
    return found


def _minus(one: Figures, other: Figures) -> Figures:
    names = one.keys() | other.keys()
    return {name: more for name in names if (more := one.get(name, 0) - other.get(name, 0))}


def _plus(state: State, more: Figures, times: int) -> State:
    """A state with something added a number of times, its Pods without names."""
    found = _figures(state)
    for figure, number in more.items():
        found[figure] = found.get(figure, 0) + number * times
    revisions: dict[str, dict[str, int]] = {}
    status: dict[str, Any] = {}
    for (revision, name), total in found.items():
        if revision == "status":
            if total:
                status[name] = total
        else:
            revisions.setdefault(revision, {})[name] = total
    counted = {revision: Counts(**counts) for revision, counts in revisions.items() if any(counts.values())}
    return State(state.tick, counted, status, unnamed=True)


def _same(told: Timeline, played: Timeline) -> bool:
    """Whether two timelines count the same in every state."""
    if told.end is not played.end or len(told.states) != len(played.states):
        return False
    pairs = [*zip(told.states, played.states, strict=True)]
    if told.before is not None and played.before is not None:
        pairs.append((told.before, played.before))
    return all(_without_zeros(_figures(a)) == _without_zeros(_figures(b)) for a, b in pairs)


def _without_zeros(figures: Mapping[tuple[str, str], int]) -> Figures:
    return {name: number for name, number in figures.items() if number}
