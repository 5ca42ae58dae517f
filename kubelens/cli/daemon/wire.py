"""What goes through the socket: lists of byte strings, each behind its length, and files."""

from __future__ import annotations

import _socket as sockets  # the module socket would cost more than all else that a caller of the daemon does
import os
import sys

TYPE_CHECKING = False  # typing is imported by no small run
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

RUN: Final = b"kubelens run 1"
STATUS: Final = b"kubelens status 1"
STOP: Final = b"kubelens stop 1"
READY: Final = b"r"
"""The daemon's answer to a request that it will serve; nothing happens before the caller says :data:`GO`."""
REFUSED: Final = b"n"
GO: Final = b"g"
STARTED: Final = b"p"
"""The run has begun: the number of its process follows."""
ENDED: Final = b"e"
"""The run has ended: its status follows, as ``os.waitpid`` gives it."""
_LENGTH: Final = 4
_MOST_BYTES: Final = 16 * 1024 * 1024
_FILES: Final = 4
_MAC_PEERS: Final = 1
"""LOCAL_PEERCRED of macOS, at level 0."""


def connected(path: str, seconds: float) -> sockets.socket:
    """A connection to a socket whose owner is this user.

    Raises:
        OSError: there is none, or it is somebody else's.
    """
    connection = sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(path)
        if peer(connection) != os.geteuid():
            raise PermissionError(path)
    except BaseException:
        connection.close()
        raise
    return connection


def peer(connection: sockets.socket) -> int | None:
    """The user at the other end, None where the system does not tell."""
    if hasattr(sockets, "SO_PEERCRED"):
        credentials = connection.getsockopt(sockets.SOL_SOCKET, sockets.SO_PEERCRED, 12)
        return int.from_bytes(credentials[4:8], sys.byteorder)
    try:
        credentials = connection.getsockopt(0, _MAC_PEERS, 76)
    except OSError:
        return None
    return int.from_bytes(credentials[4:8], sys.byteorder) if len(credentials) >= 8 else None


def send(connection: sockets.socket, parts: Sequence[bytes], files: Sequence[int] = ()) -> None:
    """Send a list of byte strings, with open files beside it.

    Raises:
        OSError: the other end is gone.
    """
    text = b"".join(len(part).to_bytes(_LENGTH, "big") + part for part in parts)
    message = len(text).to_bytes(_LENGTH, "big") + text
    if files:
        from array import array  # noqa: PLC0415 - only for files

        passed = [(sockets.SOL_SOCKET, sockets.SCM_RIGHTS, array("i", files))]
        message = message[connection.sendmsg([message], passed) :]
    if message:  # an end that has answered already may be closed
        connection.sendall(message)


def receive(connection: sockets.socket) -> tuple[list[bytes], list[int]]:
    """A list of byte strings and the files that came beside it.

    Raises:
        OSError: the other end is gone, or what it sends is no such list.
    """
    first, passed, _, _ = connection.recvmsg(1 << 16, sockets.CMSG_SPACE(_FILES * 4))
    files: list[int] = []
    for level, kind, data in passed:
        if level == sockets.SOL_SOCKET and kind == sockets.SCM_RIGHTS:
            files += memoryview(data[: len(data) - len(data) % 4]).cast("i")
    try:
        text = _filled(connection, first, _LENGTH)
        size = int.from_bytes(text[:_LENGTH], "big")
        if size > _MOST_BYTES:
            raise ConnectionError("too long")
        text = _filled(connection, text, _LENGTH + size)
        return list(_parts(text[_LENGTH:])), files
    except BaseException:
        close_all(files)
        raise


def _filled(connection: sockets.socket, text: bytes, size: int) -> bytes:
    while len(text) < size:
        more = connection.recv(min(1 << 20, size - len(text)))
        if not more:
            raise ConnectionError("cut short")
        text += more
    return text


def _parts(text: bytes) -> list[bytes]:
    found: list[bytes] = []
    at = 0
    while at < len(text):
        size = int.from_bytes(text[at : at + _LENGTH], "big")
        at += _LENGTH
        if at + size > len(text):
            raise ConnectionError("cut short")
        found.append(text[at : at + size])
        at += size
    return found


def close_all(files: Sequence[int]) -> None:
    """Close files that came with a message."""
    for file in files:
        os.close(file)
