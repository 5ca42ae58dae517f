"""Which files a change touches: those of the work tree that differ from a revision, new ones, and those that are gone.

Git tells what was there; what is there now is read here, so that no filter of the repository runs.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from kubelens.engine.config import ConfigError
from kubelens.engine.git import GitError, Repository, repository_around
from kubelens.engine.loader import display_name
from kubelens.engine.regular_files import read_regular
from kubelens.engine.revision_links import LINK, Entry
from kubelens.engine.revisions import entries_of, is_regular

_SHA1_DIGITS = 40


def changed_files(paths: Iterable[str], revision: str) -> frozenset[str]:
    """The files that differ from where a branch left ``revision``, under the names that reports may have for them.

    ``revision``: empty for the upstream of the current branch, and without one for what is committed.

    Raises:
        ConfigError: there is no git, no repository around a path, or no such revision.
    """
    found: set[str] = set()
    seen: set[str] = set()
    for path in paths:
        folder = path if os.path.isdir(path) else os.path.dirname(path) or "."
        repository = repository_around(folder)
        if repository is None:
            raise ConfigError(f"--changed: {path} is not in a git repository")
        if repository.top in seen:
            continue
        seen.add(repository.top)
        try:
            base = _base(repository, revision)
            for name in _changed(repository, base):
                whole = os.path.join(repository.top, name)
                found.add(display_name(Path(whole), Path.cwd()))
                found.add(os.path.relpath(whole, os.path.realpath(".")).replace(os.sep, "/"))
        except GitError as error:
            raise ConfigError(f"--changed: {error}") from None
    return frozenset(found)


def branched_from(path: str, revision: str) -> str:
    """The commit where the branch of the repository around a path left another revision; ``revision`` as above.

    Raises:
        ConfigError: there is no git, no repository around the path, or no such revision.
    """
    repository = repository_around(path if os.path.isdir(path) else os.path.dirname(path) or ".")
    if repository is None:
        raise ConfigError(f"{revision!r} is no path, and as a git revision: {path} is not in a git repository")
    if revision and repository.call("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").code != 0:
        raise ConfigError(f"{revision!r} is neither a path nor a revision of the git repository")
    try:
        return _base(repository, revision)
    except GitError as error:
        raise ConfigError(str(error)) from None


def _base(repository: Repository, revision: str) -> str:
    """The commit to compare with."""
    if revision.startswith("-"):
        raise ConfigError(f"--changed {revision!r} is no git revision")
    wanted = revision or "@{upstream}"
    if repository.call("rev-parse", "--verify", "--quiet", f"{wanted}^{{commit}}").code != 0:
        if revision:
            raise ConfigError(f"--changed {revision!r} is no revision of the git repository")
        if repository.call("rev-parse", "--verify", "--quiet", "HEAD").code != 0:
            raise ConfigError("--changed: nothing is committed yet")
        return "HEAD"
    answer = repository.call("merge-base", wanted, "HEAD")
    return answer.output.decode().strip() if answer.code == 0 else wanted


def _changed(repository: Repository, base: str) -> Iterator[str]:
    """The names, from the top, of files that differ from a commit, and of those that it does not have."""
    before = {one.name: one for one in entries_of(repository, base)}
    for name, entry in before.items():
        path = os.path.join(repository.top, name)
        if _leads_elsewhere(path, entry) if entry.mode == LINK else is_regular(entry) and _differs(path, entry):
            yield name
    now = repository.ask("ls-files", "--cached", "--others", "--exclude-standard", "-z")
    for name in dict.fromkeys(now.decode("utf-8", "surrogateescape").split("\0")):
        if name and name not in before and os.path.isfile(os.path.join(repository.top, name)):
            yield name


def _differs(path: str, entry: Entry) -> bool:
    """Whether a file has not the content that it had; one that is gone, or is no file any more, has not."""
    try:
        if os.lstat(path).st_size != entry.size:
            return True
        data = read_regular(path)
    except OSError:
        return True
    return _name_of(data, entry) != entry.blob


def _leads_elsewhere(path: str, entry: Entry) -> bool:
    """Whether a link has not the target that it had, or is no link any more; where git cannot make links it writes a file."""
    try:
        if os.path.islink(path):
            return _name_of(os.fsencode(os.readlink(path)), entry) != entry.blob
    except OSError:
        return True
    return _differs(path, entry)


def _name_of(data: bytes, entry: Entry) -> str:
    """What git calls a content, by the digest that an entry has."""
    kind = hashlib.sha1 if len(entry.blob) == _SHA1_DIGITS else hashlib.sha256
    return kind(b"blob %d\0" % len(data) + data).hexdigest()
