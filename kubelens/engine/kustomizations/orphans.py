"""Manifests beside a kustomization, or beside files that it lists one by one, that nothing is made from: forgotten, or waiting."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from kubelens.engine.kustomizations.discovery import Taking
from kubelens.engine.loader import Loaded
from kubelens.engine.partials import is_called_a_patch
from kubelens.engine.sets.found import Orphan
from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens.syntax.pattern import pattern

_API_VERSION: Final = pattern(r"^apiVersion:", re.MULTILINE)
_KIND: Final = pattern(r"^kind:", re.MULTILINE)


def orphans(
    texts: Mapping[str, Loaded],
    taking: Taking,
    used: Collection[str],
    applied: Collection[str] = (),
    charts: Collection[str] = (),
) -> Iterator[Orphan]:
    """The orphans among texts by path; ``used``: the names of those that sets are made from.

    ``applied``: folders that Argo CD or Flux builds with kustomize, where what no list names is not applied, wherever below a
    kustomization it lies; ``charts``: folders of charts, whose files nobody lists.
    """
    listed = taking.files()
    for path, one in texts.items():
        folder = path.rpartition("/")[0]
        if is_kustomization_name(path) or path in listed or one.uri in used:
            continue
        beside = taking.lists(folder) or taking.chooses(folder)
        unapplied = _is_below(path, applied) and not _is_below(path, charts) and _has_list_above(folder, taking)
        if not beside and not unapplied:
            continue
        text = one.source.text if one.source is not None else ""
        if _API_VERSION.search(text) and _KIND.search(text):
            yield Orphan(one.uri, is_called_a_patch(path), unapplied)


def _has_list_above(folder: str, taking: Taking) -> bool:
    """Whether the next kustomization on the way up can be read: it says what of the folder is taken in."""
    while not taking.has_own(folder):
        if not folder:
            return False
        folder = folder.rpartition("/")[0]
    return taking.lists(folder)


def _is_below(path: str, folders: Collection[str]) -> bool:
    return any(path.startswith(f"{folder}/") for folder in folders)
