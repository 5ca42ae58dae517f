"""A bound on what one rule says of one file: nobody reads more, and a stranger chooses how much there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from kubelens.rules.api import Finding

MOST: Final = 10_000
"""Findings of one rule in one file."""


def bounded(findings: list[Finding], most: int = MOST) -> list[Finding]:
    """The findings, in their order; of a rule with more than ``most`` in a file the last one kept tells of the others."""
    counts = Counter((finding.at.uri, finding.rule) for finding in findings) if len(findings) > most else Counter()
    over = {key: count for key, count in counts.items() if count > most}
    return list(_kept(findings, over, most)) if over else findings


def _kept(findings: Iterable[Finding], over: dict[tuple[str, str], int], most: int) -> Iterable[Finding]:
    seen: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        key = (finding.at.uri, finding.rule)
        if key not in over:
            yield finding
            continue
        seen[key] += 1
        if seen[key] < most:
            yield finding
        elif seen[key] == most:
            others = over[key] - most
            yield replace(
                finding, message=f"{finding.message} ({others} more findings of this rule in the file are left out)"
            )
