"""Writing files whole or not at all: a reader sees what was there before or what is there now, never a part of it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress


def write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file by a new one beside it that takes its place; mode, owner and attributes of one that is there stay.

    A link is followed; a pipe or a device is written to. Another name of the same file (a hard link) keeps the old text.

    Raises:
        OSError: it cannot be written; what was there is there still.
    """
    from tempfile import mkstemp  # noqa: PLC0415 - only where a file is written

    real = os.path.realpath(path)
    try:
        status = os.stat(real)
    except FileNotFoundError:
        status = None
    if status is not None and not stat.S_ISREG(status.st_mode):
        with open(real, "wb") as file:
            file.write(data)
        return
    beside = ""
    try:
        handle, beside = mkstemp(prefix=".kubelens-", dir=os.path.dirname(real))
        with open(handle, "wb") as file:
            file.write(data)
        if status is None:
            os.chmod(beside, 0o666 & ~_umask())
        else:
            _take_after(beside, real, status)
        os.replace(beside, real)
        beside = ""
    finally:
        if beside:
            with suppress(OSError):
                os.unlink(beside)


def _take_after(new: str, old: str, status: os.stat_result) -> None:
    """Give a file the mode, the owner and the attributes (access lists too) of another."""
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(old):
                with suppress(OSError):
                    os.setxattr(new, name, os.getxattr(old, name))
    if hasattr(os, "chown") and (os.geteuid(), os.getegid()) != (status.st_uid, status.st_gid):
        os.chown(new, status.st_uid, status.st_gid)
    os.chmod(new, stat.S_IMODE(status.st_mode))


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
