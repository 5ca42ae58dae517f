"""Processes of this machine that do tasks for this one: what a task breaks, or how long it takes, stays in its process."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from queue import Queue
from subprocess import PIPE, Popen
from threading import Lock, Thread, Timer
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct

Task = TypeVar("Task")
Answer = TypeVar("Answer")

_PROGRAM: Final = "from kubelens.engine.children import serve; serve()"
_TRIES: Final = 2
"""How often a task is begun whose process ends without an answer: something else may have ended it."""

_TASKS_A_PROCESS: Final = 200
"""After so many tasks a process gives back what it has gathered: a new one takes its place."""


class Done(Struct, Generic[Answer], frozen=True):
    """A task that is done: its number, from 0, and its answer, or why there is none (``failure``)."""

    number: int
    answer: Answer | None
    failure: str = ""


class Child:
    """A process that does one task after another; a new one takes the place of one that ended."""

    def __init__(self) -> None:
        self._process: Popen[bytes] | None = None
        self._lock = Lock()
        self._ended = False
        self._done = 0

    def do(self, number: int, work: Callable[[Task], Answer], task: Task, seconds: float | None) -> Done[Answer]:
        """Do a task; after ``seconds`` its process is ended. ``work`` and ``task`` travel by pickle."""
        failure = ""
        for _ in range(_TRIES):
            if self._ended:
                break
            process = self._running()
            late = Timer(seconds or 0, process.kill)
            if seconds is not None:
                late.start()
            try:
                answered, told = self._exchange(process, pickle.dumps((work, task)))
            except (OSError, EOFError, pickle.UnpicklingError):
                code = self._let_go(process)
                if seconds is not None and not late.is_alive():
                    return Done(number, None, f"takes longer than {seconds:g} s")
                failure = f"its process ended with {_named(code)}"
                continue
            finally:
                late.cancel()
            self._done += 1
            if self._done % _TASKS_A_PROCESS == 0:
                self._let_go(process)
            return Done(number, told) if answered else Done(number, None, told)
        return Done(number, None, failure or "was not begun")

    def end(self) -> None:
        """End the process, whatever it is at."""
        with self._lock:
            self._ended = True
            process = self._process
        if process is not None:
            self._let_go(process)

    def _running(self) -> Popen[bytes]:
        with self._lock:
            if self._process is None:
                self._process = Popen([sys.executable, "-P", "-c", _PROGRAM], stdin=PIPE, stdout=PIPE)
                with suppress(OSError, EOFError, pickle.UnpicklingError):  # told by the first exchange
                    self._exchange(self._process, pickle.dumps(sys.path))  # so that no task pays for the start
            return self._process

    @staticmethod
    def _exchange(process: Popen[bytes], request: bytes) -> tuple[bool, Any]:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(request)
        process.stdin.flush()
        answered, told = pickle.load(process.stdout)  # noqa: S301 - from a process of our own
        return answered, told

    def _let_go(self, process: Popen[bytes]) -> int:
        with self._lock:
            self._process = None
        process.kill()
        code = process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()
        return code


def serve() -> None:
    """What a child does: tasks from standard input, answers to standard output, until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # its parent ends it
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    sys.path[:] = pickle.load(requests)  # noqa: S301 - from the process that started this one
    answers.write(pickle.dumps((True, None)))
    answers.flush()
    while True:
        try:
            work, task = pickle.load(requests)  # noqa: S301
        except EOFError:
            return
        except Exception as error:  # noqa: BLE001 - what cannot be imported here
            answers.write(pickle.dumps((False, said(error))))
        else:
            answers.write(_answered(work, task))
        answers.flush()


def _answered(work: Callable[[Any], Any], task: Any) -> bytes:
    try:
        return pickle.dumps((True, work(task)))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a task may raise anything
        return pickle.dumps((False, said(error)))


def said(error: BaseException) -> str:
    """What an error says, in one line."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _named(code: int) -> str:
    if code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"code {code}"


def by_children(
    work: Callable[[Task], Answer], tasks: Iterable[Task], *, jobs: int, seconds: float | None
) -> Iterator[Done[Answer]]:
    """Tasks done by ``jobs`` processes, in the order in which they are finished; few are taken ahead of time."""
    numbered = enumerate(tasks)
    taking = Lock()
    finished: Queue[Done[Answer] | BaseException | None] = Queue(2 * jobs)
    children = [Child() for _ in range(jobs)]
    stopped: list[bool] = []

    def go_on(child: Child) -> None:
        try:
            while not stopped:
                with taking:
                    number, task = next(numbered, (-1, None))
                if number < 0:
                    break
                finished.put(child.do(number, work, task, seconds))  # type: ignore[arg-type]
        except BaseException as error:  # noqa: BLE001 - told where the answers are read
            finished.put(error)
        finished.put(None)

    threads = [Thread(target=go_on, args=(child,), daemon=True) for child in children]
    try:
        for thread in threads:
            thread.start()
        going = len(threads)
        while going:
            one = finished.get()
            if one is None:
                going -= 1
            elif isinstance(one, BaseException):
                raise one
            else:
                yield one
    finally:
        stopped.append(True)
        for child in children:
            child.end()
