"""Definitions of custom resources that Helm makes with a release and never touches again: those in ``crds/`` of a chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kubelens.engine.gitops.argo_application import ORIGIN as ARGO_CD
from kubelens.engine.plan_halves import SetHalf
from kubelens.syntax.pattern import pattern

_CRDS: Final = pattern(r"(?:^|/)crds/")
_ARCHIVE: Final = ".tgz/"
_WHY: Final = "Helm deletes nothing of a chart's crds/, neither with an upgrade nor with the release"


def left_by_helm(half: SetHalf) -> Mapping[int, str]:
    """Why the definitions of a release stay that lie in its chart's ``crds/``, by the id of each.

    They are no part of the release's manifest, by which Helm finds what to delete (``pkg/action``, ``installCRDs``; ``Upgrade``
    and ``Uninstall`` read ``Release.Manifest``); helm-controller of Flux goes by it too. Argo CD renders with
    ``--include-crds`` and prunes them like all else.
    """
    made = half.made
    if made.chart is None or made.origin == ARGO_CD:
        return {}
    there = {one.uri for one in made.texts if (one.made is None or _ARCHIVE in one.uri) and _CRDS.search(one.uri)}
    if not there:
        return {}
    return {id(resource): _WHY for resource in half.snapshot.bundle if resource.place.uri in there}
