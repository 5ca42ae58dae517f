"""One finding where several sets have it at the same place, and in which of them it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec.structs import replace

from kubelens.engine.analysis import Analysis
from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.workspace import Snapshot
from kubelens.rules.api import Applicability, Finding, Fix

_Key = tuple[Any, ...]
_MOST_NAMES: Final = 3
_MOST_LACKING: Final = 8
"""Sets that have a finding not, up to which that is worth saying: a library is used by many."""


def told_once(analyses: Sequence[tuple[ApplySet, Analysis]]) -> Iterator[Finding]:
    """The findings of several sets in their order, equal ones once, with the sets that have each.

    Where several sets are made from the file, ``among`` says which of them have it: ``in prod, staging; not in dev``. That a
    chart has it whatever the values is not said.
    """
    having: dict[_Key, dict[int, Finding]] = {}
    silent: dict[_Key, set[int]] = {}
    for number, (_, analysis) in enumerate(analyses):
        for finding in analysis.findings:
            having.setdefault(_key(finding, analysis.snapshot), {}).setdefault(number, finding)
        for finding, _reason in analysis.ignored:
            silent.setdefault(_key(finding, analysis.snapshot), set()).add(number)
    made_from: dict[str, list[int]] = {}
    for number, (apply_set, _) in enumerate(analyses):
        if apply_set.chart is not None and apply_set.chart.tried:
            continue
        for uri in dict.fromkeys(text.uri for text in apply_set.texts):
            made_from.setdefault(uri, []).append(number)
    names = short_names([apply_set.name for apply_set, _ in analyses])
    for key, found in having.items():
        finding = next(iter(found.values()))
        users = made_from.get(finding.at.uri, ())
        without = [number for number in users if number not in found] if finding.about is not None else []
        lacking = [n for n in without if n not in silent.get(key, ()) and _was_asked(*analyses[n], finding.rule)]
        sets = tuple([(analyses[n][0].name, one.about or one.at) for n, one in found.items()])
        among = ""
        one_chart = len({analyses[n][0].beside or analyses[n][0].name for n in users}) == 1
        if finding.about is not None and len(users) > 1 and (without or not one_chart):
            among = _among([names[n] for n in found], [names[n] for n in lacking], everywhere=not without)
        fix = _for_all(finding.fix, [names[n] for n in users], everywhere=not without)
        yield replace(finding, fix=fix, sets=sets, among=among)


def _was_asked(apply_set: ApplySet, analysis: Analysis, rule: str) -> bool:
    """Whether a set would have a finding of a rule if there were one: the rule ran, over all of its objects."""
    return apply_set.whole and (analysis.asked is None or rule in analysis.asked)


def _among(having: Sequence[str], lacking: Sequence[str], *, everywhere: bool) -> str:
    """In which sets something is, in words."""
    if everywhere:
        count = "both" if len(having) == 2 else f"all {len(having)}"
        return (
            f"in {count} sets: {', '.join(having)}" if len(having) <= _MOST_NAMES else f"in {count} sets made from it"
        )
    words = f"in {_listed(having)}"
    return words + f"; not in {_listed(lacking)}" if 0 < len(lacking) <= _MOST_LACKING else words


def _for_all(fix: Fix | None, users: Sequence[str], *, everywhere: bool) -> Fix | None:
    """A fix of a file that several sets are made from: it says so, and is not safe where some have no need of it."""
    if fix is None or not fix.changes or len(users) < 2:
        return fix
    safe = fix.applicability if everywhere else Applicability.UNSAFE
    return Fix(f"{fix.title} (changes {_listed(users)})", fix.changes, safe)


def short_names(names: Sequence[str]) -> list[str]:
    """Names of sets as short as they differ: the last folder, or as much of the path; whole where a file is named behind ``@``."""
    paths = [name.split("/") for name in names]
    short = list(names)
    left = list(range(len(names)))
    for length in range(1, max(map(len, paths), default=0)):
        ends = ["/".join(path[-length:]) for path in paths]
        counts = Counter(ends)
        for number in left:
            if counts[ends[number]] == 1 and (length == 1 or "@" not in names[number]):
                short[number] = ends[number]
        left = [number for number in left if counts[ends[number]] > 1]
    return short


def _listed(names: Sequence[str]) -> str:
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_NAMES])} and {len(names) - _MOST_NAMES} more"


def _key(finding: Finding, snapshot: Snapshot) -> _Key:
    """What is the same in several sets: also of objects that are called otherwise there."""
    about = snapshot.object_at(finding.about) if finding.about is not None else None
    message = finding.message
    if about is not None and about.name:
        message = message.replace(f"{about.namespace}/{about.name}", about.kind).replace(f"'{about.name}'", about.kind)
    return finding.rule, finding.at, finding.span, message
