"""The manifests of a git revision, read through ``git`` without a work tree, by the same choice as those of now."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from kubelens.engine.config import ConfigError
from kubelens.engine.git import GitError, Repository, repository_around, repository_at
from kubelens.engine.git_folder import is_top
from kubelens.engine.ignore_files import patterns
from kubelens.engine.loader import MODULES, VENDORED, Loaded, display_name, is_manifest_name
from kubelens.engine.regular_files import MAX_BYTES
from kubelens.engine.revision_links import LINK, SUBMODULE, Entry, followed
from kubelens.syntax.text import Source, UnreadableText, decode_bytes


class Revision(Struct, frozen=True):
    """The manifests of a revision (those that cannot be read with the reason), and the paths it does not hold."""

    texts: tuple[Loaded, ...]
    absent: tuple[str, ...]


class Listings:
    """The files of revisions, asked of git once for each."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], list[Entry]] = {}

    def of(self, repository: Repository, revision: str) -> list[Entry]:
        """All files of a revision.

        Raises:
            ConfigError: there is no such revision.
            GitError: see ``Repository.ask``.
        """
        slot = repository.top, revision
        if slot not in self._known:
            _verify(repository, revision)
            self._known[slot] = followed(repository, list(entries_of(repository, revision)))
        return self._known[slot]

    def inside(self, repository: Repository, revision: str, path: str) -> list[Entry]:
        """The same at a path or below it (``""``: all)."""
        found = self.of(repository, revision)
        if not path:
            return found
        return [one for one in found if one.name == path or one.name.startswith(f"{path}/")]


class _Folder(Struct, frozen=True):
    """A folder as it was named, and where it lies in its repository (``""``: it is the top)."""

    named: str
    repository: Repository
    prefix: str

    def uri(self, name: str) -> str:
        """What reports call a file that the repository names from its top."""
        path = os.path.relpath(name, self.prefix) if self.prefix else name
        return display_name(Path(path if self.named == "." else os.path.join(self.named, path)), Path.cwd())


def read_revision(
    revision: str,
    paths: Iterable[str],
    exclude: Sequence[str] = (),
    taken: frozenset[str] | None = None,
    listings: Listings | None = None,
    is_named: Callable[[str], bool] = is_manifest_name,
    left_out: Collection[str] = (),
) -> Revision:
    """The manifests below some paths, submodules included that are checked out.

    A file is left out where ``exclude`` or its folder's name says so. With ``taken``, the names of the files that are
    read now, also one that is there now and is not among them: it was not removed. A named file that had another name in
    the revision is found by what git knows of renames. ``is_named``: which files of folders are meant. ``left_out``: files, and
    folders with a slash at their end, that lie there now and are not read, for whatever reason.

    Raises:
        ConfigError: there is no such revision, no git, or no repository around a path.
    """
    if revision.startswith("-"):
        raise ConfigError(f"{revision!r} is neither a path nor a git revision")
    excluded = patterns(exclude) if exclude else None
    listings = listings or Listings()
    folders = tuple(one for one in left_out if one.endswith("/"))

    def is_wanted(uri: str) -> bool:
        if uri in left_out or uri.startswith(folders):
            return False
        if not is_named(uri) or (excluded is not None and excluded.match_file(uri)):
            return False
        return taken is None or uri in taken or not os.path.lexists(uri)

    texts: dict[str, Loaded] = {}
    absent = []
    try:
        for path in paths:
            named, name = (path, "") if os.path.isdir(path) else os.path.split(path)
            folder = _folder(named or ".", revision)
            inside = os.path.join(folder.prefix, name).rstrip("/")
            entries = listings.inside(folder.repository, revision, inside)
            if name and not entries:
                entries = _renamed(folder.repository, revision, inside)
            kept = entries if name else _without_vendored(entries)
            texts.update((one.uri, one) for one in _read(folder, kept, None if name else is_wanted))
            if not entries:
                absent.append(path)
    except GitError as error:
        raise ConfigError(f"{revision!r}: {error}") from None
    return Revision(tuple(texts.values()), tuple(absent))


def files_at(revision: str, folder: str, listings: Listings | None = None) -> tuple[Repository, list[Entry]]:
    """(the repository around a folder, all files that it held in a revision, named from its top).

    Raises:
        ConfigError: there is no such revision, no git, or no repository around the folder.
    """
    try:
        found = _folder(folder, revision)
        return found.repository, (listings or Listings()).of(found.repository, revision)
    except GitError as error:
        raise ConfigError(f"{revision!r}: {error}") from None


def names_at(revision: str, paths: Iterable[str], listings: Listings) -> Iterator[str]:
    """What reports call each file of a revision in the repositories around some paths.

    Raises:
        ConfigError: see ``files_at``.
    """
    for path in paths or ["."]:
        repository, entries = files_at(
            revision, path if os.path.isdir(path) else os.path.dirname(path) or ".", listings
        )
        top = os.path.relpath(repository.top, os.path.realpath("."))
        yield from (one.name if top == "." else os.path.normpath(os.path.join(top, one.name)) for one in entries)


def links_at(revision: str, paths: Iterable[str], listings: Listings) -> Iterator[tuple[str, str]]:
    """(what reports call a file that a link leads to, what they call it without the link) in a revision.

    Raises:
        ConfigError: see ``files_at``.
    """
    for path in paths or ["."]:
        repository, entries = files_at(
            revision, path if os.path.isdir(path) else os.path.dirname(path) or ".", listings
        )
        top = os.path.relpath(repository.top, os.path.realpath("."))
        for one in entries:
            if one.target:
                yield os.path.normpath(os.path.join(top, one.name)), os.path.normpath(os.path.join(top, one.target))


def _without_vendored(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The files without those of Go modules that a project holds of others, as a walk through the folder leaves them out."""
    end = f"{VENDORED}/{MODULES}"
    folders = tuple(one.name.removesuffix(MODULES) for one in entries if one.name.endswith(end))
    return [one for one in entries if not one.name.startswith(folders)] if folders else entries


def is_regular(entry: Entry) -> bool:
    """Whether an entry is a file whose content git has here."""
    return entry.mode not in (LINK, SUBMODULE) and entry.size is not None


def _folder(named: str, revision: str) -> _Folder:
    """A folder and its repository."""
    repository = repository_around(named)
    if repository is None:
        raise ConfigError(f"{revision!r} is no path, and as a git revision: {named} is not a git repository")
    prefix = os.path.relpath(os.path.realpath(named), repository.top)
    return _Folder(named, repository, "" if prefix == "." else prefix)


def _verify(repository: Repository, revision: str) -> None:
    if repository.call("rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}").code == 0:
        return
    shallow = repository.call("rev-parse", "--is-shallow-repository")
    if shallow.code != 0:
        raise ConfigError(f"{revision!r} is no path, and as a git revision: {shallow.error or 'git failed'}")
    why = ""
    if repository.call("rev-parse", "--verify", "--quiet", "HEAD").code != 0:
        why = ": nothing is committed yet"
    elif shallow.output.strip() == b"true":
        why = "; the clone is shallow: fetch the revision first (actions/checkout: fetch-depth: 0)"
    raise ConfigError(f"{revision!r} is neither a path nor a revision of the git repository{why}")


def entries_of(repository: Repository, revision: str, inside: str = "") -> Iterator[Entry]:
    """The files of a revision at a path or below it (``""``: all)."""
    told = repository.ask("ls-tree", "-r", "-l", "-z", "--full-tree", revision, "--", *([inside] if inside else []))
    for line in told.decode("utf-8", "surrogateescape").split("\0"):
        head, _, name = line.partition("\t")
        if name:
            mode, _, blob, size = head.split()
            yield Entry(mode, blob, int(size) if size.isdigit() else None, name)


def _renamed(repository: Repository, revision: str, inside: str) -> list[Entry]:
    """What a file was in a revision that knows it by another name."""
    told = repository.ask(
        *("diff-index", "--cached", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "-M", "-z"),
        *("--name-status", "--diff-filter=R", revision),
    )
    words = told.decode("utf-8", "surrogateescape").split("\0")
    for index in range(0, len(words) - 2, 3):
        if words[index + 2] == inside:
            return [
                Entry(one.mode, one.blob, one.size, inside)
                for one in entries_of(repository, revision, words[index + 1])
            ]
    return []


def _read(folder: _Folder, entries: Iterable[Entry], is_wanted: Callable[[str], bool] | None) -> Iterator[Loaded]:
    wanted: list[tuple[str, str]] = []
    for entry in entries:
        uri = folder.uri(entry.name)
        if entry.mode == SUBMODULE:
            yield from _submodule(folder.repository, entry, uri, is_wanted)
        elif entry.mode == LINK or not (is_wanted is None or is_wanted(uri)):
            continue
        elif entry.size is None:
            yield Loaded(uri, None, "is not in this clone, and is not fetched: fetch the revision whole first")
        elif entry.size > MAX_BYTES:
            size, most = entry.size // (1024 * 1024), MAX_BYTES // (1024 * 1024)
            yield Loaded(uri, None, f"has {size} MB; files over {most} MB are not read")
        else:
            wanted.append((uri, entry.blob))
    if wanted:
        yield from _texts(folder.repository, wanted)


def _submodule(
    repository: Repository, entry: Entry, uri: str, is_wanted: Callable[[str], bool] | None
) -> Iterator[Loaded]:
    """What a submodule held, where it is checked out and has the commit."""
    path = os.path.join(repository.top, entry.name)
    if os.path.realpath(path) != os.path.normpath(path) or not is_top(path):
        return
    inner = repository_at(path)
    if inner.elsewhere:
        return
    if inner.call("cat-file", "-e", entry.blob).code == 0:
        yield from _read(_Folder(uri, inner, ""), entries_of(inner, entry.blob, ""), is_wanted)


def _texts(repository: Repository, wanted: Sequence[tuple[str, str]]) -> Iterator[Loaded]:
    data = repository.ask("cat-file", "--batch", stdin="".join(f"{blob}\n" for _, blob in wanted).encode())
    at = 0
    for uri, _ in wanted:
        end = data.index(b"\n", at)
        size = data[at:end].rsplit(b" ", 1)[1]
        at = end + 1
        if not size.isdigit():
            yield Loaded(uri, None, "is not in this clone, and is not fetched: fetch the revision whole first")
            continue
        content = data[at : at + int(size)]
        at += int(size) + 1
        try:
            text, bom = decode_bytes(content)
        except UnreadableText as error:
            yield Loaded(uri, None, str(error))
            continue
        yield Loaded(uri, Source(uri, text, bom=bom))
