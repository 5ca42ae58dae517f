"""Whether a change can touch anything that manifests are made from, by the names of its files alone: nothing is rendered.

A file that is no manifest by its name is part of a set where a chart's folder holds it, where it is written in a language that
manifests are made from, or where a manifest names it. Only where none of that holds for any file is the answer no.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from kubelens.engine.changes import changed_files
from kubelens.engine.charts.discovery import CHART_FILE
from kubelens.engine.config import ConfigError
from kubelens.engine.git import GitError, Repository, repository_around
from kubelens.engine.inert_files import is_inert
from kubelens.engine.loader import has_manifest_suffix
from kubelens.engine.other_languages import language_of
from kubelens.engine.revision_links import Entry
from kubelens.engine.revisions import entries_of, is_regular
from kubelens.syntax.pattern import pattern

_DECIDING: Final = (".gitignore", ".helmignore", ".gitmodules", "kubelens.toml", "pyproject.toml", "Kustomization")
_MOST_NAMES: Final = 300
_TOOLS: Final = pattern(r"(?:^|/)(?:[Kk]ustomization(?:\.ya?ml)?|helmfile[^/]*|skaffold[^/]*)$|helmfile\.d/")
_NAMING: Final = (".yaml", ".yml", ".json", ".toml", ".gotmpl", ".tpl", ".tmpl", ".j2", "Kustomization")


def touches_nothing(paths: Sequence[str], old: str, new: str | None) -> bool:
    """Whether no file that differs between two revisions (``new`` None: what lies there now) can be part of a set."""
    tops = {found.top: found for path in paths if (found := repository_around(_folder(path))) is not None}
    if len(tops) != 1 or any(repository_around(_folder(path)) is None for path in paths):
        return False
    (repository,) = tops.values()
    try:
        before = {one.name: one for one in entries_of(repository, old)}
        if new is not None:
            after = {one.name: one for one in entries_of(repository, new)}
            changed = _differing(before, after)
            names = {*before, *after}
        else:
            changed = _differing_now(repository, paths, old)
            names = {*before, *(changed or ())}
        if changed is None or len(changed) > _MOST_NAMES:
            return False
        charts = tuple(name.removesuffix(CHART_FILE) for name in names if name.rpartition("/")[2] == CHART_FILE)
        if any(_is_part(name, charts) for name in changed):
            return False
        return not (
            _moves_folders(changed, before, names if new is None else after)
            or _is_named(repository, changed, charts, old, new)
        )
    except (GitError, ConfigError):
        return False


def _folder(path: str) -> str:
    return path if os.path.isdir(path) else os.path.dirname(path) or "."


def _differing(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> list[str] | None:
    """The files that differ; None where a link or a submodule does."""
    found = []
    for name in {*before, *after}:
        old, new = before.get(name), after.get(name)
        if old is None or new is None or (old.blob, old.mode) != (new.blob, new.mode):
            if any(one is not None and not is_regular(one) for one in (old, new)):
                return None
            found.append(name)
    return found


def _differing_now(repository: Repository, paths: Sequence[str], old: str) -> list[str] | None:
    found = set()
    for name in changed_files(paths, old):
        whole = os.path.join(repository.top, os.path.relpath(os.path.realpath(name), repository.top))
        inside = os.path.relpath(whole, repository.top).replace(os.sep, "/")
        if os.path.islink(name) or inside.startswith("../"):
            return None
        found.add(inside)
    return sorted(found)


def _is_part(name: str, charts: tuple[str, ...]) -> bool:
    """Whether a file may be part of a set by its name, or those of the folders that it is in."""
    last = name.rpartition("/")[2]
    if last in _DECIDING or name.startswith(charts):
        return True
    if is_inert(name):
        return False
    return has_manifest_suffix(last) or bool(language_of(name)) or "helmfile" in name


def _moves_folders(changed: Iterable[str], before: Iterable[str], after: Iterable[str]) -> bool:
    """Whether a folder comes or goes: an ApplicationSet may make an Application of each that is not hidden."""
    old, new = ({name.rpartition("/")[0] for name in names} for names in (before, after))
    folders = {name.rpartition("/")[0] for name in changed}
    return any((one in old) != (one in new) for one in folders if "/." not in f"/{one}")


def _is_named(
    repository: Repository, changed: Sequence[str], charts: tuple[str, ...], old: str, new: str | None
) -> bool:
    """Whether a manifest of a side, or what a tool makes manifests from, holds the name of a file."""
    names = sorted({name.rpartition("/")[2] for name in changed})
    for revision in dict.fromkeys((old, new)) if names else ():
        found = [
            name for name in _holding(repository, names, revision) if name.endswith(_NAMING) and not is_inert(name)
        ]
        if any(name.startswith(charts) or _TOOLS.search(name) is not None for name in found):
            return True
        if found and not set(found).isdisjoint(_holding(repository, ["apiVersion"], revision)):
            return True
    return False


def _holding(repository: Repository, words: Sequence[str], revision: str | None) -> list[str]:
    """The files that hold one of some words, in a revision or in what lies there.

    Raises:
        GitError: git does not tell.
    """
    given = [word for one in words for word in ("-e", one)]
    where = [revision] if revision is not None else ["--untracked"]
    answer = repository.call("grep", "-l", "-z", "-I", "-F", "-w", *given, *where, "--")
    if answer.code not in (0, 1):
        raise GitError(answer.error or "git failed")
    told = answer.output.decode("utf-8", "surrogateescape").split("\0")
    return [one.removeprefix(f"{revision}:") if revision is not None else one for one in told if one]
