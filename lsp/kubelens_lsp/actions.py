"""Code actions: fixes, fix-all, ignoring a rule here, and its page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lsprotocol import types

from kubelens.engine.fixing import edits_of, repair
from kubelens.rules.api import Applicability, Finding
from kubelens.syntax.text import Edit, Source, Span
from kubelens.syntax.tree import Scalar, walk
from kubelens_lsp.convert import to_offset, to_range, uri_of
from kubelens_lsp.diagnostics import diagnostics_of, span_of
from kubelens_lsp.view import View

FIX_ALL: Final = "source.fixAll.kubelens"
_REQUEST: Final = re.compile(r"#[ \t]*kubelens:[ \t]*ignore[ \t]*\[[^\]\r\n]+(?=\])")


def actions_of(
    view: View, key: str, where: types.Range, only: list[str] | None, encoding: str
) -> list[types.CodeAction]:
    """What can be done about the findings in a range."""
    source = view.source(key)
    if source is None or view.is_behind(key):
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
            actions.extend(_ignore(view, source, finding, diagnostic, span, encoding))
            actions.append(_page(finding, diagnostic))
    if _wanted(only, FIX_ALL, exact=only is not None):
        repaired = repair(view.snapshot, view.by_file.get(key, ()), unsafe=False)
        if key in repaired.texts:
            edit = _workspace_edit(view, [(k, e) for k, edits in repaired.edits.items() for e in edits], encoding)
            if edit is not None:
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
    if not edits:
        return []
    change = _workspace_edit(view, edits, encoding)
    if change is None:
        return []
    safe = finding.fix.applicability is Applicability.SAFE
    title = f"Fix: {finding.fix.title}" + ("" if safe else " (may change what the manifest means)")
    return [
        types.CodeAction(
            title,
            types.CodeActionKind.QuickFix,
            [diagnostic],
            is_preferred=safe,
            edit=change,
        )
    ]


def _workspace_edit(view: View, edits: Iterable[tuple[str, Edit]], encoding: str) -> types.WorkspaceEdit | None:
    changes: dict[str, list[types.TextEdit]] = {}
    for key, edit in edits:
        source = view.source(key)
        if source is None:
            return None
        changes.setdefault(uri_of(key), []).append(types.TextEdit(to_range(source, edit.span, encoding), edit.text))
    return types.WorkspaceEdit(changes=dict(changes))


def _ignore(
    view: View, source: Source, finding: Finding, diagnostic: types.Diagnostic, span: Span, encoding: str
) -> list[types.CodeAction]:
    if source.uri.endswith(".json"):
        return []
    edit = _comment(view, source, finding.rule, span)
    change = types.TextEdit(to_range(source, edit.span, encoding), edit.text)
    return [
        types.CodeAction(
            f"Ignore {finding.rule} here",
            types.CodeActionKind.QuickFix,
            [diagnostic],
            edit=types.WorkspaceEdit(changes={uri_of(source.uri): [change]}),
        )
    ]


def _comment(view: View, source: Source, rule: str, span: Span) -> Edit:
    """The comment that ignores a rule: one more rule in a request that is there, else at the end of the line.

    A line that ends within a text of several lines takes no comment; it goes above the line on which that begins.
    """
    line = source.position(span.start).line
    end = source.line_end(line)
    there = _REQUEST.search(source.text, source.line_starts[line], end)
    if there is not None:
        return Edit(Span(there.end(), there.end()), f", {rule}")
    file = view.snapshot.files.get(source.uri)
    documents = file.documents if file is not None else ()
    around = next((n for d in documents for n in walk(d.root) if isinstance(n, Scalar) and n.start < end < n.end), None)
    if around is None:
        return Edit(Span(end, end), f"  # kubelens: ignore[{rule}]")
    line = source.position(around.start).line
    text = source.line_text(line)
    indent = text[: len(text) - len(text.lstrip(" "))]
    start = source.line_starts[line]
    return Edit(Span(start, start), f"{indent}# kubelens: ignore[{rule}]" + ("\r\n" if "\r\n" in source.text else "\n"))


def _page(finding: Finding, diagnostic: types.Diagnostic) -> types.CodeAction:
    command = types.Command(f"Explain {finding.rule}", "kubelens.explain", arguments=[finding.rule])
    return types.CodeAction(f"Explain {finding.rule}", types.CodeActionKind.QuickFix, [diagnostic], command=command)
