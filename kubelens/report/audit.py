"""The summary of an audit: what was found, by rule and by repository, and what could not be looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from kubelens.report.summary import plural

SEVERITIES: Final = ("error", "warning", "info")
_MOST_SHOWN: Final = 20


class AuditedRepository(Struct, frozen=True):
    """A repository of an audit. ``counts``: findings by (rule, severity); ``failure``: why there are none.

    ``report``: the file with its findings. ``troubles``: what kept it from being looked at whole.
    """

    folder: str
    report: str = ""
    objects: int = 0
    counts: Mapping[tuple[str, str], int] = {}
    failure: str = ""
    troubles: tuple[str, ...] = ()

    def of(self, severity: str) -> int:
        """How many findings of a severity."""
        return sum(count for (_, one), count in self.counts.items() if one == severity)


class _OfRule(Struct, frozen=True):
    rule: str
    severity: str
    findings: int
    repositories: int


def _rules(repositories: Sequence[AuditedRepository]) -> list[_OfRule]:
    findings: Counter[tuple[str, str]] = Counter()
    holding: Counter[tuple[str, str]] = Counter()
    for one in repositories:
        findings.update(one.counts)
        holding.update(one.counts.keys())
    ranked = sorted(findings, key=lambda key: (SEVERITIES.index(key[1]), -holding[key], -findings[key], key[0]))
    return [_OfRule(rule, severity, findings[rule, severity], holding[rule, severity]) for rule, severity in ranked]


def audit_as_data(repositories: Sequence[AuditedRepository]) -> dict[str, Any]:
    """The summary as JSON has it: repositories in the order they were named, rules with the worst first."""
    return {
        "repositories": [
            {
                "folder": one.folder,
                "report": one.report or None,
                "objects": one.objects,
                "findings": {severity: one.of(severity) for severity in SEVERITIES},
                "failure": one.failure or None,
                "troubles": list(one.troubles),
            }
            for one in repositories
        ],
        "rules": [
            {"rule": r.rule, "severity": r.severity, "findings": r.findings, "repositories": r.repositories}
            for r in _rules(repositories)
        ],
    }


def audit_lines(repositories: Sequence[AuditedRepository]) -> Iterator[str]:
    """The same as lines: failures first, then rules, then the repositories with most errors."""
    failed = [one for one in repositories if one.failure]
    looked = [one for one in repositories if not one.failure]
    for one in failed:
        yield f"failed: {one.folder}: {one.failure}"
    for one in looked:
        for trouble in one.troubles:
            yield f"incomplete: {one.folder}: {trouble}"
    rules = _rules(looked)
    if rules:
        yield f"{'findings':>9} {'repositories':>12}  rule"
    for r in rules:
        yield f"{r.findings:>9} {r.repositories:>12}  {r.severity:<7}  {r.rule}"
    worst = sorted(
        (one for one in looked if one.counts), key=lambda one: [-one.of(severity) for severity in SEVERITIES]
    )
    if worst:
        yield " ".join(f"{severity:>9}" for severity in SEVERITIES) + "  repository"
    for one in worst[:_MOST_SHOWN]:
        yield " ".join(f"{one.of(severity):>9}" for severity in SEVERITIES) + f"  {one.folder}"
    if len(worst) > _MOST_SHOWN:
        yield f"and {len(worst) - _MOST_SHOWN} more with findings"
    objects = sum(one.objects for one in looked)
    said = f"{len(failed)} of them failed" if failed else "none failed"
    yield f"{len(repositories)} {'repository' if len(repositories) == 1 else 'repositories'}, {said}; {plural(objects, 'object')}"
