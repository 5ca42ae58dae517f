"""Kustomization files as Flux and Argo CD change them before they build (``kustomize edit``, fluxcd/pkg/kustomize)."""

from __future__ import annotations

import posixpath
import re
from typing import Any, Final, TypeVar

from kubelens.engine.kustomizations.building import kustomization_file
from kubelens.engine.sets.planned import OverlayPart
from kubelens.engine.sets.tree import Tree
from kubelens.render.kustomize.decoding import decode
from kubelens.render.kustomize.file_names import NAMES
from kubelens.render.kustomize.kustomization_file import KIND, read_kustomization
from kubelens.render.kustomize.settings import Image, Kustomization, Replica
from kubelens.render.origin import Sourced
from kubelens.syntax.pattern import pattern

_OBJECT: Final = pattern(
    r"^apiVersion:.*\n(?:.*\n)*?kind:|^kind:.*\n(?:.*\n)*?apiVersion:|\"kind\"|^\{(?=[^\n]*\bapiVersion:)[^\n]*\bkind:",
    re.MULTILINE,
)
_Named = TypeVar("_Named", Image, Replica)
_MANIFESTS: Final = (".yaml", ".yml")


def settings_of(value: Sourced) -> Kustomization:
    """Fields of a kustomization that stand in an object of another kind.

    Raises:
        BuildFault: one is of the wrong form.
    """
    found: Kustomization = decode(Kustomization, value, strict=False)
    return found


def with_more(part: OverlayPart, tree: Tree) -> Kustomization | None:
    """What a kustomization says together with what is added to it; None where it has no file.

    Raises:
        BuildFault: its file cannot be read.
    """
    path = kustomization_file(part.folder, tree)
    if not path:
        return None
    own, _ = read_kustomization(path, tree.read(path) or "")
    return own if part.more is None else _merged(own, part.more)


def recursive_settings(part: OverlayPart, tree: Tree) -> Kustomization:
    """A kustomization of all manifests below a folder, and of the kustomizations there (fluxcd/pkg/kustomize, ``Generator``)."""
    paths = sorted(tree.below(part.folder))
    before = f"{part.folder}/" if part.folder else ""
    built = {posixpath.dirname(path) for path in paths if posixpath.basename(path) in NAMES}
    resources: dict[str, None] = {}
    for path in paths:
        inner = next((folder for folder in _above(path, part.folder) if folder in built), None)
        if inner is not None:
            resources[inner.removeprefix(before)] = None
        elif path.endswith(_MANIFESTS) and not posixpath.basename(path).startswith("."):
            text = tree.read(path)
            if text is not None and _OBJECT.search(text):
                resources[path.removeprefix(before)] = None
    made = Kustomization(kind=KIND, resources=list(resources))
    return made if part.more is None else _merged(made, part.more)


def _above(path: str, folder: str) -> list[str]:
    """The folders that a file lies in, outermost first, without the one they are counted from."""
    found: list[str] = []
    here = posixpath.dirname(path)
    while here != folder and here:
        found.append(here)
        here = posixpath.dirname(here)
    return found[::-1]


def _merged(own: Kustomization, more: Kustomization) -> Kustomization:
    """Single values in place of those of the file, entries of lists behind them, images and replicas by their names."""
    for name in ("name_prefix", "name_suffix", "namespace"):
        if getattr(more, name):
            setattr(own, name, getattr(more, name))
            if (origin := more.origins.get(name)) is not None:
                own.origins[name] = origin
    for name in ("labels", "patches", "components", "resources"):
        _append(own, more, name)
    for name in ("common_labels", "common_annotations"):
        if getattr(more, name):
            setattr(own, name, {**(getattr(own, name) or {}), **getattr(more, name)})
    own.images = _by_name(own.images, more.images)
    own.replicas = _by_name(own.replicas, more.replicas)
    return own


def _append(own: Kustomization, more: Kustomization, name: str) -> None:
    added: list[Any] | None = getattr(more, name)
    if added:
        setattr(own, name, [*(getattr(own, name) or ()), *added])


def _by_name(own: list[_Named] | None, more: list[_Named] | None) -> list[_Named] | None:
    if not more:
        return own
    given = {str(one.name) for one in more}
    kept = [one for one in own or [] if str(one.name) not in given]
    return kept + more
