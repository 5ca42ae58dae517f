"""Sets follow what was said: on a thread of their own, a step at a time, and anew where more is said meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from kubelens.engine.loader import Loaded
from kubelens.engine.sets.found import may_hold_sets
from kubelens.engine.sets.kept import ToldSets
from kubelens_lsp.session import Session
from kubelens_lsp.sets_beside import SetsBeside

PATIENCE_SECONDS: Final = 3.0
"""How long who asks about a file waits for the sets that are made from it."""
Compute = Callable[..., Awaitable[Any]]
log = logging.getLogger(__name__)


class SetsBehind:
    """The sets of a session, a moment behind its texts. ``started``: whether there are any."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.beside = SetsBeside()
        self.builder = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kubelens-sets")
        self.started = False
        self.task: asyncio.Task[None] | None = None

    async def build(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run something on the sets' thread."""
        return await asyncio.get_running_loop().run_in_executor(self.builder, function, *arguments)

    def follow(self, compute: Compute, tell: Callable[[ToldSets], Awaitable[None]]) -> None:
        """Catch up with the session, unless that is under way; ``compute``: runs something on the session's thread."""
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._follow(compute, tell))

    async def settled(self) -> None:
        """Wait for a moment until the sets have caught up; what takes longer keeps nobody waiting."""
        if self.task is not None and not self.task.done():
            await asyncio.wait([self.task], timeout=PATIENCE_SECONDS)

    @property
    def _is_behind(self) -> bool:
        return self.session.anew or bool(self.session.moved)

    async def _follow(self, compute: Compute, tell: Callable[[ToldSets], Awaitable[None]]) -> None:
        try:
            while self._is_behind:
                if await self._round(compute):
                    await tell(self.beside.told)
        except Exception:
            log.exception("the sets could not be judged; what was found in them stays")

    async def _round(self, compute: Compute) -> bool:
        """Take in what was said, and judge what it touches; whether nothing was said meanwhile."""
        moved = _taken(self.session)
        if self.session.anew or (not self.started and may_hold_sets(filter(None, moved.values()), self.session.config)):
            self.session.anew = False
            texts, conditions = await compute(lambda: (self.session.texts(), self.session.conditions()))
            before, self.started = self.started, may_hold_sets(texts, self.session.config)
            if not self.started and not before:
                return False
            await self.build(self.beside.start, self.session.folders if self.started else (), texts, conditions)
        elif not self.started:
            return False
        else:
            await self.build(self.beside.judged_by, await compute(self.session.conditions))
            await self.build(self.beside.changed, moved)
        steps = self.beside.catch_up()
        while not self._is_behind:
            if await self.build(next, steps, self) is self:
                return True
        return False


def _taken(session: Session) -> dict[str, Loaded | None]:
    """What changed since this was asked last, each file once."""
    moved: dict[str, Loaded | None] = {}
    while session.moved:
        key, loaded = session.moved.popleft()
        moved[key] = loaded
    return moved
