"""What a kustomization lists that is not there: kustomize stops at the first, people want to know all."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from kubelens.render.kustomize.decoding import decode
from kubelens.render.kustomize.fault import BuildFault, first_origin
from kubelens.render.kustomize.loading import FileSet, is_remote
from kubelens.render.kustomize.settings import Kustomization
from kubelens.render.origin import Origin
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml


def absent_entries(path: str, text: str, files: FileSet) -> list[tuple[str, Origin]]:
    """The files and folders that a kustomization's text names and that are not there, with where they are named."""
    try:
        value = read_yaml(text, path)
        settings = decode(Kustomization, value, strict=False) if isinstance(value, dict) else Kustomization()
    except (BuildFault, YamlFault):
        return []
    folder = posixpath.dirname(path)
    found = []
    for entry in _entries(settings):
        origin = first_origin(entry)
        if origin is not None and not _is_there(posixpath.normpath(posixpath.join(folder, entry)), files):
            found.append((str(entry), origin))
    return found


def _entries(settings: Kustomization) -> Iterator[str]:
    listed = (*(settings.resources or ()), *(settings.bases or ()), *(settings.components or ()))
    for entry in (*listed, *(patch.path for patch in settings.patches or () if patch.path)):
        if entry and "\n" not in entry and "://" not in entry and not entry.startswith("/") and not is_remote(entry):
            yield entry


def _is_there(path: str, files: FileSet) -> bool:
    if path == ".." or path.startswith("../"):
        return True  # outside of what is looked at: not known
    return files.reader.is_folder("" if path == "." else path) or files.reader.read(path) is not None
