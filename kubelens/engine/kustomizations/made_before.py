"""What a kustomization lists that is not kept in the repository: a script writes it before the build."""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath

from kubelens.engine.ignore_files import ignored, patterns
from kubelens.engine.kustomizations.absent import absent_entries
from kubelens.engine.kustomizations.by_scripts import are_copied_by_script, first_missing, is_written_by_script
from kubelens.engine.sets.tree import Tree
from kubelens.render.kustomize.loading import FileSet


def is_made_before(own: str, files: FileSet, tree: Tree) -> bool:
    """Whether all that a kustomization lists and that is not there is what a ``.gitignore`` or a script here names."""
    source = tree.sources.get(own)
    if source is None:
        return False
    folder = posixpath.dirname(own)
    absent = [posixpath.normpath(posixpath.join(folder, name)) for name, _ in absent_entries(own, source.text, files)]
    missing = {path: first_missing(posixpath.dirname(path), tree) for path in absent}
    copied = {one for one in set(missing.values()) if are_copied_by_script(one, tree)}
    rest = [path for path in absent if missing[path] not in copied]
    return bool(absent) and all(_is_ignored(path, tree) or is_written_by_script(path, tree) for path in rest)


def _is_ignored(path: str, tree: Tree) -> bool:
    """Whether the ``.gitignore`` files in the folders around a path leave it out, or a folder it lies in."""
    rules = []
    around = [folder for folder in reversed(PurePosixPath(path).parents) if str(folder) != ".."]
    for folder in around:
        base = "" if str(folder) == "." else f"{folder}/"
        text = tree.read(f"{base}.gitignore")
        if text is not None:
            try:
                rules.append((f"/{base}".rstrip("/") or "/", patterns(text.splitlines())))
            except ValueError:
                continue
    folders = [f"/{folder}/" for folder in around if str(folder) != "."]
    return any(ignored(one, tuple(rules)) for one in (*folders, f"/{path}"))
