"""The manifests of a git revision, read through ``git`` without a work tree, by the same choice as those of now."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from kubelens.engine.config import ConfigError
from kubelens.engine.loader import Loaded, display_name, is_manifest_name, patterns
from kubelens.syntax.text import Source, UnreadableText, decode_bytes

_LINK: Final = "120000"
_SUBMODULE: Final = "160000"


class Revision(Struct, frozen=True):
    """The manifests of a revision, and the paths it does not hold."""

    texts: tuple[Loaded, ...]
    absent: tuple[str, ...]


class _Entry(Struct, frozen=True):
    mode: str
    blob: str
    name: str


def read_revision(
    revision: str, paths: Iterable[str], exclude: Sequence[str] = (), taken: frozenset[str] | None = None
) -> Revision:
    """The manifests below some paths, submodules included that are checked out.

    A file is left out where ``exclude`` or its folder's name says so. With ``taken``, the names of the files that are
    read now, also one that is there now and is not among them: it was not removed. A named file that had another name in
    the revision is found by what git knows of renames.

    Raises:
        ConfigError: there is no such revision, no git, or no repository around a path.
    """
    if revision.startswith("-"):
        raise ConfigError(f"--against {revision!r} is neither a path nor a git revision")
    excluded = patterns(exclude) if exclude else None

    def is_wanted(uri: str) -> bool:
        if not is_manifest_name(uri) or (excluded is not None and excluded.match_file(uri)):
            return False
        return taken is None or uri in taken or not os.path.lexists(uri)

    texts: dict[str, Loaded] = {}
    absent = []
    for path in paths:
        folder, name = (path, ".") if os.path.isdir(path) else os.path.split(path)
        folder = folder or "."
        _verify(folder, revision)
        entries = list(_entries(folder, revision, name))
        if name != "." and not entries:
            entries = _renamed(folder, revision, name)
        found = {one.uri: one for one in _read(folder, entries, is_wanted if name == "." else None)}
        texts.update(found)
        if not entries:
            absent.append(path)
    return Revision(tuple(texts.values()), tuple(absent))


def _verify(folder: str, revision: str) -> None:
    done = _run(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}")
    if done.returncode == 0:
        return
    inside = _run(folder, "rev-parse", "--is-shallow-repository")
    if inside.returncode != 0:
        lines = inside.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ConfigError(
            f"--against {revision!r} is no path, and as a git revision: {lines[0] if lines else 'git failed'}"
        )
    why = ""
    if _run(folder, "rev-parse", "--verify", "--quiet", "HEAD").returncode != 0:
        why = ": nothing is committed yet"
    elif inside.stdout.strip() == b"true":
        why = "; the clone is shallow: fetch the revision first (actions/checkout: fetch-depth: 0)"
    raise ConfigError(f"--against {revision!r} is neither a path nor a revision of the git repository{why}")


def _entries(folder: str, revision: str, name: str) -> Iterator[_Entry]:
    for line in (
        _git(folder, "ls-tree", "-r", "-z", revision, "--", name).decode("utf-8", "surrogateescape").split("\0")
    ):
        head, _, path = line.partition("\t")
        if path:
            mode, _, blob = head.split(" ")
            yield _Entry(mode, blob, path)


def _renamed(folder: str, revision: str, name: str) -> list[_Entry]:
    """What a file was in a revision that knows it by another name."""
    prefix = _git(folder, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").strip()
    told = _git(folder, "diff", "--no-ext-diff", "-M", "-z", "--name-status", "--diff-filter=R", revision)
    words = told.decode("utf-8", "surrogateescape").split("\0")
    for index in range(0, len(words) - 2, 3):
        if words[index + 2] == prefix + name:
            blob = _git(folder, "rev-parse", f"{revision}:{words[index + 1]}").decode().strip()
            return [_Entry("", blob, name)]
    return []


def _read(folder: str, entries: Iterable[_Entry], is_wanted: Callable[[str], bool] | None) -> Iterator[Loaded]:
    wanted: list[tuple[str, str]] = []
    for entry in entries:
        path = os.path.join(folder, entry.name) if folder != "." else entry.name
        uri = display_name(Path(path), Path.cwd())
        if entry.mode == _SUBMODULE:
            if os.path.lexists(os.path.join(path, ".git")) and _run(path, "cat-file", "-e", entry.blob).returncode == 0:
                yield from _read(path, _entries(path, entry.blob, "."), is_wanted)
        elif entry.mode != _LINK and (is_wanted is None or is_wanted(uri)):
            wanted.append((uri, entry.blob))
    if not wanted:
        return
    data = _git(folder, "cat-file", "--batch", stdin="".join(f"{blob}\n" for _, blob in wanted).encode())
    at = 0
    for uri, _ in wanted:
        end = data.index(b"\n", at)
        size = int(data[at:end].rsplit(b" ", 1)[1])
        at = end + 1 + size + 1
        try:
            text, bom = decode_bytes(data[end + 1 : end + 1 + size])
        except UnreadableText as error:
            yield Loaded(uri, None, str(error))
            continue
        yield Loaded(uri, Source(uri, text, bom=bom))


def _run(folder: str, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    where = () if folder == "." else ("-C", folder)
    try:
        return subprocess.run(["git", *where, *arguments], input=stdin, capture_output=True, check=False)  # noqa: S603, S607
    except OSError:
        raise ConfigError("--against a git revision needs git on PATH") from None


def _git(folder: str, *arguments: str, stdin: bytes = b"") -> bytes:
    done = _run(folder, *arguments, stdin=stdin)
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ConfigError(f"--against: {lines[0] if lines else 'git failed'}")
    return done.stdout
