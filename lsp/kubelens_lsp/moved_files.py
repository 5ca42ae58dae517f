"""Files and folders that are about to be renamed: what kustomizations write of them follows."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from lsprotocol import types

from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens.syntax.text import Span
from kubelens.syntax.tree import Scalar
from kubelens_lsp.convert import to_range, uri_of
from kubelens_lsp.links import paths_of
from kubelens_lsp.view import View


def follow(view: View, moves: Mapping[str, str], encoding: str) -> types.WorkspaceEdit | None:
    """The edits to make before files move (``moves``: from one name to the other), None where nothing names them.

    A kustomization that moves itself has its paths to what stays written anew; what moves with it keeps its path.
    """
    changes: dict[str, list[types.TextEdit]] = {}
    for key, file in view.snapshot.files.items():
        source = file.source
        if source is None or not is_kustomization_name(key):
            continue
        here, later = posixpath.dirname(key), posixpath.dirname(_moved(key, moves))
        edits = [
            types.TextEdit(to_range(source, span, encoding), text)
            for document in file.documents
            for scalar in paths_of(document.root)
            for span, text in _anew(scalar, source.text, here, later, moves)
        ]
        if edits:
            changes[uri_of(key)] = edits
    return types.WorkspaceEdit(changes=changes) if changes else None


def _anew(scalar: Scalar, text: str, here: str, later: str, moves: Mapping[str, str]) -> Iterator[tuple[Span, str]]:
    """Where a path stands without its quotes and the key before it, and how it is written from now on."""
    path = scalar.text.rpartition("=")[2]
    if not path or "://" in path or path.startswith("/"):
        return
    target = posixpath.normpath(posixpath.join(here, path))
    moved = _moved(target, moves)
    if moved == target and here == later:
        return
    fresh = posixpath.relpath(moved, later or ".")
    if path.startswith("./") and not fresh.startswith("."):
        fresh = f"./{fresh}"
    if path.endswith("/"):
        fresh += "/"
    at = text.rfind(path, scalar.span.start, scalar.span.end)
    if at >= 0 and fresh != path and posixpath.normpath(fresh) != posixpath.normpath(path):
        yield Span(at, at + len(path)), fresh


def _moved(key: str, moves: Mapping[str, str]) -> str:
    """What a file or folder is called after the moves."""
    for old, new in moves.items():
        if key == old:
            return new
        if key.startswith(f"{old}/"):
            return f"{new}{key[len(old) :]}"
    return key
