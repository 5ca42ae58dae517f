"""Where a daemon is found, and whom it may serve: a folder of the user's alone, a name for all that must be the same."""

from __future__ import annotations

import os
import stat
import sys
from binascii import crc32

TYPE_CHECKING = False  # typing is imported by no small run
if TYPE_CHECKING:
    from typing import Final

_OWN: Final = 0o077
"""Rights of others, none of which a folder with sockets may give."""
_LOCALE: Final = ("LANG", "LC_ALL", "LC_CTYPE")
_LONGEST: Final = 100
"""Bytes that the path of a socket may have on every system."""


def runtime_folder() -> str | None:
    """The folder of this user's sockets, made where it is missing; None where none is safe.

    ``$XDG_RUNTIME_DIR/kubelens``, else ``kubelens-UID`` in the folder for temporary files. It belongs to the user and
    gives nobody else any right, or it is not used.
    """
    if os.getuid() != os.geteuid():
        return None
    above = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(above) and _is_own(above):
        folder = os.path.join(above, "kubelens")
    else:
        folder = os.path.join(os.environ.get("TMPDIR") or "/tmp", f"kubelens-{os.getuid()}")  # noqa: S108 - checked below
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        pass
    except OSError:
        return None
    return folder if _is_own(folder) and len(os.fsencode(folder)) < _LONGEST - 20 else None


def _is_own(folder: str) -> bool:
    try:
        status = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & _OWN


def identity() -> bytes:
    """All that two processes must share for one to answer for the other.

    The release, the interpreter, its flags and paths, what of the environment is read when it starts, the rights of
    the user, and the file system that is seen (a container may share the folder of sockets).
    """
    import kubelens  # noqa: PLC0415 - the package of this very module

    try:
        mounts = os.readlink("/proc/self/ns/mnt")
    except OSError:
        mounts = ""
    root = os.stat("/")
    parts = (
        kubelens.__version__,
        kubelens.__file__,
        sys.version,
        sys.executable,
        sys.flags,
        _paths(),
        sys.getfilesystemencoding(),
        sys.getfilesystemencodeerrors(),
        sorted((k, v) for k, v in os.environ.items() if k.startswith("PYTHON") or k in _LOCALE),
        (os.getuid(), os.geteuid(), os.getgid(), os.getegid(), sorted(os.getgroups())),
        (mounts, root.st_dev, root.st_ino),
    )
    return repr(parts).encode("utf-8", "surrogatepass")


def _paths() -> list[str]:
    """Where modules are looked for, but for the working folder, which ``python -m`` puts first."""
    return sys.path[1:] if sys.path[:1] in ([""], [os.getcwd()]) else sys.path


def leave_working_folder() -> bool:
    """Look for no module in the working folder any more; whether none has come from there alone.

    A daemon may be started in a folder that somebody else has filled, and serves runs in others.
    """
    sys.path[:] = _paths()
    here = os.path.join(os.getcwd(), "")
    if os.getcwd() in sys.path:
        return True
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    elsewhere = tuple(os.path.join(path, "") for path in sys.path if path.startswith(here))
    return not any(f.startswith(here) and not f.startswith(elsewhere) for f in files if isinstance(f, str))


def socket_path(folder: str, whom: bytes) -> str:
    """The socket for an identity. A name may be another's too, so the identity is sent and compared as well."""
    return os.path.join(folder, f"{crc32(whom):08x}.sock")
