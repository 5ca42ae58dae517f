"""What the client was told about each file: pushed to it, or pulled by it, never both."""

from __future__ import annotations

import os
from collections.abc import Iterable

from lsprotocol import types


class Told:
    """The diagnostics a client holds.

    A client that pulls asks for the files it has open; those are not pushed as well, or it would show them twice. One
    that asks for the whole workspace is pushed nothing. ``pulls``: whether the client asks at all.
    """

    def __init__(self) -> None:
        self.pulls = False
        self.pulls_all = False
        self._pushed: dict[str, list[types.Diagnostic]] = {}
        self._known: dict[str, tuple[list[types.Diagnostic], str]] = {}
        self._count = 0

    @property
    def pushed(self) -> set[str]:
        """The files about which the client was last sent something."""
        return set(self._pushed)

    def to_push(self, key: str, fresh: list[types.Diagnostic], *, is_open: bool) -> list[types.Diagnostic] | None:
        """What is to be sent about a file, None where the client has it."""
        wanted = [] if self.pulls_all or (self.pulls and is_open) else fresh
        if self._pushed.get(key, []) == wanted:
            return None
        if wanted:
            self._pushed[key] = wanted
        else:
            self._pushed.pop(key, None)
        return wanted

    def changes(self, key: str, fresh: list[types.Diagnostic]) -> bool:
        """Whether a client that pulled the diagnostics of a file holds others than these."""
        known = self._known.get(key)
        return known is not None and known[0] is not fresh and known[0] != fresh

    def pulled(self, key: str, fresh: list[types.Diagnostic]) -> str:
        """The name of a result; the same as long as the diagnostics of the file stay the same."""
        known = self._known.get(key)
        if known is None or known[0] != fresh:
            self._count += 1
            known = fresh, f"{os.getpid()}-{self._count}"
            self._known[key] = known
        return known[1]

    def seen(self) -> Iterable[str]:
        """The files a client has pulled."""
        return self._known.keys()
