"""What a kustomization lists that is not there: kustomize stops at the first, people want to know all."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from kubelens.render.kustomize.decoding import decode
from kubelens.render.kustomize.fault import BuildFault, first_origin
from kubelens.render.kustomize.loading import FileSet, is_remote, leads_out
from kubelens.render.kustomize.settings import Kustomization
from kubelens.render.origin import Origin
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml
from kubelens.syntax.pattern import pattern

_OBJECT: Final = pattern(r"[\n{]|:[ /]")


def absent_entries(path: str, text: str, files: FileSet) -> list[tuple[str, Origin]]:
    """The files and folders that a kustomization's text names and that are not there, with where they are named."""
    try:
        value = read_yaml(text, path)
        settings = decode(Kustomization, value, strict=False) if isinstance(value, dict) else Kustomization()
    except (BuildFault, YamlFault):
        return []
    folder = posixpath.dirname(path)
    found = []
    for entry, name in _entries(settings):
        origin = first_origin(entry)
        if (
            _is_name(name)
            and origin is not None
            and not _is_there(posixpath.normpath(posixpath.join(folder, name)), files)
        ):
            found.append((name, origin))
    return found


def _entries(settings: Kustomization) -> Iterator[tuple[str, str]]:
    """What stands in the file, and the path in it."""
    lists = (
        *(settings.resources, settings.bases, settings.components, settings.patches_strategic_merge),
        *(settings.generators, settings.transformers, settings.validators),
        *(settings.configurations, settings.crds),
    )
    named = (*(settings.patches or ()), *(settings.patches_json6902 or ()), *(settings.replacements or ()))
    for entry in (*(entry for entries in lists for entry in entries or ()), *(one.path for one in named)):
        yield entry, str(entry)
    for generator in (*(settings.config_map_generator or ()), *(settings.secret_generator or ())):
        for entry in generator.files or ():
            yield entry, entry.rpartition("=")[2]
        for entry in (*(generator.envs or ()), generator.env):
            yield entry, str(entry)


def _is_name(entry: str) -> bool:
    """Whether an entry is the name of a file or folder here: no object written in its place, nothing on another machine."""
    return bool(entry) and _OBJECT.search(entry) is None and not entry.startswith("/") and not is_remote(entry)


def _is_there(path: str, files: FileSet) -> bool:
    if path == ".." or path.startswith("../"):
        return True  # outside of what is looked at: not known
    if files.reader.is_folder("" if path == "." else path) or files.reader.read(path) is not None:
        return True
    return leads_out(files.resolved(path))
