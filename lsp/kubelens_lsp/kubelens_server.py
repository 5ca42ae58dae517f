"""The server's state: one session, one worker, one reader beside it, and what the client was told.

The worker alone changes the session. Changes are taken in when nobody has typed for a moment, all that came meanwhile at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from typing import Any, BinaryIO, Final, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.io_ import StdoutWriter, run_async
from pygls.lsp.server import LanguageServer

from kubelens import __version__
from kubelens.engine.sets.kept import ToldSets
from kubelens.syntax.text import Source
from kubelens_lsp.convert import key_of, uri_of
from kubelens_lsp.diagnostics import configuration_problem, diagnostics_of
from kubelens_lsp.protocol import OwnTexts
from kubelens_lsp.scenario_results import Played, is_scenario, scenario_problems
from kubelens_lsp.session import Session
from kubelens_lsp.sets_behind import SetsBehind
from kubelens_lsp.since_git import Committed
from kubelens_lsp.standard_input import awaited, is_awaited
from kubelens_lsp.told import Told
from kubelens_lsp.view import View

T = TypeVar("T")
DEBOUNCE_SECONDS: Final = 0.12
PATIENCE_SECONDS: Final = 0.5
"""How long an analysis waits at most for those who go on typing."""
MOST_SKIPPED: Final = 3
"""Rounds in a row that look at the edited files alone, where more was said meanwhile."""
log = logging.getLogger(__name__)


class Refused(JsonRpcInvalidParams):
    """An answer for the user, not a failure: it goes to the client and not into the log."""


class KubelensServer(LanguageServer):
    """A server with one session and one worker, and a reader for what cannot wait; handlers never compute on the loop."""

    def __init__(self) -> None:
        incremental = types.TextDocumentSyncKind.Incremental
        super().__init__("kubelens", __version__, text_document_sync_kind=incremental, protocol_cls=OwnTexts)
        self.session = Session()
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kubelens")
        self.told = Told()
        self.complaints: list[str] = []
        self.reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kubelens-reader")
        self.sets = SetsBehind(self.session)
        self.committed = Committed()
        self.played: dict[str, Played] = {}
        self.pending: asyncio.Task[None] | None = None
        self.said = self.seen = 0
        self.first_change: float | None = None
        self.last_change = 0.0
        self.edited: set[str] = set()
        self.widely = False
        self.skipped = 0
        self.news = asyncio.Event()
        self.ready = asyncio.Event()
        self.texts: dict[str, Source] = {}
        self.edits: dict[str, Source] = {}
        self.jobs: list[Callable[[], Any]] = []
        self.options: dict[str, Any] = {}
        self.shelf = ""
        self._errands: set[asyncio.Future[Any]] = set()

    def serve(self, stdin: BinaryIO, stdout: BinaryIO) -> None:
        """Answer what comes in until it ends or the client says so (``SystemExit`` then, with its code)."""
        if not is_awaited(stdin, stdout):
            self.start_io(stdin, stdout)
            return
        ended = self._stop_event = Event()
        self.protocol.set_writer(StdoutWriter(stdout))

        async def answered() -> None:
            await run_async(ended, await awaited(stdin), self.protocol, log, self.report_server_error)

        with suppress(BrokenPipeError):
            asyncio.run(answered())

    @property
    def encoding(self) -> str:
        """The units in which the client counts columns."""
        return str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding))

    def can(self, *path: str) -> bool:
        """Whether the client declared a capability, named as in the protocol's Python types."""
        found: Any = self.client_capabilities
        for step in path:
            found = getattr(found, step, None)
        return bool(found)

    @property
    def watches(self) -> bool:
        """Whether the client tells of files that change outside it."""
        return self.can("workspace", "did_change_watched_files", "dynamic_registration")

    def background(self, errand: Coroutine[Any, Any, Any]) -> None:
        """Ask the client for something whose answer nothing waits for."""
        task = asyncio.ensure_future(errand)
        self._errands.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Future[Any]) -> None:
        self._errands.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.info("the client did not do what it was asked: %s", task.exception())

    async def compute(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run something on the worker."""
        return await asyncio.get_running_loop().run_in_executor(self.worker, function, *arguments)

    async def read(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run something that looks at a finished analysis only, beside the worker."""
        return await asyncio.get_running_loop().run_in_executor(self.reader, function, *arguments)

    async def current(self) -> View:
        """The analysis of everything said until now; what is said meanwhile keeps nobody waiting."""
        target = self.said
        await self.ready.wait()
        while self.seen < target:
            await self.news.wait()
        return self.session.view

    async def latest(self, uri: str) -> tuple[View, Source | None]:
        """The last analysis, and a text as it is this moment: for answers that cannot wait for those who type."""
        await self.ready.wait()
        view = self.session.view
        return view, self.texts.get(uri) or view.snapshot.source(key_of(uri))

    def changed(self) -> None:
        """Something changed: analyse once it has been quiet for a moment, and at the latest after a longer one."""
        self.said += 1
        self.last_change = asyncio.get_running_loop().time()
        if self.first_change is None:
            self.first_change = self.last_change
        if self.pending is None or self.pending.done():
            self.pending = asyncio.get_running_loop().create_task(self._keep_up())

    async def _keep_up(self) -> None:
        """Analyse until nothing new was said: whatever came during one analysis is in the next, once."""
        await self.ready.wait()
        while self.seen < self.said:
            await self._quiet()
            target, self.first_change = self.said, None
            try:
                done = await self._settle()
            except Exception:
                log.exception("the analysis failed; the last one that did not stays")
                done = True
            if done:
                self.seen = target
                self.news.set()
                self.news = asyncio.Event()
                self.follow_sets()

    def follow_sets(self) -> None:
        """Have the sets judged that are made from what changed, beside everything else."""
        self.sets.follow(self.compute, self.retold)

    async def retold(self, told: ToldSets) -> None:
        """Tell what is found in sets now."""

        def work() -> View:
            view = self.session.retold(told)
            for key in view.by_file:
                self.fresh(key, view)
            return view

        view = await self.compute(work)
        self.publish(view)

    async def _quiet(self) -> None:
        """Wait until nobody types for a moment, but not for ever."""
        loop = asyncio.get_running_loop()
        while self.first_change is not None:
            until = min(self.last_change + DEBOUNCE_SECONDS, self.first_change + PATIENCE_SECONDS)
            if (left := until - loop.time()) <= 0:
                return
            await asyncio.sleep(left)

    def tell_status(self, *, busy: bool) -> None:
        """Say what is looked at, to clients that show it."""
        if self.options.get("showsStatus"):
            view, profile = self.session.view, str(self.session.config.profile)
            told = {"objects": len(view.snapshot.bundle), "release": view.release, "profile": profile, "busy": busy}
            self.protocol.notify("kubelens/status", told)

    async def _settle(self) -> bool:
        """Take in what was said, send what is found where it was said, then the rest.

        False where more was said meanwhile and the rest was left to the next round, as it is now and then only.
        """
        edits, self.edits = self.edits, {}
        jobs, self.jobs = self.jobs, []

        def work() -> View:
            for job in jobs:
                try:
                    job()
                except Exception:
                    log.exception("a change on disk could not be followed")
            for uri, source in edits.items():
                self.session.opened(uri, source.text, source.version)
            return self.session.preview(edits)

        self.edited |= {key_of(uri) for uri in edits}
        first = await self.compute(work)
        for uri in edits:
            self._publish_one(key_of(uri), first)
        self.widely |= bool(jobs) or len(self.texts) > 1
        if self.first_change is not None and self.skipped < MOST_SKIPPED:
            self.skipped += 1
            return False
        edited, widely = self.edited, self.widely
        self.edited, self.widely, self.skipped = set(), False, 0
        view = await self.compute(self.refreshed)
        self.publish(view, edited)
        self.tell_status(busy=False)
        if widely:
            self._ask_again()
        return True

    def refreshed(self) -> View:
        """Analyse what is there now, diagnostics included: work for the worker, so that the loop only sends."""
        view = self.session.refresh()
        for key in view.by_file:
            self.fresh(key, view)
        return view

    def fresh(self, key: str, view: View) -> list[types.Diagnostic]:
        """The diagnostics of a file, as this client can show them."""
        related = self.can("text_document", "publish_diagnostics", "related_information")
        found = diagnostics_of(view, key, self.encoding, related=related or self.told.pulls)
        more = scenario_problems(view, key, self.played.get(key), self.encoding)
        return [*found, *more] if more else found

    async def said_of_scenario(self, key: str) -> None:
        """Tell what a scenario came to that was played."""
        view = await self.current()
        if self._publish_one(key, view) and self.can("workspace", "diagnostics", "refresh_support"):
            self.workspace_diagnostic_refresh(None)

    def _publish_one(self, key: str, view: View) -> bool:
        """Send the diagnostics of one file where they changed; gives whether the client has to pull them anew."""
        is_said = key in view.by_file or view.is_behind(key) or key in self.played or is_scenario(view, key)
        fresh = self.fresh(key, view) if is_said else []
        wanted = self.told.to_push(key, fresh, is_open=key in self.session.buffers)
        if wanted is not None:
            self._send(key, wanted, view)
        return self.told.changes(key, fresh)

    def _send(self, key: str, found: list[types.Diagnostic], view: View) -> None:
        source = self.session.buffers.get(key)
        version = source.version if source is not None else None
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri_of(key), found, version))

    def publish(self, view: View, edited: set[str] | None = None) -> None:
        """Send the diagnostics that changed; files that have none any more are cleared."""
        problems = list(self.session.problems)
        about = dict(filter(None, map(configuration_problem, problems)))
        anew = [
            key
            for key in {*view.by_file, *self.told.pushed, *self.told.seen()} - about.keys()
            if self._publish_one(key, view)
        ]
        for key, diagnostic in about.items():
            if (wanted := self.told.to_push(key, [diagnostic], is_open=False)) is not None:
                self._send(key, wanted, view)
        if set(anew) - (edited or set()) and self.can("workspace", "diagnostics", "refresh_support"):
            self.workspace_diagnostic_refresh(None)
        for problem in problems:
            if problem not in self.complaints:
                self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"kubelens: {problem}"))
        self.complaints = problems

    def _ask_again(self) -> None:
        """Hints and lenses speak of other files too: have them asked for again."""
        if self.can("workspace", "inlay_hint", "refresh_support"):
            self.workspace_inlay_hint_refresh(None)
        if self.can("workspace", "code_lens", "refresh_support"):
            self.workspace_code_lens_refresh(None)

    def all_pulled(self) -> None:
        """The client asks for the whole workspace: take back what was pushed."""
        if not self.told.pulls_all:
            self.told.pulls_all = True
            for key in self.told.pushed:
                self._publish_one(key, self.session.view)
