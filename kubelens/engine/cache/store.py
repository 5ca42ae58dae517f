"""The cache's one file: values by key in SQLite, within a bound; what goes wrong with it is as if nothing were kept."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from hashlib import blake2b
from typing import Final

from msgspec import Struct

from kubelens.engine.cache.folder import NoCache, cache_folder, refuse_others, usable_folder

FILE: Final = "cache-1.sqlite"
MOST_BYTES: Final = 256 * 1024 * 1024
"""What all values together may hold; those that were used longest ago go first."""
_LARGEST: Final = 64 * 1024 * 1024
_DIGEST: Final = 16
_WAIT_SECONDS: Final = 1.0
_TOUCH_SECONDS: Final = 3600
_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, used INTEGER NOT NULL, size INTEGER NOT NULL, value BLOB)",
    "CREATE INDEX IF NOT EXISTS by_use ON kept (used, size)",
)


class Size(Struct, frozen=True):
    """How much is kept: values, and the bytes of the file."""

    values: int
    bytes: int


class Store:
    """Values by key. Nothing here raises: a value that cannot be read is not there, one that cannot be kept is not kept.

    ``most``: bytes of all values together.
    """

    def __init__(self, folder: str, *, most: int = MOST_BYTES) -> None:
        self.path = os.path.join(folder, FILE)
        self._most = most

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, None where there is none, or not as it was written."""
        try:
            with closing(self._open()) as base:
                row = base.execute("SELECT value, used FROM kept WHERE key = ?", (key,)).fetchone()
                if row is None:
                    return None
                value, used = row
                now = int(time.time())
                if abs(now - used) > _TOUCH_SECONDS:
                    with suppress(sqlite3.OperationalError), base:  # a cache that can only be read
                        base.execute("UPDATE kept SET used = ? WHERE key = ?", (now, key))
                return _whole(key, value)
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError:
            self.clear()
        except (OSError, ValueError):
            pass
        return None

    def get_below(self, prefix: bytes) -> dict[bytes, bytes]:
        """The values of all keys that begin so, as far as they are as they were written."""
        found: dict[bytes, bytes] = {}
        try:
            with closing(self._open()) as base:
                asked = "key > ? AND key < ?", (prefix, prefix + b"\xff" * 4)
                oldest = int(time.time())
                for key, used, value in base.execute(f"SELECT key, used, value FROM kept WHERE {asked[0]}", asked[1]):  # noqa: S608
                    oldest = min(oldest, used)
                    if (whole := _whole(key, value)) is not None:
                        found[key] = whole
                now = int(time.time())
                if now - oldest > _TOUCH_SECONDS:
                    with suppress(sqlite3.OperationalError), base:
                        base.execute(f"UPDATE kept SET used = ? WHERE {asked[0]}", (now, *asked[1]))  # noqa: S608
        except sqlite3.OperationalError:
            return {}
        except sqlite3.DatabaseError:
            self.clear()
            return {}
        except (OSError, ValueError):
            return {}
        return found

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a value; others go where there is no room for all."""
        self.put_all(((key, value),))

    def put_all(self, values: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep several values, all or none."""
        now = int(time.time())
        rows = [(key, now, len(value), _digest(key, value) + value) for key, value in values if len(value) <= _LARGEST]
        try:
            with closing(self._open()) as base, base:
                base.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", rows)
                self._make_room(base)
        except sqlite3.OperationalError:  # somebody else writes, the disk is full, or may only be read
            return
        except sqlite3.DatabaseError:
            self.clear()
        except (OSError, ValueError):
            return

    def clear(self) -> None:
        """Forget everything."""
        for ending in ("", "-journal"):
            with suppress(OSError):
                os.unlink(self.path + ending)

    def size(self) -> Size:
        """How much is kept."""
        try:
            if not os.path.exists(self.path):
                return Size(0, 0)
            with closing(self._open()) as base:
                (count,) = base.execute("SELECT count(*) FROM kept").fetchone()
            return Size(count, os.path.getsize(self.path))
        except (OSError, sqlite3.Error):
            return Size(0, 0)

    def _open(self) -> sqlite3.Connection:
        """The open file, private to the user.

        Raises:
            OSError, sqlite3.Error: it cannot be used.
        """
        if not os.path.lexists(self.path):
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o600))
        refuse_others(self.path)
        base = sqlite3.connect(self.path, timeout=_WAIT_SECONDS)
        try:
            base.execute("PRAGMA synchronous = OFF")  # a value that a crash spoils is not as it was written
            base.execute("PRAGMA trusted_schema = OFF")
            if base.execute("SELECT 1 FROM sqlite_master WHERE name = 'by_use'").fetchone() is None:
                with suppress(sqlite3.OperationalError), base:
                    for statement in _TABLE:
                        base.execute(statement)
        except BaseException:
            base.close()
            raise
        return base

    def _make_room(self, base: sqlite3.Connection) -> None:
        (total,) = base.execute("SELECT coalesce(sum(size), 0) FROM kept").fetchone()
        if total <= self._most:
            return
        gone: list[tuple[int]] = []
        for row, size in base.execute("SELECT rowid, size FROM kept ORDER BY used, rowid"):
            gone.append((row,))
            total -= size
            if total <= self._most * 3 // 4:  # room for some time
                break
        base.executemany("DELETE FROM kept WHERE rowid = ?", gone)


def _digest(key: bytes, value: bytes) -> bytes:
    return blake2b(value, key=key[:64], digest_size=_DIGEST).digest()


def _whole(key: bytes, kept: object) -> bytes | None:
    if not isinstance(kept, bytes) or len(kept) < _DIGEST:
        return None
    value = kept[_DIGEST:]
    return value if _digest(key, value) == kept[:_DIGEST] else None


def open_store(roots: Iterable[str]) -> Store | None:
    """The user's cache, None where there is none to use. ``roots``: repositories, none of which may hold it."""
    try:
        return Store(usable_folder(roots))
    except OSError:
        return None


def why_none(roots: Iterable[str] = ()) -> str:
    """Why there is no cache to use, ``""`` where there is one."""
    try:
        usable_folder(roots)
    except NoCache as error:
        return str(error)
    except OSError as error:
        return f"{cache_folder()} cannot be used: {(error.strerror or str(error)).lower()}"
    return ""
