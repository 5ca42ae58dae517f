"""Kustomizations as ``kustomize`` or ``kubectl`` builds them, under ``--render``: the files they read stay what they were."""

from __future__ import annotations

from msgspec.structs import replace

from kubelens.engine.kustomizations.building import BuiltKustomization
from kubelens.engine.loader import Loaded
from kubelens.engine.renderers import output_of
from kubelens.engine.sets.planned import OverlayPart
from kubelens.engine.sets.tree import Tree
from kubelens.render.kustomize.loading import FileSet


def built_by_program(
    built: BuiltKustomization, part: OverlayPart, files: FileSet, tree: Tree, name: str
) -> BuiltKustomization:
    """A kustomization as a program builds it; ``built``: the same as kubelens does, which knows where each line is from.

    Where both come to the same, kubelens' is kept for its places. What only the program can build takes the place of the
    files that lie here and were read for it; where there is no program, or it fails, kubelens' build stays, and that is said.
    """
    folder = tree.on_disk(part.folder)
    if folder is None:
        return built
    shown = tree.shown(part.folder) or "."
    printed = _printed(folder, f"{shown} (kustomize build)", root_only=part.root_only)
    if printed.source is None:
        return replace(built, inputs=(*built.inputs, printed))
    if built.output is not None and built.output.source is not None and built.output.source.text == printed.source.text:
        return built
    known = {one.uri for one in built.inputs}
    read = [tree.sources[path] for path in sorted(files.was_read & set(tree.sources))]
    beside = [Loaded(one.uri, one, taken_in=name) for one in read if one.uri not in known]
    inputs = built.inputs if built.output is not None else [replace(one, problems=()) for one in built.inputs]
    return BuiltKustomization((*inputs, *beside, printed), files=built.files)


def _printed(folder: str, uri: str, *, root_only: bool) -> Loaded:
    import shutil  # noqa: PLC0415 - only where something is rendered by a program

    restrictor = [] if root_only else ["--load-restrictor", "LoadRestrictionsNone"]
    if (kustomize := shutil.which("kustomize")) is not None:
        return output_of([kustomize, "build", *restrictor, folder], uri)
    if (kubectl := shutil.which("kubectl")) is not None:
        return output_of([kubectl, "kustomize", *restrictor, folder], uri)
    return Loaded(uri, None, "is a kustomization; --render needs kustomize or kubectl on PATH")
