"""``LeftWithout``: the claims that get no volume, whatever node their Pods go to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.chain.bound import Bound
from kubelens.predict.chain.claims import ClaimsThatExist
from kubelens.predict.chain.stored import Stored
from kubelens.predict.controllers.persistentvolume.fate import ClaimFate, Outcome


class LeftWithout(Struct, frozen=True):
    """Which claims get no volume, as far as that is known without nodes?"""

    def answer(self, ask: Ask) -> Prediction[Mapping[str, str]]:
        """``namespace/name`` of each with why. Of claims that wait for Pods the last ones after too few volumes count.

        Claims that the API server refuses are among them.
        """
        bound = ask(Bound())
        found = {
            fate.claim.key: _why(fate)
            for fate in bound.answer.claims
            if fate.outcome in (Outcome.PENDING, Outcome.LOST)
        }
        late = list(outrun(bound.answer.claims))
        found |= {fate.claim.key: _outrun(fate) for fate in late}
        all_there = (f"the files hold every volume of class {fate.claim.class_name!r}" for fate in late)
        taken = (*bound.assumptions, *map(Assumption, dict.fromkeys(all_there)))
        reasons, taken = (bound.reasons, tuple(dict.fromkeys(taken))) if found else ((), ())
        return Prediction({**found, **dict(_refused(ask))}, reasons, taken)


def _refused(ask: Ask) -> Iterator[tuple[str, str]]:
    """The claims that are written and that nobody stores nor makes."""
    made = {one.claim.key for one in ask(ClaimsThatExist()).answer}
    for resource in ask.bundle.all("PersistentVolumeClaim", group=""):
        key = f"{resource.namespace or 'default'}/{resource.name}"
        denial = ask(Stored(resource)).answer.denial if not resource.partial and key not in made else None
        if denial is not None:
            yield (
                key,
                f'persistentvolumeclaim "{resource.name}" not found: the API server refuses it: {denial.sentence}',
            )


def outrun(fates: Iterable[ClaimFate]) -> Iterator[ClaimFate]:
    """Claims that wait for a Pod and that the volumes they are after do not suffice for: the last of each group."""
    groups: dict[str, list[ClaimFate]] = {}
    for fate in fates:
        if fate.outcome is Outcome.WAITS and fate.rivalry.short and not fate.known.provisions:
            groups.setdefault(fate.rivalry.group, []).append(fate)
    for group in groups.values():
        yield from group[-min(group[0].rivalry.short, len(group)) :]


def _why(fate: ClaimFate) -> str:
    if fate.near:
        nearest = min(fate.near, key=lambda miss: len(miss.misses))
        return f"claim {fate.claim.key} gets no volume: volume {nearest.volume} {nearest.why}"
    said = f": {fate.event.reason}: {fate.event.message}" if fate.event is not None else ""
    return f"claim {fate.claim.key} gets no volume{said}"


def _outrun(fate: ClaimFate) -> str:
    names = fate.rivalry.among
    after = f"volume {names[0]}" if len(names) == 1 else f"{len(names)} volumes"
    return f"claim {fate.claim.key} gets no volume: other claims are after {after} too, and come first"
