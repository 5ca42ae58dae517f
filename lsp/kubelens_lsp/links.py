"""Document links: the files and folders that kustomizations, Argo CD and Flux name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from lsprotocol import types

from kubelens.render.kustomize.file_names import NAMES, is_kustomization_name
from kubelens.syntax.tree import Mapping, Node, Scalar, Sequence, resolve
from kubelens_lsp.convert import to_range
from kubelens_lsp.delivered_paths import delivered_folders
from kubelens_lsp.session import ROOT
from kubelens_lsp.view import View

_LISTS: Final = frozenset(
    {
        "bases",
        "components",
        "configurations",
        "crds",
        "generators",
        "patchesStrategicMerge",
        "resources",
        "transformers",
        "validators",
    }
)
"""Fields whose items are paths."""
_PATHS: Final = frozenset({"path"})
_FILES: Final = frozenset({"envs", "files"})
"""Fields of generators whose items are paths, perhaps as ``KEY=PATH``."""


def document_links(view: View, key: str, encoding: str) -> list[types.DocumentLink]:
    """Links of a kustomization and of what delivers folders to what is there; nothing for other files."""
    file = view.snapshot.files.get(key)
    if file is None or file.source is None:
        return []
    if not is_kustomization_name(key):
        return [
            types.DocumentLink(to_range(file.source, view.snapshot.locate(place), encoding), head.as_uri())
            for place, folder in delivered_folders(view, key)
            if (head := _head(folder)) is not None
        ]
    folder = ROOT / PurePosixPath(key).parent
    links: list[types.DocumentLink] = []
    for document in file.documents:
        for scalar in paths_of(document.root):
            target = _target(folder / scalar.text.rpartition("=")[2])
            if target is not None:
                links.append(types.DocumentLink(to_range(file.source, scalar.span, encoding), target.as_uri()))
    return links


def file_at(view: View, key: str, position: types.Position, encoding: str) -> list[types.Location]:
    """Where the path under the cursor leads; nothing beside paths."""
    start = types.Range(types.Position(0, 0), types.Position(0, 0))
    found = []
    for link in document_links(view, key, encoding):
        begin, end = link.range.start, link.range.end
        if begin.line == position.line and begin.character <= position.character <= end.character and link.target:
            found.append(types.Location(link.target, start))
    return found


def paths_of(root: Node | None) -> Iterator[Scalar]:
    """The texts of a kustomization that are paths; those of generators perhaps after ``KEY=``."""
    stack: list[Node | None] = [root]
    while stack:
        node = resolve(stack.pop())
        if isinstance(node, Sequence):
            stack.extend(node.items)
        for key, value in node.entries if isinstance(node, Mapping) else ():
            name = key.text if isinstance(key, Scalar) else ""
            inner = resolve(value)
            if name in _LISTS | _FILES and isinstance(inner, Sequence):
                yield from (item for item in inner.items if isinstance(item, Scalar) and "\n" not in item.text)
            elif name in _PATHS and isinstance(inner, Scalar):
                yield inner
            stack.append(value)


def _head(folder: Path) -> Path | None:
    """The file that says what a folder is: a kustomization, a chart, else the first manifest."""
    named = [folder / name for name in (*NAMES, "Chart.yaml")]
    return next((file for file in (*named, *sorted(folder.glob("*.y*ml"))) if file.is_file()), None)


def _target(path: Path) -> Path | None:
    try:
        if path.is_file():
            return path.resolve()
        return next((p.resolve() for name in NAMES if (p := path / name).is_file()), None)
    except (OSError, ValueError):
        return None
