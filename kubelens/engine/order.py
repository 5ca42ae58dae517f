"""Findings in the order of the texts they stand in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from msgspec.structs import force_setattr

from kubelens.rules.api import Finding
from kubelens.syntax.place import Place
from kubelens.syntax.text import Span

Locate = Callable[[Place], Span]
"""Where a place stands now."""


def sort_findings(findings: list[Finding], locate: Locate) -> None:
    """Put the findings of one text in order: by place, the worse ones first, by rule."""
    findings.sort(key=lambda f: ((f.span or locate(f.at)).start, -f.severity, f.rule))


def sort_for_good(findings: list[Finding], locate: Locate) -> None:
    """The same for texts that do not change any more: each finding keeps its span."""
    for finding in findings:
        if finding.span is None:
            force_setattr(finding, "span", locate(finding.at))
    sort_findings(findings, locate)


def merged(
    files: Iterable[str], in_order: Iterable[Finding], others: Collection[Finding], locate: Locate
) -> list[Finding]:
    """All findings in the order of the files: those that are already, and others."""
    by_file: dict[str, list[Finding]] = {uri: [] for uri in files}
    for finding in (*in_order, *others):
        by_file.setdefault(finding.at.uri, []).append(finding)
    for uri in {finding.at.uri for finding in others}:
        sort_findings(by_file[uri], locate)
    return [finding for some in by_file.values() for finding in some]
