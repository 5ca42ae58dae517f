"""The caller's side of ``check --daemon``: hand the run over where a daemon will have it, start one where none is."""

from __future__ import annotations

import os
import sys

from kubelens.cli.daemon.place import identity, leave_working_folder, runtime_folder, socket_path
from kubelens.cli.daemon.wire import ENDED, GO, READY, RUN, STARTED, connected, send

TYPE_CHECKING = False  # typing is imported by no small run
if TYPE_CHECKING:
    from _socket import socket
    from collections.abc import Callable, Sequence
    from typing import Final

VARIABLE: Final = "KUBELENS_DAEMON"
_SECONDS: Final = 2.0
"""How long a daemon may take until it says whether it will serve."""
_NUMBER: Final = 8


def is_asked(words: Sequence[str]) -> bool:
    """Whether a command line asks for the daemon: ``--daemon``, or ``KUBELENS_DAEMON=1`` without ``--no-daemon``."""
    if words[:1] != ["check"]:
        return False
    options = words[: words.index("--")] if "--" in words else words
    if "--no-daemon" in options:
        return False
    return "--daemon" in options or os.environ.get(VARIABLE, "") not in ("", "0")


def served(words: Sequence[str], run: Callable[[Sequence[str]], None]) -> int | None:
    """Have a daemon run a command line; gives its exit code, or None where the caller is to run it by itself.

    ``run``: what runs a command line in a process, and raises SystemExit at its end.

    Raises:
        SystemExit: never; a run that a signal ended ends this process by the same signal.
    """
    if not hasattr(os, "fork") or sys.platform == "win32":
        return None
    folder = runtime_folder()
    files = _files()
    if folder is None or files is None:
        return None
    whom = identity()
    path = socket_path(folder, whom)
    try:
        try:
            connection = connected(path, _SECONDS)
        except (FileNotFoundError, ConnectionRefusedError):
            _start(path, whom, run)
            return None
        except OSError:
            return None
        return _handed_over(connection, whom, words, files)
    finally:
        os.close(files[-1])


def _files() -> tuple[int, int, int, int] | None:
    """The standard streams and the working folder, None where one of them is not open."""
    try:
        for file in (0, 1, 2):
            os.fstat(file)
        return 0, 1, 2, os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None


def _handed_over(connection: socket, whom: bytes, words: Sequence[str], files: Sequence[int]) -> int | None:
    umask = os.umask(0o077)
    os.umask(umask)
    said = (
        RUN,
        whom,
        str(umask).encode(),
        str(len(words)).encode(),
        os.fsencode(sys.argv[0]),
        *map(os.fsencode, words),
    )
    environment = (name + b"=" + value for name, value in os.environb.items())
    try:
        send(connection, [*said, *environment], files)
        if connection.recv(1) != READY:
            return None
        connection.settimeout(None)
        connection.sendall(GO)  # from here on the run is the daemon's
    except OSError:
        return None
    return _ended(connection)


def _ended(connection: socket) -> int:
    """Wait for the run's end; Ctrl-C is passed on to it."""
    number = 0
    while True:
        try:
            kind = connection.recv(1)
            if not kind:
                return _lost()
            told = b""
            while len(told) < _NUMBER:
                more = connection.recv(_NUMBER - len(told))
                if not more:
                    return _lost()
                told += more
        except KeyboardInterrupt:
            if number:
                _pass_on(number)
            continue
        except OSError:
            return _lost()
        if kind == STARTED:
            number = int.from_bytes(told, "big")
        elif kind == ENDED:
            return _code(int.from_bytes(told, "big"))


def _pass_on(number: int) -> None:
    import signal  # noqa: PLC0415 - only after Ctrl-C

    try:  # noqa: SIM105 - contextlib is an import more
        os.killpg(number, signal.SIGINT)
    except OSError:
        pass


def _code(status: int) -> int:
    if os.WIFEXITED(status):
        return os.WEXITSTATUS(status)
    import signal  # noqa: PLC0415 - only where a signal ended the run

    number = os.WTERMSIG(status)
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    return 128 + number


def _lost() -> int:
    os.write(2, b"kubelens: the daemon ended before the run did\n")
    return 2


def _start(path: str, whom: bytes, run: Callable[[Sequence[str]], None]) -> None:
    """Leave a process behind that becomes the daemon; this run does not wait for it."""
    try:
        child = os.fork()
    except OSError:
        return
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.setsid()
        if not os.fork() and leave_working_folder():
            from kubelens.cli.daemon.server import serve  # noqa: PLC0415 - only in the process that becomes it

            serve(path, whom, run)
    finally:
        os._exit(0)
