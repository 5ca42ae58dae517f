"""What ``kubelens check`` finds after a change and did not before, and the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.analysis import analyse
from kubelens.engine.plan_halves import Planned, SetHalf
from kubelens.engine.selection import RuleSet
from kubelens.plan.consequence import Consequence, kinds
from kubelens.plan.danger import Danger
from kubelens.plan.sides import title
from kubelens.rules.api import Facts, Finding, Severity
from kubelens.syntax.place import Step

Line = tuple[str, str, str, int, tuple[Step, ...], str]
"""A rule, the kind of an object, where it is written (file, document, path), and the words without its name."""

_ABOUT_ALL = (("*", "*"),)


class _Found(Struct, frozen=True, eq=False):
    """A finding, what it is about (an object, or a file), and in which file, seen from the folder that was named."""

    about: str
    finding: Finding
    file: str

    @property
    def words(self) -> tuple[str, str, str]:
        """What makes it the same wherever it stands."""
        return self.finding.rule, self.about, self.finding.message

    @property
    def spot(self) -> tuple[str, str, tuple[Step, ...]]:
        """What makes it the same whatever numbers its words have."""
        return self.finding.rule, self.about, self.finding.at.path

    @property
    def line(self) -> Line:
        """What makes it the same whatever the object is called that is written there."""
        kind, _, name = self.about.partition(" ")
        at, words = self.finding.at, self.finding.message.replace(name.rpartition("/")[2], "*")
        return self.finding.rule, kind, self.file, at.document, at.path, words


def with_findings(planned: Planned, rules: RuleSet, facts: Facts) -> Planned:
    """The plan of a set that changes, with findings that are new and those that are gone; notes are left out.

    Where only parts of objects change, or what a set does without and no file of it, there are findings too. What the
    server refuses is told as that already. Of a set that is not whole any more nothing is known to be fixed: rules ask less
    of it. Nor is it new in what does not change that rules ask more of a set that was not whole.
    """
    plan = planned.plan
    lacks_the_same = plan.is_open or planned.old.made.missing == planned.new.made.missing
    if not plan.changes and lacks_the_same and _parts(planned.old) == _parts(planned.new):
        return planned
    if not plan.whole:
        facts = replace(facts, assume_exists=_ABOUT_ALL)
    before, after = _found([planned.old], rules, facts), _found([planned.new], rules, facts)
    refused = {one.about for one in plan.consequences if one.danger is Danger.REFUSED}
    came = {title(change.new) for change in plan.changes if change.old is None and change.new is not None}
    went = {title(change.old) for change in plan.changes if change.new is None and change.old is not None}
    new = _beyond(after, [*before, *_found(planned.came, rules, facts)])
    fixed = _beyond(before, [*after, *_found(planned.went, rules, facts)])
    if planned.old.whole and not planned.new.whole:
        fixed = iter(())
    elif planned.new.whole and not planned.old.whole:
        new = (one for one in new if one.about in _changed(planned))
    judged = _judged(planned.new)
    fixed = (one for one in fixed if one.about in judged)
    more = [
        *_consequences("finding-new", _not_of_the_same_line(new, came, before, went), refused),
        *_consequences("finding-fixed", _not_of_the_same_line(fixed, went, after, came), refused),
    ]
    return replace(planned, plan=replace(plan, consequences=(*plan.consequences, *more)))


def _judged(half: SetHalf) -> set[str]:
    """What findings of a side may be about: its objects and its files. What is gone, or only a part now, is not fixed by that."""
    objects = {title(resource) for resource in half.snapshot.bundle if not resource.partial}
    return objects | {half.shown(uri) for uri in half.snapshot.files} | half.inputs.keys()


def _changed(planned: Planned) -> set[str]:
    """The objects and files that a change touches: what is found in others, once all is known, was so before."""
    objects = {title(change.resource) for change in planned.plan.changes}
    old, new = planned.old.inputs, planned.new.inputs
    return objects | {name for name, text in new.items() if old.get(name) != text}


def _parts(half: SetHalf) -> list[Mapping[str, object]]:
    return [resource.value for resource in half.snapshot.bundle if resource.partial]


def _found(halves: Iterable[SetHalf], rules: RuleSet, facts: Facts) -> list[_Found]:
    found: dict[tuple[str, str, str], _Found] = {}
    for half in halves:
        snapshot = half.snapshot
        for finding in analyse(snapshot, rules, facts).findings:
            if finding.severity > Severity.INFO:
                resource = snapshot.object_at(finding.at)
                file = half.shown(finding.at.uri)
                one = _Found(title(resource) if resource is not None else file, finding, file)
                found.setdefault(one.words, one)
    return list(found.values())


def _beyond(these: Sequence[_Found], those: Sequence[_Found]) -> Iterator[_Found]:
    """The findings that the other side has neither in the same words nor, as severe, at the same spot."""
    words = {one.words for one in those}
    spots: dict[tuple[str, str, tuple[Step, ...]], Severity] = {}
    for one in those:
        spots[one.spot] = max(one.finding.severity, spots.get(one.spot, one.finding.severity))
    for one in these:
        known = spots.get(one.spot)
        if one.words not in words and (known is None or known < one.finding.severity):
            yield one


def _not_of_the_same_line(
    these: Iterable[_Found], those_here: set[str], others: Sequence[_Found], those_there: set[str]
) -> Iterator[_Found]:
    """Without those of objects that come where one of another name goes that has them at the same line."""
    lines = {one.line for one in others if one.about in those_there}
    yield from (one for one in these if one.about not in those_here or one.line not in lines)


def _consequences(kind: str, found: Iterable[_Found], refused: set[str]) -> Iterator[Consequence]:
    for one in found:
        if one.about not in refused:
            finding = one.finding
            text = f"{finding.severity}: {finding.message} ({finding.rule})"
            yield Consequence(kinds()[kind], one.about, text, finding.at)
