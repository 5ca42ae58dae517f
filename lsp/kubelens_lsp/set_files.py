"""The files of a repository as the editor calls them, open buffers over them."""

from __future__ import annotations

import os

from kubelens.engine.loader import is_below
from kubelens.engine.sets.disk import Disk


class SetFiles(Disk):
    """Files below a folder; reports show each by its path from the root of the file system, without the leading slash.

    ``named``: the folder as the client calls it, which may lead through links.
    """

    def __init__(self, root: str, named: str) -> None:
        super().__init__(root, absolute=True)
        self._named = named.strip("/")
        self._own = root.strip("/")
        self._folders_of: dict[str, str] = {}

    def shown(self, path: str) -> str:
        """A path as the session calls it: as it was given, else below the folder that the client named."""
        known = self.sources.get(path)
        if known is not None:
            return known.uri
        whole = f"{self._own}/{path}" if path else self._own
        real = os.path.realpath(f"/{self._named}").strip("/")
        if real != self._named and (whole == real or whole.startswith(f"{real}/")):
            return f"{self._named}{whole[len(real) :]}"
        return whole

    def path(self, shown: str) -> str | None:
        """The path of a file that the session calls so, None where it lies outside."""
        folder, _, name = shown.rpartition("/")
        real = self._folders_of.get(folder)
        if real is None:
            real = self._folders_of[folder] = os.path.realpath(f"/{folder}")
        whole = os.path.join(real, name)
        if not is_below(whole, self.root):
            return None
        found = os.path.relpath(whole, self.root).replace(os.sep, "/")
        return "" if found == "." else found
