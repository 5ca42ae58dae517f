"""Code actions: fixes, fix-all, ignoring a rule here, and its page."""

from __future__ import annotations

from lsprotocol import types

from kubelens.engine.fixing import edits_of, repair
from kubelens.rules.api import Applicability, Finding
from kubelens.syntax.text import Source, Span
from kubelens_lsp.convert import to_offset, to_range, uri_of
from kubelens_lsp.diagnostics import diagnostics_of, span_of
from kubelens_lsp.session import View

FIX_ALL = "source.fixAll.kubelens"


def actions_of(
    view: View, key: str, where: types.Range, only: list[str] | None, encoding: str
) -> list[types.CodeAction]:
    """What can be done about the findings in a range."""
    source = view.snapshot.source(key)
    if source is None:
        return []
    start, end = to_offset(source, where.start, encoding), to_offset(source, where.end, encoding)
    actions: list[types.CodeAction] = []
    shown = diagnostics_of(view, key, encoding, related=False)
    for finding, diagnostic in zip(view.by_file.get(key, ()), shown, strict=True):
        span = span_of(view, finding)
        if span.start > end or span.end < start:
            continue
        if _wanted(only, types.CodeActionKind.QuickFix.value):
            actions.extend(_fixes(view, finding, diagnostic, encoding))
            actions.append(_ignore(source, finding, diagnostic, span, encoding))
            actions.append(_page(finding, diagnostic))
    if _wanted(only, FIX_ALL, exact=only is not None):
        repaired = repair(view.snapshot, view.by_file.get(key, ()), unsafe=False)
        if key in repaired.texts:
            whole = to_range(source, Span(0, len(source.text)), encoding)
            edit = types.WorkspaceEdit(changes={uri_of(key): [types.TextEdit(whole, repaired.texts[key])]})
            actions.append(types.CodeAction("Fix all that kubelens can fix safely", FIX_ALL, edit=edit))
    return actions


def _wanted(only: list[str] | None, kind: str, *, exact: bool = False) -> bool:
    if only is None:
        return True
    return any(kind == one or kind.startswith(one + ".") for one in only) or (exact and kind in only)


def _fixes(view: View, finding: Finding, diagnostic: types.Diagnostic, encoding: str) -> list[types.CodeAction]:
    if finding.fix is None:
        return []
    edits = edits_of(view.snapshot, finding.fix)
    if edits is None:
        return []
    changes: dict[str, list[types.TextEdit]] = {}
    for key, edit in edits:
        source = view.snapshot.source(key)
        if source is None:
            return []
        changes.setdefault(uri_of(key), []).append(types.TextEdit(to_range(source, edit.span, encoding), edit.text))
    safe = finding.fix.applicability is Applicability.SAFE
    title = f"Fix: {finding.fix.title}" + ("" if safe else " (may change what the manifest means)")
    return [
        types.CodeAction(
            title,
            types.CodeActionKind.QuickFix,
            [diagnostic],
            is_preferred=safe,
            edit=types.WorkspaceEdit(changes=dict(changes)),
        )
    ]


def _ignore(
    source: Source, finding: Finding, diagnostic: types.Diagnostic, span: Span, encoding: str
) -> types.CodeAction:
    line = source.position(span.start).line
    end = source.line_end(line)
    edit = types.TextEdit(to_range(source, Span(end, end), encoding), f"  # kubelens: ignore[{finding.rule}]")
    change = types.WorkspaceEdit(changes={uri_of(source.uri): [edit]})
    return types.CodeAction(f"Ignore {finding.rule} here", types.CodeActionKind.QuickFix, [diagnostic], edit=change)


def _page(finding: Finding, diagnostic: types.Diagnostic) -> types.CodeAction:
    command = types.Command(f"Explain {finding.rule}", "kubelens.explain", arguments=[finding.rule])
    return types.CodeAction(f"Explain {finding.rule}", types.CodeActionKind.QuickFix, [diagnostic], command=command)
