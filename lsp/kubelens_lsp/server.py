"""The language server: what the client says about its files and folders, and how it starts."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lsprotocol import types
from pygls import uris

from kubelens.engine.loader import MANIFEST_SUFFIXES
from kubelens.syntax.text import Source
from kubelens_lsp.commands import add_commands
from kubelens_lsp.convert import changed_text, key_of
from kubelens_lsp.kubelens_server import KubelensServer, Refused
from kubelens_lsp.requests import add_requests
from kubelens_lsp.settings import read_settings, section_of
from kubelens_lsp.structure_requests import add_structure_requests
from kubelens_lsp.view import View

PATIENCE_SECONDS: Final = 2.0
"""How long the client may take to say whether it shows progress."""
SWITCH_SECONDS: Final = 0.0001
"""How long an analysis keeps the interpreter while an answer waits for it: an answer passes from thread to thread four times."""
_CONFIGS: Final = ("kubelens.toml", "pyproject.toml")
_WATCHED: Final = (*(f"**/*{suffix}" for suffix in MANIFEST_SUFFIXES), *(f"**/{name}" for name in _CONFIGS))
_WATCHED_TOO: Final = ("**/.kubelens.toml", "**/.gitignore", "**/templates/**", "**/Kustomization")
_LANGUAGES: Final = ("yaml", "json", "helm")
_TEMPLATES: Final = "/templates/"
"""Where charts have what is printed, and what that calls by its name, in files of any kind."""
_SCHEMES: Final = ("file:", "untitled:")
"""Addresses of buffers that are files or will be; others show old versions of files that are there too."""
log = logging.getLogger(__name__)


def make_server() -> KubelensServer:
    """A server with every feature registered."""
    server = KubelensServer()
    _start(server)
    _documents(server)
    add_requests(server)
    add_structure_requests(server)
    add_commands(server)
    return server


def _folders(ls: KubelensServer) -> list[Path]:
    found = [Path(p) for f in ls.workspace.folders.values() if (p := uris.to_fs_path(f.uri))]
    return found or ([Path(ls.workspace.root_path)] if ls.workspace.root_path else [])


def _start(server: KubelensServer) -> None:
    @server.feature(types.INITIALIZE)
    async def initialize(ls: KubelensServer, params: types.InitializeParams) -> None:
        options = params.initialization_options
        ls.options = dict(options) if isinstance(options, Mapping) else {}
        _set(ls, ls.options.get("settings"))

    @server.feature(types.INITIALIZED)
    async def initialized(ls: KubelensServer, params: types.InitializedParams) -> None:
        ls.session.folders = _folders(ls)
        ls.told.pulls = ls.can("text_document", "diagnostic")
        await _asked(ls)

        def work() -> View:
            ls.session.reload()
            return ls.refreshed()

        index = asyncio.ensure_future(ls.compute(work))
        token = await _progress(ls)
        try:
            view = await index
        except Exception:
            log.exception("the folders could not be read")
            view = ls.session.view
        ls.ready.set()
        ls.follow_sets()
        await ls.sets.settled()
        view = ls.session.view
        if token is not None:
            ls.work_done_progress.end(token, types.WorkDoneProgressEnd(message=f"{len(view.snapshot.bundle)} objects"))
        ls.publish(view)
        ls.tell_status(busy=False)
        await _watch(ls)


def _set(ls: KubelensServer, told: object) -> None:
    """Take the settings of the editor; what is wrong in them is said once."""
    ls.session.settings, problems = read_settings(told)
    for problem in problems:
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"kubelens: {problem}"))


async def _asked(ls: KubelensServer) -> None:
    """Ask a client that has settings for them."""
    if not ls.can("workspace", "configuration"):
        return
    items = types.ConfigurationParams([types.ConfigurationItem(section="kubelens")])
    try:
        told = await asyncio.wait_for(ls.workspace_configuration_async(items), PATIENCE_SECONDS)
    except Exception:  # noqa: BLE001 - a client may refuse or never answer; what was set before holds
        return
    if told and section_of(told[0]):
        _set(ls, told[0])


async def _progress(ls: KubelensServer) -> str | None:
    if not ls.can("window", "work_done_progress"):
        return None
    token = "kubelens-index"
    try:
        await asyncio.wait_for(ls.work_done_progress.create_async(token), PATIENCE_SECONDS)
    except Exception:  # noqa: BLE001 - a client may refuse or never answer; the index goes on
        return None
    ls.work_done_progress.begin(token, types.WorkDoneProgressBegin("kubelens", message="reading manifests"))
    return token


async def _watch(ls: KubelensServer) -> None:
    if not ls.watches:
        return
    watchers = [types.FileSystemWatcher(pattern) for pattern in (*_WATCHED, *_WATCHED_TOO)]
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    registration = types.Registration("kubelens-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    try:
        await ls.client_register_capability_async(types.RegistrationParams([registration]))
    except Exception:  # noqa: BLE001 - without watching, saving a buffer still checks again
        log.info("the client does not watch files")


def _documents(server: KubelensServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(ls: KubelensServer, params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        is_manifest = document.uri.endswith(MANIFEST_SUFFIXES) or document.language_id.startswith(_LANGUAGES)
        is_manifest = is_manifest or _TEMPLATES in document.uri
        if is_manifest and document.uri.startswith(_SCHEMES):
            ls.texts[document.uri] = ls.edits[document.uri] = Source(
                key_of(document.uri), document.text, document.version
            )
            ls.changed()

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(ls: KubelensServer, params: types.DidChangeTextDocumentParams) -> None:
        uri, version = params.text_document.uri, params.text_document.version
        source = ls.texts.get(uri)
        if source is None:
            log.warning("a change of %s, which is not open", uri)
            return
        if version <= source.version:
            log.warning("version %s of %s comes after %s", version, uri, source.version)
        for change in params.content_changes:
            source = Source(source.uri, changed_text(source, change, ls.encoding), version)
        ls.texts[uri] = ls.edits[uri] = source
        ls.changed()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(ls: KubelensServer, params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        if ls.texts.pop(uri, None) is None:
            return
        ls.edits.pop(uri, None)
        ls.jobs.append(lambda: ls.session.closed(uri))
        ls.changed()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(ls: KubelensServer, params: types.DidSaveTextDocumentParams) -> None:
        if params.text_document.uri.endswith(_CONFIGS):
            ls.jobs.append(ls.session.reload)
        elif not ls.watches:
            ls.jobs.append(ls.session.look_again)
        ls.changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(ls: KubelensServer, params: types.DidChangeWatchedFilesParams) -> None:
        changes = [change.uri for change in params.changes]
        if any(uri.endswith((*_CONFIGS, ".gitignore")) for uri in changes):
            ls.jobs.append(ls.session.reload)
        ls.jobs.append(lambda: ls.session.changed_on_disk(changes))
        ls.changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configured(ls: KubelensServer, params: types.DidChangeConfigurationParams) -> None:
        before = ls.session.settings
        if section_of(params.settings):
            _set(ls, params.settings)
        else:
            await _asked(ls)
        ls.jobs.append(ls.session.reload)
        ls.widely |= before != ls.session.settings
        ls.changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders(ls: KubelensServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
        ls.session.folders = _folders(ls)
        ls.jobs.append(ls.session.reload)
        ls.changed()


def start(log_file: str | None = None) -> None:
    """Serve on standard input and output until the client leaves."""
    handler: logging.Handler = logging.FileHandler(log_file) if log_file else logging.StreamHandler()
    handler.addFilter(lambda record: not (record.exc_info and isinstance(record.exc_info[1], Refused)))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    sys.setswitchinterval(SWITCH_SECONDS)
    code = 0
    try:
        make_server().serve(sys.stdin.buffer, sys.stdout.buffer)
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else 1
    except BaseException:
        log.exception("the server ends")
        code = 1
    logging.shutdown()
    os._exit(code)  # whatever the worker is still at: nobody is there to hear of it
