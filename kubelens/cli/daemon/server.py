"""The daemon: a process without threads that has kubelens imported, and forks a copy of itself for each run."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from typing import Final

from kubelens import __version__
from kubelens.cli.daemon.copy import become
from kubelens.cli.daemon.freshness import Freshness
from kubelens.cli.daemon.warm import warm
from kubelens.cli.daemon.wire import (
    ENDED,
    GO,
    READY,
    REFUSED,
    RUN,
    STARTED,
    STATUS,
    STOP,
    close_all,
    peer,
    receive,
    send,
)

IDLE: Final = "KUBELENS_DAEMON_IDLE"
"""The variable that says after how many seconds without a run a daemon ends."""
_IDLE_SECONDS: Final = 900.0
_LOOK_SECONDS: Final = 5.0
"""How often a daemon looks whether its socket is still its own."""
_PATIENCE_SECONDS: Final = 2.0
"""How long a caller may take to say what it wants."""
_WAITING: Final = 128


def serve(path: str, whom: bytes, run: Callable[[Sequence[str]], None]) -> None:
    """Become the daemon for an identity, behind the socket ``path``; comes back when nobody has asked for a while.

    ``run``: see :func:`kubelens.cli.daemon.client.served`. Does nothing where another one is, or is about to be.
    """
    _detach()
    with suppress(OSError):
        lock = os.open(path.removesuffix(".sock") + ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        flock(lock, LOCK_EX | LOCK_NB)
        idle = _idle_seconds()
        warm()
        fresh = Freshness()
        os.environ.clear()  # the next runs bring their own
        with suppress(FileNotFoundError):
            os.unlink(path)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(path)
        os.chmod(path, 0o600)
        listening.listen(_WAITING)
        _Daemon(listening, path, whom, fresh, idle, run).serve()


def _detach() -> None:
    """Hold nothing of the caller's open: whoever waits for the end of its output waits for no daemon."""
    os.chdir("/")
    nothing = os.open(os.devnull, os.O_RDWR)
    for file in (0, 1, 2):
        os.dup2(nothing, file)
    os.closerange(3, os.sysconf("SC_OPEN_MAX") if os.sysconf("SC_OPEN_MAX") < 4096 else 4096)
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _idle_seconds() -> float:
    try:
        return max(0.1, float(os.environ.get(IDLE, "")))
    except ValueError:
        return _IDLE_SECONDS


class _Daemon:
    """The sockets that are open, and the runs that are under way by the number of their process."""

    def __init__(
        self,
        listening: socket.socket,
        path: str,
        whom: bytes,
        fresh: Freshness,
        idle: float,
        run: Callable[[Sequence[str]], None],
    ) -> None:
        self._listening = listening
        self._path = path
        self._whom = whom
        self._fresh = fresh
        self._idle = idle
        self._run = run
        self._own = self._socket()
        self._runs: dict[int, socket.socket] = {}
        self._begin = self._last = time.time()
        self._served = 0
        self._open = True
        woken, self._wake = os.pipe()
        for end in (woken, self._wake):
            os.set_blocking(end, False)
        self._woken = woken
        self._signals = signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def serve(self) -> None:
        """Serve until it is stopped, its socket is gone, or nobody has asked for a while."""
        while self._open or self._runs:
            watched: list[socket.socket | int] = [self._woken, *self._runs.values()]
            if self._open:
                watched.append(self._listening)
            ready, _, _ = select.select(watched, (), (), min(_LOOK_SECONDS, self._idle))
            if self._woken in ready:
                with suppress(BlockingIOError):
                    os.read(self._woken, 4096)
            self._reap()
            for number, connection in list(self._runs.items()):
                if connection in ready and self._runs.get(number) is connection:
                    self._hear(number, connection)
            if self._listening in ready:
                self._accept()
            if self._runs:
                self._last = time.time()
            if self._open and (time.time() - self._last >= self._idle or self._socket() != self._own):
                self._close()

    def _socket(self) -> tuple[int, int] | None:
        try:
            status = os.lstat(self._path)
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _close(self) -> None:
        """Take no more runs; those under way go on."""
        self._open = False
        if self._socket() == self._own:
            with suppress(OSError):
                os.unlink(self._path)
        self._listening.close()

    def _reap(self) -> None:
        """Tell the callers of the runs that have ended."""
        while self._runs:
            number, status = os.waitpid(-1, os.WNOHANG)
            if not number:
                return
            connection = self._runs.pop(number, None)
            if connection is not None:
                with suppress(OSError):
                    connection.sendall(ENDED + status.to_bytes(8, "big"))
                connection.close()

    def _hear(self, number: int, connection: socket.socket) -> None:
        """A caller has no more to say: it is gone, and its run is not wanted any more."""
        with suppress(OSError):
            if connection.recv(1):
                return
        with suppress(OSError):
            os.killpg(number, signal.SIGTERM)
        del self._runs[number]
        connection.close()
        with suppress(ChildProcessError):
            os.waitpid(number, 0)

    def _accept(self) -> None:
        try:
            connection, _ = self._listening.accept()
        except OSError:
            return
        kept = False
        files: list[int] = []
        try:
            connection.settimeout(_PATIENCE_SECONDS)
            if peer(connection) == os.geteuid():
                parts, files = receive(connection)
                kept = self._answer(connection, parts, files)
        except (OSError, ValueError):
            pass  # the caller is gone, or is none of ours
        finally:
            close_all(files)
            if not kept:
                connection.close()

    def _answer(self, connection: socket.socket, parts: list[bytes], files: list[int]) -> bool:
        """Do what is asked; whether the connection is still needed."""
        verb = parts[0] if parts else b""
        if verb == RUN and len(files) == 4:
            return self._start(connection, parts[1:], files)
        if verb in (STATUS, STOP):
            used = os.times()
            spent = used.user + used.system + used.children_user + used.children_system
            told = (__version__, sys.executable, os.getpid(), int(self._begin), self._served, len(self._runs), spent)
            send(connection, [str(one).encode() for one in told])
            if verb == STOP:
                self._close()
        return False

    def _start(self, connection: socket.socket, parts: list[bytes], files: list[int]) -> bool:
        whom, *rest = parts
        if whom != self._whom or not self._fresh.holds():
            connection.sendall(REFUSED)
            if whom == self._whom:
                self._close()  # what is imported here is not what lies on disk any more: the next run starts another
            return False
        connection.sendall(READY)
        if connection.recv(1) != GO:
            return False
        self._last = time.time()
        self._served += 1
        number = os.fork()
        if not number:
            signal.set_wakeup_fd(-1)
            for own in (self._listening.fileno(), self._woken, self._wake, connection.fileno()):
                os.close(own)
            for other in self._runs.values():
                os.close(other.fileno())
            become(rest, files, self._run)
        with suppress(OSError):
            os.setpgid(number, number)
        self._runs[number] = connection
        connection.settimeout(_PATIENCE_SECONDS)
        connection.sendall(STARTED + number.to_bytes(8, "big"))
        return True
