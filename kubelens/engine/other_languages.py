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

_LANGUAGES: Final[Mapping[str, str]] = {".jsonnet": "Jsonnet", ".libsonnet": "Jsonnet", ".cue": "CUE"}
_GO: Final = "Go's language of templates"
_TEMPLATES: Final[Mapping[str, str]] = {
    ".j2": "Jinja",
    ".jinja2": "Jinja",
    ".jinja": "Jinja",
    ".gotmpl": _GO,
    ".tmpl": _GO,
    ".tpl": _GO,
    ".tftpl": "Terraform's language of templates",
    ".erb": "ERB",
}
"""What templates of files are called after the name of what they come to."""
_TEXTS: Final = (".yaml", ".yml", ".json", ".toml", ".env", ".conf", ".ini", ".properties")
"""What comes of templates that may be about objects, or that these are made from."""
_ANSIBLE: Final = "Ansible"
_ROLE: Final = pattern(r"((?:.*/)?roles/[^/]+)/(?:defaults|vars|tasks|handlers)/.+\.ya?ml")
"""What the tasks of an Ansible role are, and what they are filled in with."""
_MODULES: Final = pattern(r"\b(?:kubernetes\.core|community\.kubernetes)\.|^\s*(?:- )?(?:k8s|helm):", re.MULTILINE)
"""Ansible's modules that apply objects and install charts."""
_NOT_OWN: Final = frozenset({*NEVER_ENTERED, "cue.mod"})
"""Folders of what others have written."""
_TOOLS: Final = pattern(r"(?:kustomization|Chart|helmfile|values(?:[-.][^/]*)?)\.ya?ml")
"""What files of tools that make manifests are called."""
_RELEASES: Final = pattern(r"^releases:", re.MULTILINE)
_CHART: Final = pattern(r"^\s*(?:- )?chart:", re.MULTILINE)
_OBJECT: Final = pattern(r"^\s*(?:- )?kind:.*$", re.MULTILINE)


def language_of(name: str) -> str:
    """What a file is written in by its name, ``""`` for what is read, or has nothing to do with manifests."""
    *folders, last = name.split("/")
    if _NOT_OWN & set(folders):
        return ""
    if _ROLE.fullmatch(name):
        return _ANSIBLE
    made, language = _made_of(last)
    if language:
        return language if made.lower().endswith(_TEXTS) else ""
    return next((language for suffix, language in _LANGUAGES.items() if last.lower().endswith(suffix)), "")


def _made_of(name: str) -> tuple[str, str]:
    """(what a template of that name is called once it is filled in, the language it is written in); without one, ``""``."""
    language = ""
    while (ending := name[name.rfind(".") :].lower() if "." in name else "") in _TEMPLATES:
        name, language = name[: -len(ending)], language or _TEMPLATES[ending]
    return name, language


def about_objects(texts: Mapping[str, str]) -> dict[str, str]:
    """Those of some texts in other languages that are about objects; of an Ansible role all, where a task of it is.

    A template is where it says so itself, or where one that is names it, in its folder or above.
    """
    roles = {
        found[1]
        for name, text in texts.items()
        if (found := _ROLE.fullmatch(name)) is not None and _MODULES.search(text) is not None
    }
    known = {
        name
        for name, text in texts.items()
        if (found[1] in roles if (found := _ROLE.fullmatch(name)) is not None else may_hold_manifests(name, text))
    }
    naming = {name for name in known if _made_of(name)[1]}
    while naming:
        more = {name for name in texts if name not in known and any(_names(one, texts[one], name) for one in naming)}
        known |= more
        naming = more
    return {name: text for name, text in texts.items() if name in known}


def _names(user: str, text: str, name: str) -> bool:
    """Whether a text names a template that lies in its folder or below, by what comes of that."""
    folder, slash, _ = user.rpartition("/")
    last = name.rpartition("/")[2]
    if not _made_of(last)[1] or not name.startswith(f"{folder}{slash}"):
        return False
    return last.rpartition(".")[0] in text


def may_hold_manifests(name: str, text: str) -> bool:
    """Whether a text in another language is about objects: of templates of YAML, many are about other things."""
    *folders, last = name.split("/")
    made, language = _made_of(last)
    if language_of(name) and not language:
        return True
    if "apiVersion:" in text and _OBJECT.search(text) is not None:
        return True
    if _TOOLS.fullmatch(made) is not None or "helmfile.d" in folders:
        return True
    return _RELEASES.search(text) is not None and _CHART.search(text) is not None


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
