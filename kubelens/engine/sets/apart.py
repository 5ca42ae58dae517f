"""The texts of a run that no set is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.kustomizations.problems import KUSTOMIZATION
from kubelens.engine.loader import Loaded
from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens.syntax.parse import parse_source


def texts_apart(loaded: Sequence[Loaded], sets: Iterable[ApplySet]) -> list[Loaded]:
    """The texts that belong to none of the sets, and kustomizations: what lies beside them is told by that.

    A file that keeps a kustomization from being built became part of nothing: it is judged for what it holds, if that
    can be read.
    """
    taken = {
        one.uri for each in sets for one in each.texts if not is_kustomization_name(one.uri) and not _is_at_fault(one)
    }
    return [one for one in loaded if one.uri not in taken]


def _is_at_fault(one: Loaded) -> bool:
    if not one.taken_in or one.source is None or all(problem.kind != KUSTOMIZATION for problem in one.problems):
        return False
    return all(problem.kind != "syntax" for problem in parse_source(one.source)[1])
