"""What a chart printed, changed by a kustomization before it is applied (Flux, ``HelmRelease.spec.postRenderers``)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from typing import Final

from kubelens.engine.kustomizations.provenance import BuiltTexts, provenance_of
from kubelens.engine.loader import Loaded
from kubelens.engine.sets.tree import Tree
from kubelens.render.kustomize.build import build
from kubelens.render.kustomize.loading import FileSet
from kubelens.render.kustomize.settings import Kustomization
from kubelens.render.origin import joined
from kubelens.syntax.text import Source

_OUTPUT: Final = "helm-output.yaml"


class _Printed:
    """A reader of one file: what the chart printed."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read(self, path: str) -> str | None:
        return self._text if path == _OUTPUT else None

    def is_folder(self, path: str) -> bool:
        return not path

    def resolved(self, path: str) -> str:
        return path

    def below(self, folder: str) -> Iterable[str]:
        return [_OUTPUT] if not folder else []


def post_rendered(
    outputs: Sequence[Loaded], changes: Kustomization, tree: Tree, folder: str, mark: str
) -> tuple[Loaded, ...]:
    """The texts of a chart's templates, changed; origins stay those of templates, values and patches.

    Raises:
        BuildFault: kustomize refuses the changes.
    """
    if not outputs:
        return ()
    printed = joined([one.made.content for one in outputs if one.made is not None])
    settings = Kustomization(resources=[_OUTPUT], patches=changes.patches, images=changes.images)
    built = build(FileSet(_Printed(printed)), "", settings=settings)
    chart = tree.shown(posixpath.join(folder, "Chart.yaml"))
    uri = f"{chart} (post-rendered as {mark})"
    made = provenance_of(BuiltTexts(built.objects), chart, tree.shown)
    return (Loaded(uri, Source(uri, built.text), made=made),)
