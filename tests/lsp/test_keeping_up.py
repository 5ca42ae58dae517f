"""Work that piles up is done once, nobody starves, and the process ends with its client."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from kubelens_lsp.kubelens_server import MOST_SKIPPED, KubelensServer

from kubelens.syntax.text import Source

URI = "file:///w/a.yaml"


class Bench:
    """A server whose session notes what it is asked for, and waits where it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = KubelensServer()
        self.opened: list[int] = []
        self.previews = self.refreshes = 0
        self.go = threading.Event()
        self.go.set()
        session: Any = self.server.session
        view = session.view
        monkeypatch.setattr(session, "opened", lambda uri, text, version: self.opened.append(version))
        monkeypatch.setattr(session, "preview", lambda uris: self._preview(view))
        monkeypatch.setattr(session, "refresh", lambda: self._refresh(view))
        monkeypatch.setattr(self.server, "publish", lambda *arguments: None)
        monkeypatch.setattr(self.server, "_publish_one", lambda *arguments: False)
        monkeypatch.setattr(self.server, "can", lambda *path: False)
        self.server.ready.set()

    def _preview(self, view: Any) -> Any:
        self.previews += 1
        self.go.wait(60)
        return view

    def _refresh(self, view: Any) -> Any:
        self.refreshes += 1
        return SimpleNamespace(by_file={})

    def stroke(self, version: int) -> None:
        source = Source("w/a.yaml", f"a: {version}\n", version)
        self.server.texts[URI] = self.server.edits[URI] = source
        self.server.changed()


@pytest.mark.asyncio
async def test_strokes_during_an_analysis_make_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch)
    bench.go.clear()
    bench.stroke(1)
    while not bench.previews:
        await asyncio.sleep(0.01)
    for version in range(2, 40):
        bench.stroke(version)
    bench.go.set()
    await bench.server.current()
    assert bench.opened == [1, 39]
    assert bench.refreshes == 1


@pytest.mark.asyncio
async def test_who_asks_is_answered_while_somebody_types(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strokes never pause for as long as the quiet that is waited for, and each finds the one before unanswered."""
    bench = Bench(monkeypatch)
    ended = asyncio.Event()

    async def typing() -> None:
        version = 0
        while not ended.is_set():
            bench.stroke(version := version + 1)
            await asyncio.sleep(0.02)

    bench.stroke(0)
    task = asyncio.ensure_future(typing())
    await asyncio.wait_for(bench.server.current(), 60)
    ended.set()
    await task
    assert bench.refreshes >= 1
    assert bench.previews <= (MOST_SKIPPED + 1) * (bench.refreshes + 1)


@pytest.mark.asyncio
async def test_an_analysis_that_fails_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch)

    def fails() -> None:
        raise ValueError

    monkeypatch.setattr(bench.server.session, "refresh", fails)
    bench.stroke(1)
    assert await asyncio.wait_for(bench.server.current(), 60) is bench.server.session.view


@pytest.mark.asyncio
async def test_the_reader_waits_for_no_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch)
    bench.go.clear()
    bench.stroke(1)
    while not bench.previews:
        await asyncio.sleep(0.01)
    assert await asyncio.wait_for(bench.server.read(lambda: 7), 60) == 7
    bench.go.set()
    await bench.server.current()


def test_the_process_ends_with_its_client_whatever_it_is_doing() -> None:
    script = (
        "import time\n"
        "from kubelens_lsp import server\n"
        "made = server.make_server()\n"
        "made.worker.submit(time.sleep, 600)\n"
        "server.make_server = lambda: made\n"
        "server.start()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], input=b"", capture_output=True, timeout=120, check=False)
    assert done.returncode == 0
