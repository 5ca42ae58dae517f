"""Manifests beside a kustomization that it does not list, and nothing else is made from: forgotten, or waiting."""

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


def orphans(texts: Mapping[str, Loaded], taking: Taking, used: Collection[str]) -> Iterator[Orphan]:
    """The orphans among texts by path; ``used``: the names of those that sets are made from."""
    listed = taking.files()
    for path, one in texts.items():
        folder = path.rpartition("/")[0]
        if is_kustomization_name(path) or path in listed or one.uri in used or not taking.lists(folder):
            continue
        text = one.source.text if one.source is not None else ""
        if _API_VERSION.search(text) and _KIND.search(text):
            yield Orphan(one.uri, is_called_a_patch(path))
