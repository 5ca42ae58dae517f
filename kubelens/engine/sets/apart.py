"""The texts of a run that no set is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.loader import Loaded
from kubelens.render.kustomize.file_names import is_kustomization_name


def texts_apart(loaded: Sequence[Loaded], sets: Iterable[ApplySet]) -> list[Loaded]:
    """The texts that belong to none of the sets, and kustomizations: what lies beside them is told by that."""
    taken = {one.uri for each in sets for one in each.texts if not is_kustomization_name(one.uri)}
    return [one for one in loaded if one.uri not in taken]
