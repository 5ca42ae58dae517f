"""Reading files that a stranger may have put there: regular ones only, up to a size, without ever waiting."""

from __future__ import annotations

import os
import stat
from typing import Final

MAX_BYTES: Final = 32 * 1024 * 1024


class NotRead(OSError):
    """A file that is there and is not read: ``str(error)`` continues a sentence that begins with its name."""


def read_regular(path: str | os.PathLike[str], most: int = MAX_BYTES) -> bytes:
    """What a regular file holds.

    Raises:
        NotRead: it is no regular file, has more than ``most`` bytes, or has nothing to read yet.
        OSError: the system does not let it be read.
    """
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise NotRead(f"is {sort_of(status.st_mode)}, not a file")
    if status.st_size > most:
        raise NotRead(f"has {_size(status.st_size)}; files over {_size(most)} are not read")
    try:
        data = _bytes_of(path, status.st_size, most)
    except BlockingIOError:
        raise NotRead("cannot be read: it has nothing to read yet") from None
    if len(data) > most:
        raise NotRead(f"is longer than {_size(most)}")
    return data


def reason(error: OSError) -> str:
    """Why a file was not read, as the end of a sentence that begins with its name."""
    return str(error) if isinstance(error, NotRead) else f"cannot be read: {(error.strerror or str(error)).lower()}"


def open_without_waiting(path: str | os.PathLike[str], flags: int) -> int:
    """Open a file that may turn out to be a pipe or a device: nothing is waited for."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def sort_of(mode: int) -> str:
    """What a file is, by its mode: ``a pipe``, ``a folder``."""
    for test, noun in (
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    ):
        if test(mode):
            return noun
    return "no regular file"


def _bytes_of(path: str | os.PathLike[str], expected: int, most: int) -> bytes:
    """What a file holds, up to a byte more than is ever taken; ``expected``: its size, as far as that tells."""
    handle = open_without_waiting(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0))
    try:
        wanted = expected + 1
        data = os.read(handle, wanted)
        while len(data) >= wanted and len(data) <= most:
            wanted = min(2 * len(data), most + 1)
            if not (more := os.read(handle, wanted - len(data))):
                break
            data += more
        return data
    finally:
        os.close(handle)


def _size(count: int) -> str:
    return f"{count // (1024 * 1024)} MB" if count >= 1024 * 1024 else f"{count} bytes"
