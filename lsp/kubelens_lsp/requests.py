"""What the client asks: diagnostics, symbols, navigation, hover, completion, hints; each answered from one analysis."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from kubelens.syntax.text import Source
from kubelens_lsp import (
    actions,
    completion,
    hints,
    insight,
    lenses,
    links,
    navigation,
    rename,
    rendered,
    scenario_results,
    symbols,
    template_hover,
    template_navigation,
)
from kubelens_lsp.chart_here import ChartHere, charts_here, is_template, is_values
from kubelens_lsp.convert import key_of, to_offset, uri_of
from kubelens_lsp.kubelens_server import KubelensServer, Refused
from kubelens_lsp.occurrence import Symbol
from kubelens_lsp.view import View

_Items = list[types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport]


def add_requests(server: KubelensServer) -> None:
    """Register the requests."""
    _diagnostics(server)
    _reading(server)
    _looking(server)
    _renaming(server)


def _diagnostics(server: KubelensServer) -> None:
    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="kubelens"),
    )
    async def pull(
        ls: KubelensServer, params: types.DocumentDiagnosticParams
    ) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
        await ls.current()
        await ls.sets.settled()
        view = ls.session.view
        key = key_of(params.text_document.uri)
        found = await ls.compute(ls.fresh, key, view)
        result = ls.told.pulled(key, found)
        if result == params.previous_result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(result)
        return types.RelatedFullDocumentDiagnosticReport(found, result_id=result)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def pull_all(ls: KubelensServer, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        ls.all_pulled()
        await ls.current()
        await ls.sets.settled()
        view = ls.session.view
        held = {key_of(one.uri): one for one in params.previous_result_ids}
        items: _Items = []
        for key in {**dict.fromkeys(view.by_file), **held}:
            found = ls.fresh(key, view)
            result = ls.told.pulled(key, found)
            before = held.get(key)
            uri = before.uri if before is not None else uri_of(key)
            source = ls.session.buffers.get(key)
            version = source.version if source is not None else None
            if before is not None and before.value == result:
                items.append(types.WorkspaceUnchangedDocumentDiagnosticReport(uri, result, version))
            else:
                items.append(types.WorkspaceFullDocumentDiagnosticReport(uri, found, version, result_id=result))
        return types.WorkspaceDiagnosticReport(items)


def _reading(server: KubelensServer) -> None:
    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, actions.FIX_ALL]),
    )
    async def code_action(ls: KubelensServer, params: types.CodeActionParams) -> list[types.CodeAction]:
        view = await ls.current()
        only = [str(getattr(kind, "value", kind)) for kind in params.context.only] if params.context.only else None
        return await ls.compute(
            actions.actions_of, view, key_of(params.text_document.uri), params.range, only, ls.encoding
        )

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def outline(ls: KubelensServer, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        view = await ls.current()
        return await ls.compute(symbols.document_symbols, view.snapshot, key_of(params.text_document.uri), ls.encoding)

    @server.feature(types.WORKSPACE_SYMBOL)
    async def search(ls: KubelensServer, params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
        view = await ls.current()

        def work() -> list[types.WorkspaceSymbol]:
            of_sets = symbols.set_symbols(view, params.query, ls.encoding)
            return [*of_sets, *symbols.workspace_symbols(view.snapshot, params.query, ls.encoding)]

        return await ls.compute(work)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def link(ls: KubelensServer, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        view = await ls.current()
        return await ls.compute(links.document_links, view, key_of(params.text_document.uri), ls.encoding)

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    async def folding(ls: KubelensServer, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        view = await ls.current()
        file = view.snapshot.files.get(key_of(params.text_document.uri))
        return await ls.compute(symbols.folding_ranges, file) if file is not None else []

    @server.feature(types.TEXT_DOCUMENT_SELECTION_RANGE)
    async def selection(ls: KubelensServer, params: types.SelectionRangeParams) -> list[types.SelectionRange]:
        view = await ls.current()
        file = view.snapshot.files.get(key_of(params.text_document.uri))
        if file is None or file.source is None:
            return []
        return await ls.compute(
            lambda: [symbols.selection_range(file, position, ls.encoding) for position in params.positions]
        )


def _looking(server: KubelensServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(ls: KubelensServer, params: types.DefinitionParams) -> list[types.Location]:
        chart = await _in_chart(ls, params)
        if chart is not None:
            return await ls.read(template_navigation.chart_definition, *chart)
        view, found = await _symbols(ls, params)
        key = key_of(params.text_document.uri)
        return await ls.compute(
            lambda: (
                links.file_at(view, key, params.position, ls.encoding)
                or navigation.locations(view, found, ls.encoding, definitions=True, uses=False)
            )
        )

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def references(ls: KubelensServer, params: types.ReferenceParams) -> list[types.Location]:
        also = params.context.include_declaration
        chart = await _in_chart(ls, params)
        if chart is not None:
            return await ls.read(lambda: template_navigation.chart_references(*chart, definitions=also))
        view, found = await _symbols(ls, params)
        return await ls.compute(lambda: navigation.locations(view, found, ls.encoding, definitions=also, uses=True))

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def highlight(ls: KubelensServer, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        view, found = await _symbols(ls, params)
        return await ls.compute(navigation.highlights, view, found, key_of(params.text_document.uri), ls.encoding)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(ls: KubelensServer, params: types.HoverParams) -> types.Hover | None:
        chart = await _in_chart(ls, params)
        if chart is not None:
            return await ls.read(template_hover.chart_hover, *chart)
        view = await ls.current()
        return await ls.compute(insight.hover, view, key_of(params.text_document.uri), params.position, ls.encoding)

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[":", " ", "-", "/", "."])
    )
    async def complete(ls: KubelensServer, params: types.CompletionParams) -> types.CompletionList:
        view, source = await ls.latest(params.text_document.uri)
        if source is None:
            return types.CompletionList(False, [])
        asked = completion.Asked(
            view,
            source,
            params.position,
            ls.encoding,
            snippets=ls.can("text_document", "completion", "completion_item", "snippet_support"),
            as_is=ls.can("text_document", "completion", "completion_item", "insert_text_mode_support"),
        )
        return types.CompletionList(False, await ls.read(completion.completions, asked))

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def hint(ls: KubelensServer, params: types.InlayHintParams) -> list[types.InlayHint]:
        view = await ls.current()
        key, kinds = key_of(params.text_document.uri), ls.session.settings.hints
        return await ls.compute(hints.inlay_hints, view, key, params.range, ls.encoding, kinds)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def lens(ls: KubelensServer, params: types.CodeLensParams) -> list[types.CodeLens]:
        view = await ls.current()
        key = key_of(params.text_document.uri)
        if not ls.session.settings.lenses:
            return []
        namespace, played = ls.session.config.namespace, ls.played.get(key)

        def work() -> list[types.CodeLens]:
            above = [*rendered.rendered_lens(view, key), *scenario_results.scenario_lenses(view, key, played)]
            return [*above, *lenses.code_lenses(view, key, ls.encoding, ls.committed, namespace)]

        return await ls.compute(work)


_InChart = tuple[View, list[ChartHere], str, Source, int, str]


async def _in_chart(ls: KubelensServer, params: Any) -> _InChart | None:
    """What is asked about in a template or values file of a chart, which the last analysis of sets answers; None elsewhere."""
    view, source = await ls.latest(params.text_document.uri)
    key = key_of(params.text_document.uri)
    heres = charts_here(view, key)
    in_values = is_values(heres, key)
    if source is None or not (in_values or is_template(view, key)):
        return None
    if in_values:
        current = await ls.current()
        source = current.snapshot.source(key) or source
        view, heres = current, charts_here(current, key) if current is not view else heres
    return view, heres, key, source, to_offset(source, params.position, ls.encoding), ls.encoding


async def _symbols(ls: KubelensServer, params: Any, *, by_key: bool = True) -> tuple[View, list[Symbol]]:
    view = await ls.current()
    key = key_of(params.text_document.uri)
    found = await ls.compute(lambda: navigation.symbol_at(view, key, params.position, ls.encoding, by_key=by_key))
    return view, found


def _renaming(server: KubelensServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare(ls: KubelensServer, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        view = await ls.current()
        return await ls.compute(rename.prepare, view, key_of(params.text_document.uri), params.position, ls.encoding)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def renamed(ls: KubelensServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
        view, found = await _symbols(ls, params, by_key=False)
        confirm = ls.can("workspace", "workspace_edit", "change_annotation_support")
        open_texts = dict(ls.session.buffers) if ls.can("workspace", "workspace_edit", "document_changes") else None
        try:
            return await ls.compute(
                lambda: rename.renamed(
                    view, found, params.new_name, ls.encoding, open_texts=open_texts, confirm=confirm
                )
            )
        except rename.CannotRename as error:
            raise Refused(str(error)) from None
