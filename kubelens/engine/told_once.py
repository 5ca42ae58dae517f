"""One finding where several sets have it at the same place, and in which of them it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec.structs import replace

from kubelens.engine.analysis import Analysis
from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.workspace import Snapshot
from kubelens.rules.api import Applicability, Finding, Fix

_MOST_NAMES: Final = 3
_MOST_LACKING: Final = 8
"""Sets that have a finding not, up to which that is worth saying: a library is used by many."""


def told_once(analyses: Sequence[tuple[ApplySet, Analysis]]) -> Iterator[Finding]:
    """The findings of several sets in their order, equal ones once.

    Where some of the sets that are made from the same file have a finding and others have not, it says so: ``(in prod,
    staging; not in dev)``.
    """
    found_in: dict[tuple[Any, ...], list[int]] = {}
    for number, (_, analysis) in enumerate(analyses):
        for finding in analysis.findings:
            found_in.setdefault(_key(finding, analysis.snapshot), []).append(number)
    made_from: dict[str, list[int]] = {}
    for number, (apply_set, _) in enumerate(analyses):
        for text in apply_set.texts:
            made_from.setdefault(text.uri, []).append(number)
    names = short_names([apply_set.name for apply_set, _ in analyses])
    seen: set[tuple[Any, ...]] = set()
    for _, analysis in analyses:
        for finding in analysis.findings:
            key = _key(finding, analysis.snapshot)
            if key in seen:
                continue
            seen.add(key)
            having = dict.fromkeys(found_in[key])
            users = made_from.get(finding.at.uri, ())
            lacking = [number for number in users if number not in having] if finding.about is not None else []
            fix = _for_all(finding.fix, [names[n] for n in users], [names[n] for n in lacking])
            if fix is not finding.fix:
                finding = replace(finding, fix=fix)  # noqa: PLW2901 - the same finding, its fix said for what it is
            if lacking:
                words = f"in {_listed([names[n] for n in having])}"
                if len(lacking) <= _MOST_LACKING:
                    words += f"; not in {_listed([names[n] for n in lacking])}"
                yield replace(finding, message=f"{finding.message} ({words})")
            else:
                yield finding


def _for_all(fix: Fix | None, users: Sequence[str], lacking: Sequence[str]) -> Fix | None:
    """A fix of a file that several sets are made from: it says so, and is not safe where some have no need of it."""
    if fix is None or not fix.changes or len(users) < 2:
        return fix
    safe = fix.applicability if not lacking else Applicability.UNSAFE
    return Fix(f"{fix.title} (changes {_listed(users)})", fix.changes, safe)


def short_names(names: Sequence[str]) -> list[str]:
    """Names of sets as short as they differ: the last folder, or more of the path."""
    short = [name.rpartition("/")[2] for name in names]
    return [own if short.count(own) == 1 else name for own, name in zip(short, names, strict=True)]


def _listed(names: Sequence[str]) -> str:
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_NAMES])} and {len(names) - _MOST_NAMES} more"


def _key(finding: Finding, snapshot: Snapshot) -> tuple[Any, ...]:
    """What is the same in several sets: also of objects that are called otherwise there."""
    about = snapshot.object_at(finding.about) if finding.about is not None else None
    message = finding.message
    if about is not None and about.name:
        message = message.replace(f"{about.namespace}/{about.name}", about.kind).replace(f"'{about.name}'", about.kind)
    return finding.rule, finding.at, finding.span, message
