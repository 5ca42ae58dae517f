"""Whether kustomize itself refuses a kustomization that is not built here: all that it asks for would have to be at hand."""

from __future__ import annotations

from typing import Final

from kubelens.engine.kustomizations.copied import is_copied_elsewhere
from kubelens.engine.kustomizations.made_before import is_made_before
from kubelens.engine.kustomizations.problems import span_of
from kubelens.engine.refusal import Refusal, is_ours, refusal_at
from kubelens.engine.sets.tree import Tree
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.loading import FileSet, Remote
from kubelens.syntax.pattern import pattern

KUSTOMIZE: Final = "kustomize"
_MARKS: Final = ("{{", "{%")
_SUBMODULE: Final = pattern(r"(?m)^\s*path\s*=\s*(\S+)\s*$")
_SECURITY: Final = "security; "
"""What ``--load-restrictor LoadRestrictionsNone`` lets through."""
_CHART: Final = "HelmChartInflationGenerator"
"""Charts are rendered with what a cluster is taken to have."""


def refusal_of(fault: BuildFault, folder: str, own: str, files: FileSet, tree: Tree) -> Refusal | None:
    """What kustomize refuses; None where it may build what lies beside these files, and is told or fetches the rest.

    ``own``: the kustomization in ``folder``, ``""`` where it has none.
    """
    at = fault.origin.file if fault.origin is not None else own
    text = tree.read(at) or ""
    if isinstance(fault, Remote) or is_ours(fault.message) or any(mark in text for mark in _MARKS):
        return None
    if fault.reason.startswith(_SECURITY) or _CHART in fault.message:
        return None
    if is_copied_elsewhere(folder, tree) or is_made_before(own, files, tree) or _is_of_a_submodule(fault, tree):
        return None
    span = span_of(fault.origin) if fault.origin is not None else None
    return refusal_at(KUSTOMIZE, fault.reason, tree.sources.get(at) or tree.sources.get(own), span)


def _is_of_a_submodule(fault: BuildFault, tree: Tree) -> bool:
    """Whether something is not there that a submodule may hold, which nobody has to check out."""
    return any(found[1] in fault.message for found in _SUBMODULE.finditer(tree.read(".gitmodules") or ""))
