"""The folders that Argo CD and Flux deliver, as paths from the root of the repository: completed, and where they lead."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from kubelens.predict.references.graph import values_at
from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens.syntax.place import Place
from kubelens_lsp.cursor import Cursor, Role
from kubelens_lsp.view import View

_ARGO: Final = frozenset({("source", "path"), ("sources", "path"), ("git", "path"), ("directories", "path")})
_MOST: Final = 200
ROOT: Final = Path("/")
_WRITTEN: Final = {
    ("argoproj.io", "Application"): ("spec.source.path", "spec.sources[].path"),
    ("argoproj.io", "ApplicationSet"): (
        "spec.template.spec.source.path",
        "spec.template.spec.sources[].path",
        "spec.generators[].git.directories[].path",
    ),
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): ("spec.path",),
    ("helm.toolkit.fluxcd.io", "HelmRelease"): ("spec.chart.spec.chart",),
}


def delivered_paths(view: View, key: str, cursor: Cursor) -> Iterator[str]:
    """What can stand at the cursor of an object that delivers folders of its own repository; nothing elsewhere."""
    gvk = cursor.gvk
    if gvk is None or cursor.role is Role.KEY or len(cursor.fields) < 2:
        return
    last = cursor.fields[-2:]
    argo = gvk.group == "argoproj.io" and last in _ARGO
    flux = gvk.group == "kustomize.toolkit.fluxcd.io" and cursor.fields == ("spec", "path")
    chart = gvk.group == "helm.toolkit.fluxcd.io" and cursor.fields == ("spec", "chart", "spec", "chart")
    root = _repository(key) if argo or flux or chart else None
    if root is None:
        return
    own = posixpath.dirname(key)
    folders: dict[str, None] = {}
    for name in view.snapshot.files:
        folder = posixpath.dirname(name)
        if not f"{folder}/".startswith(root) or folder == own or "/templates" in folder:
            continue
        is_chart = posixpath.basename(name) == "Chart.yaml"
        if is_chart or (not chart and is_kustomization_name(name)):
            folders[folder[len(root) :]] = None
    found = sorted((one for one in folders if one), key=lambda path: (path.count("/"), path))
    yield from (one if argo else f"./{one}" for one in found[:_MOST])


def delivered_folders(view: View, key: str) -> Iterator[tuple[Place, Path]]:
    """(where a path is written, the folder that it leads to) of the objects of a file; folders that are there."""
    root = _repository(key)
    file = view.snapshot.files.get(key)
    for manifest in file.manifests if file is not None and root is not None else ():
        for resource in manifest.resources:
            for dotted in _WRITTEN.get((resource.gvk.group, resource.kind), ()):
                for value, path in values_at(resource.value, dotted, ()):
                    if (
                        isinstance(value, str)
                        and value
                        and ".." not in value
                        and (not dotted.endswith("chart") or value[:1] == ".")
                    ):
                        folder = ROOT / f"{root}{value.lstrip('./')}"
                        if folder.is_dir():
                            yield resource.place.at(*path), folder


def _repository(key: str) -> str | None:
    """The root of the repository that a file is in, as files are called, with a slash."""
    for folder in PurePosixPath(key).parents:
        if (ROOT / folder / ".git").exists():
            return f"{folder}/" if str(folder) != "." else ""
    return None
