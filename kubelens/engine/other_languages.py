"""Files that manifests are made from in languages that nothing here reads: that they change is told, not what comes of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from kubelens.engine.git import GitError, repository_around
from kubelens.engine.ignore_files import patterns
from kubelens.engine.loader import NEVER_ENTERED, display_name
from kubelens.engine.regular_files import read_regular
from kubelens.syntax.pattern import pattern

_LANGUAGES: Final[Mapping[str, str]] = {
    ".jsonnet": "Jsonnet",
    ".libsonnet": "Jsonnet",
    ".cue": "CUE",
    ".yaml.j2": "Jinja",
    ".yml.j2": "Jinja",
}
_JINJA: Final = "Jinja"
_ANSIBLE: Final = "Ansible"
_ROLE: Final = pattern(r"((?:.*/)?roles/[^/]+)/(?:defaults|vars|tasks|handlers)/.+\.ya?ml")
"""What the tasks of an Ansible role are, and what they are filled in with."""
_MODULES: Final = pattern(r"\b(?:kubernetes\.core|community\.kubernetes)\.|^\s*(?:- )?(?:k8s|helm):", re.MULTILINE)
"""Ansible's modules that apply objects and install charts."""
_NOT_OWN: Final = frozenset({*NEVER_ENTERED, "cue.mod"})
"""Folders of what others have written."""
_OBJECT: Final = pattern(r"^\s*(?:- )?kind:.*$", re.MULTILINE)


def language_of(name: str) -> str:
    """What a file is written in by its name, ``""`` for what is read, or has nothing to do with manifests."""
    *folders, last = name.split("/")
    if _NOT_OWN & set(folders):
        return ""
    if _ROLE.fullmatch(name):
        return _ANSIBLE
    return next((language for suffix, language in _LANGUAGES.items() if last.lower().endswith(suffix)), "")


def about_objects(texts: Mapping[str, str]) -> dict[str, str]:
    """Those of some texts in other languages that are about objects; of an Ansible role all, where a task of it is."""
    roles = {
        found[1]
        for name, text in texts.items()
        if (found := _ROLE.fullmatch(name)) is not None and _MODULES.search(text) is not None
    }
    return {
        name: text
        for name, text in texts.items()
        if (found[1] in roles if (found := _ROLE.fullmatch(name)) is not None else may_hold_manifests(name, text))
    }


def may_hold_manifests(name: str, text: str) -> bool:
    """Whether a text in another language is about objects: of templates of YAML, many are about other things."""
    return language_of(name) not in ("", _JINJA) or ("apiVersion:" in text and _OBJECT.search(text) is not None)


def texts_in_other_languages(paths: Iterable[str], exclude: Sequence[str]) -> dict[str, str]:
    """The files at or below some paths, by the name that reports use; what git ignores and links are left out."""
    excluded = patterns(exclude) if exclude else None
    found: dict[str, str] = {}
    for path in paths:
        for file in _below(path) if os.path.isdir(path) else [path]:
            shown = display_name(Path(file), Path.cwd())
            if language_of(shown) and not os.path.islink(file) and not (excluded and excluded.match_file(shown)):
                try:
                    found[shown] = read_regular(file).decode("utf-8", "replace")
                except OSError:
                    continue
    return about_objects(found)


def _below(folder: str) -> Iterator[str]:
    repository = repository_around(folder)
    if repository is not None:
        try:
            told = repository.ask("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        except GitError:
            told = None
        if told is not None:
            inside = os.path.relpath(os.path.realpath(folder), repository.top).replace(os.sep, "/")
            start = "" if inside == "." else f"{inside}/"
            for name in dict.fromkeys(told.decode("utf-8", "surrogateescape").split("\0")):
                if language_of(name) and name.startswith(start):
                    yield os.path.join(folder, name[len(start) :])
            return
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if one not in NEVER_ENTERED)
        yield from (os.path.join(here, name) for name in sorted(files))
