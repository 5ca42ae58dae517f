"""The language server: protocol in, session and features behind it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from kubelens import __version__
from kubelens_lsp import actions, completion, insight, links, navigation, shown, symbols
from kubelens_lsp.convert import key_of, uri_of
from kubelens_lsp.diagnostics import diagnostics_of
from kubelens_lsp.occurrence import Symbol
from kubelens_lsp.session import Session, View

T = TypeVar("T")
DEBOUNCE_SECONDS: Final = 0.12
_WATCHED: Final = ("**/*.yaml", "**/*.yml", "**/*.json", "**/kubelens.toml", "**/.kubelens.toml", "**/pyproject.toml")
_CONFIGS: Final = ("kubelens.toml", "pyproject.toml")
log = logging.getLogger(__name__)


class KubelensServer(LanguageServer):
    """A server with one session and one worker; handlers only wait, they never compute on the loop."""

    def __init__(self) -> None:
        super().__init__("kubelens", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Incremental)
        self.session = Session()
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kubelens")
        self.published: dict[str, list[types.Diagnostic]] = {}
        self.pending: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()
        self.edits: dict[str, tuple[str, int]] = {}
        self.jobs: list[Callable[[], Any]] = []

    @property
    def encoding(self) -> str:
        """The units in which the client counts columns."""
        return str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding))

    async def compute(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run something on the worker."""
        return await asyncio.get_running_loop().run_in_executor(self.worker, function, *arguments)

    async def current(self) -> View:
        """The analysis of everything said so far."""
        await self.ready.wait()
        if self.pending is not None and not self.pending.done():
            await asyncio.wait([self.pending])
        return self.session.view

    def changed(self) -> None:
        """Something changed: analyse once it has been quiet for a moment; what is older is dropped."""
        if self.pending is not None and not self.pending.done():
            self.pending.cancel()
        self.pending = asyncio.get_running_loop().create_task(self._settle())

    async def _settle(self) -> None:
        await asyncio.sleep(DEBOUNCE_SECONDS)
        await self.ready.wait()
        edits, self.edits = self.edits, {}
        jobs, self.jobs = self.jobs, []

        def work() -> View:
            for job in jobs:
                job()
            for uri, (text, version) in edits.items():
                self.session.opened(uri, text, version)
            return self.session.preview(edits)

        first = await asyncio.shield(asyncio.ensure_future(self.compute(work)))
        for uri in edits:
            self._publish_one(key_of(uri), first)
        view = await asyncio.shield(asyncio.ensure_future(self.compute(self.session.refresh)))
        self.publish(view)

    def _publish_one(self, key: str, view: View) -> None:
        """Send the diagnostics of one file where they changed."""
        related = bool(
            getattr(
                getattr(self.client_capabilities.text_document, "publish_diagnostics", None),
                "related_information",
                False,
            )
        )
        fresh = diagnostics_of(view, key, self.encoding, related=related) if key in view.by_file else []
        if self.published.get(key, []) != fresh:
            source = view.snapshot.source(key)
            version = source.version if source is not None and key in self.session.buffers else None
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri_of(key), fresh, version))
        self.published[key] = fresh

    def publish(self, view: View) -> None:
        """Send the diagnostics that changed; files that have none any more are cleared."""
        for key in {*view.by_file, *self.published}:
            self._publish_one(key, view)
        self.published = {key: found for key, found in self.published.items() if found}
        capability = getattr(self.client_capabilities.workspace, "diagnostics", None)
        if capability is not None and getattr(capability, "refresh_support", False):
            self.workspace_diagnostic_refresh(None)
        for problem in self.session.problems:
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"kubelens: {problem}"))


def make_server() -> KubelensServer:
    """A server with every feature registered."""
    server = KubelensServer()
    _documents(server)
    _reading(server)
    _looking(server)
    _commands(server)
    return server


def _documents(server: KubelensServer) -> None:
    @server.feature(types.INITIALIZED)
    async def initialized(ls: KubelensServer, params: types.InitializedParams) -> None:
        folders = [Path(p) for f in ls.workspace.folders.values() if (p := uris.to_fs_path(f.uri))]
        if not folders and ls.workspace.root_path:
            folders = [Path(ls.workspace.root_path)]
        ls.session.folders = folders
        token = await _progress(ls)

        def work() -> View:
            ls.session.configure()
            return ls.session.index()

        view = await ls.compute(work)
        ls.ready.set()
        if token is not None:
            ls.work_done_progress.end(token, types.WorkDoneProgressEnd(message=f"{len(view.snapshot.bundle)} objects"))
        ls.publish(view)
        await _watch(ls)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(ls: KubelensServer, params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        ls.edits[document.uri] = (document.text, document.version)
        ls.changed()

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(ls: KubelensServer, params: types.DidChangeTextDocumentParams) -> None:
        document = ls.workspace.get_text_document(params.text_document.uri)
        ls.edits[document.uri] = (document.source, params.text_document.version)
        ls.changed()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(ls: KubelensServer, params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        ls.edits.pop(uri, None)
        ls.jobs.append(lambda: ls.session.closed(uri))
        ls.changed()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(ls: KubelensServer, params: types.DidSaveTextDocumentParams) -> None:
        ls.changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(ls: KubelensServer, params: types.DidChangeWatchedFilesParams) -> None:
        changes = [change.uri for change in params.changes]
        if any(uri.endswith(_CONFIGS) for uri in changes):
            ls.jobs.append(ls.session.configure)
            ls.jobs.append(ls.session.index)
        ls.jobs.append(lambda: ls.session.changed_on_disk(changes))
        ls.changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configured(ls: KubelensServer, params: types.DidChangeConfigurationParams) -> None:
        ls.jobs.append(ls.session.configure)
        ls.jobs.append(ls.session.index)
        ls.changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders(ls: KubelensServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
        ls.session.folders = [Path(p) for f in ls.workspace.folders.values() if (p := uris.to_fs_path(f.uri))]
        ls.jobs.append(ls.session.configure)
        ls.jobs.append(ls.session.index)
        ls.changed()


async def _progress(ls: KubelensServer) -> str | None:
    window = ls.client_capabilities.window
    if window is None or not window.work_done_progress:
        return None
    token = "kubelens-index"
    try:
        await ls.work_done_progress.create_async(token)
    except Exception:  # noqa: BLE001 - a client may refuse; the index goes on
        return None
    ls.work_done_progress.begin(token, types.WorkDoneProgressBegin("kubelens", message="reading manifests"))
    return token


async def _watch(ls: KubelensServer) -> None:
    capability = getattr(ls.client_capabilities.workspace, "did_change_watched_files", None)
    if capability is None or not capability.dynamic_registration:
        return
    watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    registration = types.Registration("kubelens-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    try:
        await ls.client_register_capability_async(types.RegistrationParams([registration]))
    except Exception:  # noqa: BLE001 - without watching, saving a buffer still checks again
        log.info("the client does not watch files")


def _reading(server: KubelensServer) -> None:
    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="kubelens"),
    )
    async def pull(
        ls: KubelensServer, params: types.DocumentDiagnosticParams
    ) -> types.RelatedFullDocumentDiagnosticReport:
        view = await ls.current()
        found = diagnostics_of(view, key_of(params.text_document.uri), ls.encoding, related=True)
        return types.RelatedFullDocumentDiagnosticReport(found)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def pull_all(ls: KubelensServer, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        view = await ls.current()
        items: list[types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport] = [
            types.WorkspaceFullDocumentDiagnosticReport(
                uri_of(key), diagnostics_of(view, key, ls.encoding, related=True)
            )
            for key in view.by_file
        ]
        return types.WorkspaceDiagnosticReport(items)

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
        return await ls.compute(symbols.workspace_symbols, view.snapshot, params.query, ls.encoding)

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
        return [symbols.selection_range(file, position, ls.encoding) for position in params.positions]


def _looking(server: KubelensServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(ls: KubelensServer, params: types.DefinitionParams) -> list[types.Location]:
        view, found = await _symbols(ls, params)
        return await ls.compute(
            lambda: navigation.locations(view.snapshot, found, ls.encoding, definitions=True, uses=False)
        )

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def references(ls: KubelensServer, params: types.ReferenceParams) -> list[types.Location]:
        view, found = await _symbols(ls, params)
        also = params.context.include_declaration
        return await ls.compute(
            lambda: navigation.locations(view.snapshot, found, ls.encoding, definitions=also, uses=True)
        )

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def highlight(ls: KubelensServer, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        view, found = await _symbols(ls, params)
        return await ls.compute(
            navigation.highlights, view.snapshot, found, key_of(params.text_document.uri), ls.encoding
        )

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare(ls: KubelensServer, params: types.PrepareRenameParams) -> types.Range | None:
        view = await ls.current()
        return await ls.compute(
            navigation.name_range, view.snapshot, key_of(params.text_document.uri), params.position, ls.encoding
        )

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def rename(ls: KubelensServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
        view, found = await _symbols(ls, params)
        return await ls.compute(navigation.rename, view.snapshot, found, params.new_name, ls.encoding)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(ls: KubelensServer, params: types.HoverParams) -> types.Hover | None:
        view = await ls.current()
        return await ls.compute(insight.hover, view, key_of(params.text_document.uri), params.position, ls.encoding)

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[":", " ", "-"]))
    async def complete(ls: KubelensServer, params: types.CompletionParams) -> types.CompletionList:
        view = await ls.current()
        items = await ls.compute(
            completion.completions, view, key_of(params.text_document.uri), params.position, ls.encoding
        )
        return types.CompletionList(False, items)

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def hints(ls: KubelensServer, params: types.InlayHintParams) -> list[types.InlayHint]:
        view = await ls.current()
        return await ls.compute(insight.inlay_hints, view, key_of(params.text_document.uri), params.range, ls.encoding)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def lenses(ls: KubelensServer, params: types.CodeLensParams) -> list[types.CodeLens]:
        view = await ls.current()
        return await ls.compute(insight.code_lenses, view, key_of(params.text_document.uri), ls.encoding)


async def _symbols(ls: KubelensServer, params: Any) -> tuple[View, list[Symbol]]:
    view = await ls.current()
    found = await ls.compute(
        navigation.symbol_at, view.snapshot, key_of(params.text_document.uri), params.position, ls.encoding
    )
    return view, found


def _commands(server: KubelensServer) -> None:
    @server.command("kubelens.explain")
    async def explain(ls: KubelensServer, rule: str) -> str:
        from kubelens.report.rule_page import page  # noqa: PLC0415 - only when asked

        found = next((r for r in ls.session.plugins.rules() if r.name == rule), None)
        return page(found) if found is not None else ""

    @server.command("kubelens.showRollout")
    async def show_rollout(ls: KubelensServer, key: str, kind: str, name: str) -> str:
        view = await ls.current()
        return await ls.compute(shown.rollout_text, view, key, kind, name)

    @server.command("kubelens.rolloutPage")
    async def rollout_page(ls: KubelensServer, key: str, kind: str, name: str) -> str:
        view = await ls.current()
        return await ls.compute(shown.rollout_page, view, key, kind, name)

    @server.command("kubelens.topologyPage")
    async def topology_page(ls: KubelensServer, uri: str) -> str:
        view = await ls.current()
        return await ls.compute(shown.topology_page, view, key_of(uri) if uri else "")

    @server.command("kubelens.showRoute")
    async def show_route(ls: KubelensServer, key: str, name: str) -> str:
        view = await ls.current()
        return await ls.compute(shown.route_text, view, key, name)

    @server.command("kubelens.references")
    async def references(ls: KubelensServer, key: str, name: str) -> str:
        view = await ls.current()
        return await ls.compute(shown.references_text, view, key, name)

    @server.command("kubelens.stats")
    async def stats(ls: KubelensServer) -> dict[str, int]:
        await ls.current()
        return {"parsed_files": ls.session.parsed_files, "checks": ls.session.checks}


def start(log_file: str | None = None) -> None:
    """Serve on standard input and output until the client leaves."""
    handler: logging.Handler = logging.FileHandler(log_file) if log_file else logging.StreamHandler()
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    make_server().start_io()
