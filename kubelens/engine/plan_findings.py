"""What ``kubelens check`` finds after a change and did not before, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.analysis import analyse
from kubelens.engine.plan_halves import Planned
from kubelens.engine.selection import RuleSet
from kubelens.engine.workspace import Snapshot
from kubelens.plan.consequence import Consequence, kinds
from kubelens.plan.danger import Danger
from kubelens.plan.sides import title
from kubelens.rules.api import Facts, Finding, Severity

_ABOUT_ALL = (("*", "*"),)


class _Told(Struct, frozen=True):
    """What makes findings of two sides the same: the rule, the object (or the file), and what is said."""

    rule: str
    about: str
    message: str


def with_findings(planned: Planned, rules: RuleSet, facts: Facts) -> Planned:
    """The plan of a set that changes, with findings that are new and those that are gone; notes are left out.

    What the server refuses is told as that already.
    """
    plan = planned.plan
    if not plan.changes:
        return planned
    if not plan.whole:
        facts = replace(facts, assume_exists=_ABOUT_ALL)
    before, after = _found(planned.old, rules, facts), _found(planned.new, rules, facts)
    refused = {one.about for one in plan.consequences if one.danger is Danger.REFUSED}
    more = [
        *_consequences("finding-new", after, before, refused),
        *_consequences("finding-fixed", before, after, refused),
    ]
    return replace(planned, plan=replace(plan, consequences=(*plan.consequences, *more)))


def _found(snapshot: Snapshot, rules: RuleSet, facts: Facts) -> dict[_Told, Finding]:
    found: dict[_Told, Finding] = {}
    for finding in analyse(snapshot, rules, facts).findings:
        if finding.severity > Severity.INFO:
            resource = snapshot.object_at(finding.at)
            about = title(resource) if resource is not None else finding.at.uri
            found.setdefault(_Told(finding.rule, about, finding.message), finding)
    return found


def _consequences(
    kind: str, these: dict[_Told, Finding], those: dict[_Told, Finding], refused: set[str]
) -> Iterator[Consequence]:
    for told, finding in these.items():
        if told not in those and told.about not in refused:
            text = f"{finding.severity}: {finding.message} ({told.rule})"
            yield Consequence(kinds()[kind], told.about, text, finding.at)
