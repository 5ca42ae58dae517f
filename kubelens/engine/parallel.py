"""Numbered tasks, worked through by this process and forked copies of it.

A copy sees everything that was there when it was made, so only answers travel. Whoever is free takes the next
number; what a copy could not do or could not send is done here, so an answer never depends on the copies.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, BinaryIO, Final, Generic, Self, TypeVar

from msgspec import MsgspecError
from msgspec.msgpack import Decoder, Encoder

Answer = TypeVar("Answer")

MOST_TASKS: Final = 256
"""A task's number travels as one byte: single bytes of a pipe reach exactly one reader."""
PARALLEL_FROM: Final = 200_000
"""Characters of text from which on copies of the process earn their keep."""
_MOST_JOBS: Final = 8
_LENGTH: Final = 8


def available_jobs(wanted: int | None = None) -> int:
    """How many processes a run may use: as many as are wanted or, by default, the processors this one may run on.

    Always 1 where forking is not safe: on other systems than Linux, and beside threads.
    """
    if sys.platform != "linux" or _has_threads():
        return 1
    return wanted if wanted is not None else min(len(os.sched_getaffinity(0)), _MOST_JOBS)


def _has_threads() -> bool:
    threading = sys.modules.get("threading")
    return threading is not None and threading.active_count() > 1


class Parallel(Generic[Answer]):
    """Tasks 0 to ``tasks - 1``, done by ``work``. The copies start at once; :meth:`answers` joins them.

    ``answer``: the type of an answer, for msgspec to read it back. With ``jobs`` 1 nothing is forked.
    """

    def __init__(self, tasks: int, work: Callable[[int], Answer], answer: Any, *, jobs: int) -> None:
        if tasks > MOST_TASKS:
            raise ValueError(f"{tasks} tasks: at most {MOST_TASKS}")
        self._tasks = tasks
        self._work = work
        self._answer = answer
        self._copies: list[tuple[int, int]] = []
        if tasks < 2 or jobs < 2:
            return
        self._numbers, numbers = os.pipe()
        os.write(numbers, bytes(range(tasks)))
        os.close(numbers)
        for _ in range(min(jobs, tasks) - 1):
            self._fork()
        if not self._copies:
            os.close(self._numbers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def answers(self, meanwhile: Callable[[], None] | None = None) -> list[Answer]:
        """The answers in the order of the tasks. ``meanwhile`` is done here while the copies finish."""
        done = dict(self._taken()) if self._copies else {number: self._work(number) for number in range(self._tasks)}
        if meanwhile is not None:
            meanwhile()
        if not self._copies:
            return [done[number] for number in range(self._tasks)]
        decoder = Decoder(tuple[int, self._answer])  # type: ignore[name-defined]
        copies, self._copies = self._copies, []
        os.close(self._numbers)
        for pid, answers in copies:
            _await(pid)
            with open(answers, "rb") as file:
                file.seek(0)
                done.update(_read(file, decoder))
        return [done[number] if number in done else self._work(number) for number in range(self._tasks)]

    def _taken(self) -> Iterator[tuple[int, Answer]]:
        """The tasks this process gets hold of, with their answers."""
        while number := os.read(self._numbers, 1):
            yield number[0], self._work(number[0])

    def _fork(self) -> None:
        try:
            answers = os.memfd_create("answers")
        except OSError:
            return
        try:
            pid = os.fork()
        except OSError:
            os.close(answers)
            return
        if pid:
            self._copies.append((pid, answers))
            return
        try:
            encoder = Encoder()
            with open(answers, "wb") as file:
                for answer in self._taken():
                    try:
                        text = encoder.encode(answer)
                    except (MsgspecError, TypeError, ValueError, RecursionError):
                        continue
                    file.write(len(text).to_bytes(_LENGTH) + text)
        finally:
            os._exit(0)

    def _end(self) -> None:
        """Let go of the copies: take the numbers nobody has yet, and wait for those who are still at work."""
        if not self._copies:
            return
        os.read(self._numbers, MOST_TASKS)
        os.close(self._numbers)
        for pid, answers in self._copies:
            os.close(answers)
            _await(pid)
        self._copies = []


def _await(pid: int) -> None:
    """Wait for a copy's end; one that somebody stopped is ended, and what it had is done here."""
    _, status = os.waitpid(pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        import signal  # noqa: PLC0415 - seldom

        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _read(file: BinaryIO, decoder: Decoder[tuple[int, Answer]]) -> Iterator[tuple[int, Answer]]:
    """The answers a copy has written, each behind its length; those that are no answers are left out."""
    while length := file.read(_LENGTH):
        try:
            yield decoder.decode(file.read(int.from_bytes(length)))
        except (MsgspecError, RecursionError):
            continue


def even_runs(sizes: Sequence[int], most: int) -> list[range]:
    """Cut numbered things into at most ``most`` runs of neighbours whose sizes add up to about the same."""
    share = sum(sizes) / most
    runs: list[range] = []
    begin, reached = 0, 0
    for number, size in enumerate(sizes):
        reached += size
        if (reached >= share * (len(runs) + 1) and len(runs) < most - 1) or number == len(sizes) - 1:
            runs.append(range(begin, number + 1))
            begin = number + 1
    return runs
