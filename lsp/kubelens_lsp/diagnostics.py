"""Findings as diagnostics."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from lsprotocol import types

from kubelens.report.pages import rule_page
from kubelens.rules.api import Finding, Severity
from kubelens.syntax.text import Source, Span
from kubelens_lsp.convert import key_of, to_range, uri_of
from kubelens_lsp.view import View

SOURCE: Final = "kubelens"
_SEVERITIES: Final = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_TAGS: Final = {"deprecated": types.DiagnosticTag.Deprecated, "unnecessary": types.DiagnosticTag.Unnecessary}


def span_of(view: View, finding: Finding) -> Span:
    """Where a finding stands; one character where it covers nothing."""
    return finding.span or view.snapshot.locate(finding.at)


def diagnostics_of(view: View, key: str, encoding: str, *, related: bool) -> list[types.Diagnostic]:
    """The diagnostics of one file, in order; ``related``: whether the client shows other places."""
    wanted = (key, encoding, related)
    found = view.shown.get(wanted)
    if found is None:
        source = view.source(key)
        found = [_diagnostic(view, source, finding, encoding, related) for finding in view.by_file.get(key, ())]
        view.shown[wanted] = found
    return found


def _diagnostic(view: View, source: Source | None, finding: Finding, encoding: str, related: bool) -> types.Diagnostic:
    where = types.Range(types.Position(0, 0), types.Position(0, 1))
    if source is not None:
        where = to_range(source, span_of(view, finding), encoding)
    message = finding.told
    if finding.notes:
        message += "\n" + "\n".join(finding.notes)
    others: list[types.DiagnosticRelatedInformation] = []
    for one in finding.related if related else ():
        other = view.source(one.place.uri)
        if other is not None:
            span = one.span or view.snapshot.locate(one.place)
            spot = types.Location(uri_of(one.place.uri), to_range(other, span, encoding))
            others.append(types.DiagnosticRelatedInformation(spot, one.message))
    return types.Diagnostic(
        where,
        message,
        _SEVERITIES[finding.severity],
        finding.rule,
        types.CodeDescription(rule_page(finding.rule)),
        SOURCE,
        [_TAGS[tag] for tag in sorted(finding.tags) if tag in _TAGS] or None,
        others or None,
    )


def configuration_problem(text: str) -> tuple[str, types.Diagnostic] | None:
    """What is wrong in a configuration (``file:line: message``) as (file, diagnostic), None for other texts."""
    found = re.match(r"(?P<file>.+?):(?P<line>\d+): (?P<message>.*)", text, re.DOTALL)
    if found is None:
        return None
    line = max(0, int(found["line"]) - 1)
    where = types.Range(types.Position(line, 0), types.Position(line + 1, 0))
    return key_of(str(Path(found["file"]).absolute())), types.Diagnostic(
        where, found["message"], types.DiagnosticSeverity.Error, "configuration", source=SOURCE
    )
