"""Whether what a source names is this repository: by the addresses of its remotes, else by what lies here."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from functools import cached_property
from typing import Final

from kubelens.engine.git import GitError, repository_around
from kubelens.engine.gitops.objects import KnownObjects, first_origin
from kubelens.engine.sets.tree import Tree
from kubelens.kube import fields
from kubelens.render.origin import Origin
from kubelens.syntax.pattern import pattern

_ADDRESS: Final = pattern(r"(?:[\w+.-]+://)?(?:[^@/]*@)?([^:/]+)(?::\d+(?=/))?[:/]+(.*?)(?:\.git)?/*")
_SEVERAL: Final = pattern(r"[*?\[{$]|://|::")
NEWEST: Final = frozenset({"", "HEAD", "main", "master"})
"""Revisions of a source that are what lies here, as far as anybody can tell: no other branch, no tag."""


class Here:
    """This repository: its files, the objects in it, and what gives the addresses it is known by (none: not known)."""

    def __init__(self, tree: Tree, addresses: Callable[[], frozenset[str]], objects: KnownObjects) -> None:
        self.tree = tree
        self.objects = objects
        self._addresses = addresses

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Host and path of each remote, asked for once."""
        return self._addresses()

    def is_meant(self, address: str, path: str) -> bool:
        """Whether a source at an address is this repository, for what it wants at a path.

        A fork and a mirror go by another address: of the same name, with that path, they count.
        """
        wanted = normal_address(address)
        if wanted in self.addresses:
            return True
        if not self.has(path):
            return False
        names = {known.rpartition("/")[2] for known in self.addresses}
        return not self.addresses or wanted.rpartition("/")[2] in names

    def has(self, path: str) -> bool:
        """Whether there is a file or folder."""
        inside = inside_root(path)
        return inside is not None and (self.tree.is_folder(inside) or self.tree.read(inside) is not None)


def origin_of(value: fields.Value, key: str) -> Origin | None:
    """Where a field was written, else the first thing beside it."""
    return first_origin(value.get(key)) or first_origin(value)


def inside_root(path: str, folder: str = "") -> str | None:
    """A path below the root, from a folder there; None where it leads out."""
    joined = posixpath.normpath(posixpath.join(folder, path.lstrip("/") if not folder else path))
    if joined.startswith(("../", "/")) or joined == "..":
        return None
    return "" if joined == "." else joined


def is_root(path: str) -> bool:
    """Whether a path is all of a source, which lies in any repository."""
    return posixpath.normpath(path.lstrip("/") or ".") == "."


def names_one(path: str) -> bool:
    """Whether a path is that of one file or folder here: no pattern, no address, nothing to be filled in."""
    return _SEVERAL.search(path) is None


def normal_address(address: str) -> str:
    """Host and path of a repository's address, however it is written: ``github.com/shop/deploy``."""
    match = _ADDRESS.fullmatch(address.strip())
    return f"{match[1]}/{match[2]}".lower() if match is not None else address.strip().lower()


def addresses_of(folder: str) -> frozenset[str]:
    """The addresses of the remotes of the repository around a folder."""
    repository = repository_around(folder)
    if repository is None:
        return frozenset()
    try:
        answer = repository.call("config", "--local", "--get-regexp", r"^remote\..*\.url$")
    except GitError:
        return frozenset()
    lines = answer.output.decode("utf-8", "replace").splitlines() if answer.code == 0 else []
    return frozenset(normal_address(line.partition(" ")[2]) for line in lines)
