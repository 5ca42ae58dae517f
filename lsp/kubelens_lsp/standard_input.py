"""Messages from standard input without threads between: an answer that waits for its turn on each would wait on every one."""

from __future__ import annotations

import asyncio
import os
import stat
from typing import BinaryIO


def is_awaited(stdin: BinaryIO, stdout: BinaryIO) -> bool:
    """Whether an event loop can wait for this input by itself, and does not change how the output is written by it."""
    try:
        held, other = os.fstat(stdin.fileno()), os.fstat(stdout.fileno())
    except (OSError, ValueError):
        return False
    is_pipe = stat.S_ISFIFO(held.st_mode) or stat.S_ISSOCK(held.st_mode)
    return os.name == "posix" and is_pipe and (held.st_dev, held.st_ino) != (other.st_dev, other.st_ino)


class WholeMessages:
    """A pipe as pygls reads it; one that ends within a message has ended."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def readline(self) -> bytes:
        """One line with its end, empty at the end of the pipe."""
        return await self._reader.readline()

    async def readexactly(self, count: int) -> bytes:
        """So many bytes, none where the pipe ends before."""
        try:
            return await self._reader.readexactly(count)
        except asyncio.IncompleteReadError:
            return b""


async def awaited(stdin: BinaryIO) -> WholeMessages:
    """A pipe that the running loop waits for."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), stdin)
    return WholeMessages(reader)
