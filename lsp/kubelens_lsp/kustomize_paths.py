"""Completion of the paths that a kustomization names: files below its folder, and folders that are kustomizations."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens_lsp.cursor import Cursor, Role, items_in
from kubelens_lsp.view import View

_FOLDERS: Final = frozenset({"resources", "bases", "components"})
_FILES: Final = frozenset(
    {
        "resources",
        "patchesStrategicMerge",
        "crds",
        "configurations",
        "transformers",
        "generators",
        "validators",
        "files",
    }
)
_PATCH: Final = "path"
_MOST: Final = 200
_MANIFESTS: Final = (".yaml", ".yml", ".json")


def path_values(view: View, key: str, cursor: Cursor) -> Iterator[str]:
    """What may stand at a place of a kustomization that names a path; nothing elsewhere."""
    is_item = bool(cursor.path) and isinstance(cursor.path[-1], int)
    if not is_kustomization_name(key) or not cursor.fields or (cursor.role is Role.KEY and not is_item):
        return
    field = cursor.fields[-1]
    own = posixpath.dirname(key)
    listed = {posixpath.normpath(text) for text in items_in(cursor.root, field)}
    found: list[str] = []
    if field in _FOLDERS and cursor.fields[:1] == (field,):
        for name in view.snapshot.files:
            folder = posixpath.dirname(name)
            if is_kustomization_name(name) and folder != own and not own.startswith(f"{folder}/"):
                found.append(posixpath.relpath(folder, own))
        found.sort(key=lambda path: (path.count("/"), path))
    if field in _FILES or field == _PATCH:
        before = f"{own}/" if own else ""
        below = (name[len(before) :] for name in view.snapshot.files if name.startswith(before) and name != key)
        files = [name for name in below if name.endswith(_MANIFESTS) and not is_kustomization_name(name)]
        found += sorted(files, key=lambda path: (path.count("/"), path))
    yield from (path for path in found[:_MOST] if path not in listed)
