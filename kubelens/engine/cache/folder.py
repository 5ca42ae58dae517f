"""Where the cache lies: under the user's own cache folder, never where a repository or another user could write it."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Mapping
from typing import Final

from kubelens.engine.loader import is_below

FOLDER: Final = "KUBELENS_CACHE_DIR"
_NAME: Final = "kubelens"
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


class NoCache(OSError):
    """Why there is no cache here, as a sentence."""


def cache_folder(environment: Mapping[str, str] = os.environ) -> str:
    """The folder that is meant: ``KUBELENS_CACHE_DIR``, else ``kubelens`` in the user's cache folder.

    Raises:
        NoCache: the user has none.
    """
    if told := environment.get(FOLDER):
        return os.path.abspath(told)
    if sys.platform == "win32":
        above = environment.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        above = os.path.expanduser("~/Library/Caches")
    else:
        above = environment.get("XDG_CACHE_HOME", "")
        above = above if os.path.isabs(above) else os.path.expanduser("~/.cache")
    if not os.path.isabs(above):
        raise NoCache("the user has no cache folder")
    return os.path.join(above, _NAME)


def usable_folder(roots: Iterable[str] = (), environment: Mapping[str, str] = os.environ) -> str:
    """The same folder, made where it is missing. ``roots``: repositories, none of which may hold it.

    Raises:
        NoCache: it lies in a repository, belongs to somebody else, or others may write to it.
        OSError: it cannot be made.
    """
    folder = cache_folder(environment)
    real = os.path.realpath(folder)
    for root in roots:
        if is_below(real, os.path.realpath(root)):
            raise NoCache(f"{folder} lies in the repository {root}, which may have been written by anybody")
    if not os.path.isdir(real):
        os.makedirs(real, mode=0o700, exist_ok=True)
    refuse_others(real)
    return real


def refuse_others(path: str) -> None:
    """See that nobody else could have written a folder or file.

    Raises:
        NoCache: somebody could have.
        OSError: it is not there.
    """
    status = os.stat(path, follow_symlinks=False)
    if stat.S_ISLNK(status.st_mode):
        raise NoCache(f"{path} is a link")
    if not hasattr(os, "geteuid"):
        return
    if status.st_uid != os.geteuid():
        raise NoCache(f"{path} belongs to another user")
    if status.st_mode & _OTHERS_WRITE:
        raise NoCache(f"others may write to {path}")
